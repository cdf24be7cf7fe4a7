import assert from 'node:assert/strict';
import type { Json } from '#base/json.ts';
import { announced } from '#core/skills/context.ts';
import type { ProposalDesk } from '#core/skills/skill.ts';
import type { ProposalView } from '#protocol/proposal.ts';
import { recordedStep } from '#test/support/agentFixtures.ts';

const draft = (newText: string) => ({ title: 'Fix', summary: '', notes: [], files: [{ kind: 'create', path: 'a.ts', newText } as const] });

function scene() {
  const views = new Map<string, ProposalView>();
  const told: string[] = [];
  const effects = new Map<string, Json>();
  const desk = {
    async create(): Promise<ProposalView> {
      const view = {
        id: `prp_${views.size + 1}`,
        title: 'Fix',
        files: [],
        added: 1,
        removed: 0,
        status: 'open',
      } as unknown as ProposalView;
      views.set(view.id, view);
      return view;
    },
    get: async (id: string) => views.get(id),
  } as unknown as ProposalDesk;
  const attempt = (): ProposalDesk =>
    announced(desk, {
      ...recordedStep(),
      async once(key, work) {
        if (!effects.has(key)) effects.set(key, await work(key));
        return effects.get(key) as Awaited<ReturnType<typeof work>>;
      },
      proposalCreated: async ({ proposalId }) => void told.push(proposalId),
    });
  const decide = (id: string, status: ProposalView['status']): void => void views.set(id, { ...(views.get(id) as ProposalView), status });
  return { attempt, told, decide };
}

describe('a step that is begun again', () => {
  const by = { agent: 'developer' };

  it('gets the proposal it made before, and tells of it once', async () => {
    const { attempt, told } = scene();
    const first = await attempt().create(draft('x'), by);
    assert.equal((await attempt().create(draft('x'), by)).id, first.id);
    assert.deepEqual(told, [first.id]);
  });

  it('makes another one when it drafts something else, or when the first was decided', async () => {
    const { attempt, told, decide } = scene();
    await attempt().create(draft('x'), by);
    await attempt().create(draft('y'), by);
    decide('prp_1', 'rejected');
    assert.equal((await attempt().create(draft('x'), by)).id, 'prp_3');
    assert.deepEqual(told, ['prp_1', 'prp_2', 'prp_3']);
  });
});
