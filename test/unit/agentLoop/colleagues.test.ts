import assert from 'node:assert/strict';
import type { AgentDefinition } from '#core/agents/definition.ts';
import { type AgentRun, runAgent } from '#core/agents/loop.ts';
import type { Usage } from '#protocol/usage.ts';
import { agentRun, testAgent, type TestRun } from '#test/support/agentFixtures.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { testModels } from '#test/support/llmFixtures.ts';
import { createWorkspace, type TestWorkspace } from '#test/support/skillContext.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { callTurn, deliverTurn } from '#test/support/vendors/scriptedModel.ts';
import type { Script, SeenRequest, Turn } from '#test/support/vendors/turn.ts';

const member = (id: string, more: Partial<AgentDefinition> = {}): AgentDefinition =>
  testAgent({ id, name: id, role: `The ${id}.`, ...more });
const TEAM = [
  member('developer', { deliverable: 'changeSet' }),
  member('qa'),
  member('security'),
  member('architect', { tools: ['files.read'], deliverable: 'plan' }),
];
const DOCUMENT = deliverTurn({ title: 'Yes', markdown: 'It holds, a.ts:1.', citations: [{ path: 'a.ts', line: 1, excerpt: 'let a;' }] });
const CHANGES = deliverTurn({ summary: 'Done.', notes: [], notDone: [] });

describe('agents of one step', () => {
  let workspace: TestWorkspace;
  before(async () => {
    workspace = await createWorkspace({ 'a.ts': 'let a;\n' });
  });
  after(() => workspace.dispose());

  /** Which agent asks stands in its system prompt. */
  const who = ({ system }: SeenRequest): string => /^You are (\w+)\./.exec(system)?.[1] ?? '';

  async function work(script: (request: SeenRequest, agent: string) => Turn, disabled: readonly string[] = []) {
    const server = await startAnthropicServer(((request: SeenRequest) => script(request, who(request))) satisfies Script);
    const run: TestRun = agentRun(workspace, testModels({ anthropic: server }));
    const accounts: string[] = [];
    const asked: AgentRun = {
      ...run,
      agent: TEAM[0] ?? testAgent(),
      colleagues: {
        agents: { all: TEAM, isDisabled: (id) => disabled.includes(id) },
        skillContext: () => run.skillContext,
        account: async ({ id }) => {
          accounts.push(id);
          return { cache: false, waitedMs: 0, reserve: async () => ({ settle: async (_used: readonly Usage[]) => {} }) };
        },
      },
    };
    try {
      const result = await runAgent(asked);
      return { result, requests: server.requests, records: run.context.records, accounts, signals: run.context.signals };
    } finally {
      await server.close();
    }
  }
  const first = (request: SeenRequest): boolean => request.toolResults.length === 0;

  it('ask one another: the other reads with its own prompt, and its cited answer comes back as data', async () => {
    const { requests, result, records, accounts } = await work((request, agent) => {
      if (agent === 'qa') return first(request) ? callTurn('files_read', { path: 'a.ts' }) : DOCUMENT;
      return first(request) ? callTurn('team_ask', { agent: 'qa', question: 'Does it hold?' }) : CHANGES;
    });
    const asked = requests.find((request) => who(request) === 'qa');
    assert.match(asked?.lastUserText ?? '', /developer \(developer\) asks you:\nDoes it hold\?/);
    assert.ok(!asked?.tools.includes('files_propose') && !asked?.tools.includes('shell_run'), 'it only reads');
    assert.match(requests.at(-1)?.toolResults[0] ?? '', /<data source="answer of qa">[\s\S]*"verified": true/);
    assert.match(requests[0]?.system ?? '', /# Your colleagues\n- qa: The qa\.\n- security/);
    assert.deepEqual(accounts, ['qa']);
    assert.equal(result.usage[0]?.calls, 4, 'what it used is part of the step');
    assert.deepEqual(new Set(records.map(({ agent }) => agent)), new Set(['developer', 'qa']));
  });

  it('review one another: the other sees the edits that are not proposed yet, and approves or rejects', async () => {
    const { requests, result } = await work((request, agent) => {
      if (agent === 'security')
        return first(request)
          ? callTurn('files_read', { path: 'a.ts' })
          : deliverTurn({ verdict: 'reject', summary: 'No.', reasons: [{ text: 'eval', citations: [] }] });
      if (first(request))
        return callTurn('files_edit', { action: 'replace', path: 'a.ts', search: 'let a;', replace: 'eval(a);', reason: 'r' });
      if (request.toolResults.length === 1) return callTurn('team_ask', { agent: 'security', question: 'Is it safe?', verdict: true });
      if (request.toolResults.length === 2) return callTurn('files_edit', { action: 'discard', path: 'a.ts', reason: 'not safe' });
      return CHANGES;
    });
    const seen = requests.findLast((request) => who(request) === 'security');
    assert.match(seen?.toolResults[0] ?? '', /eval\(a\);/);
    assert.ok(requests.some((request) => request.toolResults.some((text) => /"verdict": "reject"/.test(text))));
    assert.equal(result.summary, 'no proposals: Done.');
  });

  it('answer side by side when they are asked at once', async () => {
    const { requests, accounts } = await work((request, agent) => {
      if (agent !== 'developer') return DOCUMENT;
      const calls = ['qa', 'security'].map((id) => ({ name: 'team_ask', args: { agent: id, question: 'Well?' } }));
      return first(request) ? { calls } : CHANGES;
    });
    assert.deepEqual(accounts.toSorted(), ['qa', 'security']);
    assert.equal(requests.at(-1)?.toolResults.length, 2);
  });

  it('take over a part of the work with their own tools and result; what they propose becomes part of the whole', async () => {
    const { result } = await work((request, agent) => {
      if (agent === 'qa') {
        if (first(request))
          return callTurn('files_edit', { action: 'replace', path: 'a.ts', search: 'let a;', replace: 'const a = 1;', reason: 'r' });
        if (request.toolResults.length === 1) return callTurn('files_propose', { title: 'Constant', summary: 's' });
        return deliverTurn({ assessment: 'Proposed.', findings: [] });
      }
      return first(request) ? callTurn('team_delegate', { agent: 'qa', task: 'Make it a constant.' }) : CHANGES;
    });
    assert.deepEqual(
      (result.deliverable['proposals'] as { title: string }[]).map(({ title }) => title),
      ['Constant'],
    );
  });

  it('do not use up the time of who asks while a person is asked for the other', async () => {
    const hour = 3_600_000;
    let waitedMs = 0;
    const clock = new FakeClock();
    const server = await startAnthropicServer((request) => {
      if (who(request) !== 'qa') return first(request) ? callTurn('team_ask', { agent: 'qa', question: 'Well?' }) : CHANGES;
      // A person took an hour over the other's budget.
      waitedMs += hour;
      clock.advance(hour);
      return DOCUMENT;
    });
    const run = agentRun(workspace, testModels({ anthropic: server }));
    const account = { cache: false, reserve: async () => ({ settle: async (_used: readonly Usage[]) => {} }) };
    const skillContext = { ...run.skillContext, clock };
    try {
      const { summary } = await runAgent({
        ...run,
        skillContext,
        agent: TEAM[0] ?? testAgent(),
        colleagues: {
          agents: { all: TEAM, isDisabled: () => false },
          skillContext: () => skillContext,
          account: async () => Object.defineProperty({ ...account, waitedMs: 0 }, 'waitedMs', { get: () => waitedMs }),
        },
      });
      assert.equal(summary, 'no proposals: Done.');
    } finally {
      await server.close();
    }
  });

  it('cannot ask in a circle, themselves, one that is disabled, or one that is not there', async () => {
    const answers: string[] = [];
    await work(
      (request, agent) => {
        if (agent === 'qa') {
          if (first(request)) return callTurn('team_ask', { agent: 'developer', question: 'You?' });
          answers.push(request.toolResults[0] ?? '');
          return DOCUMENT;
        }
        if (first(request))
          return { calls: ['qa', 'developer', 'security', 'qaa'].map((id) => ({ name: 'team_ask', args: { agent: id, question: id } })) };
        answers.push(...request.toolResults.slice(1));
        return CHANGES;
      },
      ['security'],
    );
    assert.match(answers[0] ?? '', /developer waits for this very answer/);
    assert.match(answers[1] ?? '', /developer waits for this very answer/);
    assert.match(answers[2] ?? '', /`security` is disabled/);
    assert.match(answers[3] ?? '', /no agent `qaa`.*`qa`/);
  });

  it('stand three behind one another at most, and are asked eight times a step at most', async () => {
    const offered = new Map<string, boolean>();
    const { requests } = await work((request, agent) => {
      offered.set(agent, request.tools.includes('team_ask'));
      const next: Record<string, string> = { developer: 'qa', qa: 'security' };
      const target = next[agent];
      if (target === undefined || (agent === 'qa' && !first(request))) return DOCUMENT;
      if (agent === 'developer') {
        if (request.toolResults.length < 9)
          return callTurn('team_ask', { agent: target, question: `Question ${request.toolResults.length}` });
        return CHANGES;
      }
      return callTurn('team_ask', { agent: target, question: 'And you?' });
    });
    assert.deepEqual(
      [...offered.entries()],
      [
        ['developer', true],
        ['qa', true],
        ['security', false],
      ],
    );
    const refused = requests.at(-1)?.toolResults.filter((text) => /asked its colleagues 8 times/.test(text)) ?? [];
    assert.ok(refused.length > 0);
  });
});
