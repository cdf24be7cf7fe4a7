import assert from 'node:assert/strict';
import { hasCode } from '#base/errors.ts';
import { LearnedConfidence } from '#core/agents/learned.ts';
import { feedbackMethods } from '#core/api/feedbackMethods.ts';
import type { Store } from '#core/store/store.ts';
import type { FeedbackMethods } from '#protocol/feedback.ts';
import type { JsonObject } from '#base/json.ts';
import type { ProposalView } from '#protocol/proposal.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { append, created, memoryStore } from '#test/support/memoryStore.ts';
import { agentDefinition } from '#test/unit/agents/team.ts';

const builder = agentDefinition('builder', { name: 'Builder', capabilities: [{ name: 'sql.write', confidence: 0.64 }] });
const tester = agentDefinition('tester', { capabilities: [{ name: 'tests.run', confidence: 0.9 }] });

describe('feedback', () => {
  let store: Store;
  let methods: FeedbackMethods;
  let published: JsonObject[];
  beforeEach(async () => {
    store = await memoryStore();
    published = [];
    const team = [builder, tester];
    let ids = 0;
    methods = feedbackMethods({
      ports: { clock: new FakeClock(1_000), ids: { next: (prefix) => `${prefix}_${(ids += 1)}`, random: () => 0 } },
      store,
      proposals: { get: async (id) => ({ id, title: 'Cap retry delay', agent: 'builder', runId: 'run_a', path: 'build' }) as ProposalView },
      agents: { all: team, get: (id) => team.find((agent) => agent.id === id) ?? assert.fail(id) },
      learned: new LearnedConfidence(),
      bus: { publish: async (message) => (published.push(message.payload), message as never) },
      changed: () => {},
    });
    await store.runs.append(append('run_a', 1, [created], { title: 'Review of main' }));
    const row = { runId: 'run_a', startedAt: 1, durationMs: 1, ok: true, error: null };
    await store.agents.recordExecution({ ...row, agent: 'builder', path: 'build', capability: 'sql.write' });
    await store.agents.recordExecution({ ...row, agent: 'tester', path: 'test' });
  });
  afterEach(() => store.close());

  it('on a run is shared among those who worked in it, kept, and told to the bus', async () => {
    const note = await methods['feedback.give']({ target: { kind: 'run', id: 'run_a' }, rating: 'down', reason: 'wrong', text: 'No.' });
    assert.deepEqual(note.shares, [
      { agent: 'builder', capability: 'sql.write', share: 0.5 },
      { agent: 'tester', capability: '', share: 0.5 },
    ]);
    assert.deepEqual(await methods['feedback.list'](), [note]);
    assert.deepEqual(published, [{ rating: 1, text: 'No.', runId: 'run_a' }]);
    assert.deepEqual(
      (await methods['feedback.outcome']()).map(({ agent, notes, runs }) => [agent, notes, runs]),
      [
        ['tester', 1, 0],
        ['builder', 1, 1],
      ],
    );
  });

  it('on the same run or proposal again takes the place of what was said before', async () => {
    const target = { kind: 'proposal', id: 'prop_1' } as const;
    await methods['feedback.give']({ target, rating: 'down' });
    await methods['feedback.give']({ target, rating: 'up' });
    const [note, ...more] = await methods['feedback.list']();
    assert.deepEqual([note?.rating, more], ['up', []]);
    const [outcome] = await methods['feedback.outcome']();
    assert.ok(outcome && outcome.confidence > outcome.without && outcome.notes === 1);
  });

  it('says what came of notes: without them, and with them', async () => {
    for (let n = 0; n < 3; n += 1)
      await methods['feedback.give']({ target: { kind: 'agent', id: 'builder', capability: 'sql.write' }, rating: 'down' });
    const [outcome] = await methods['feedback.outcome']();
    const prior = 20 * 0.64 + 1;
    assert.deepEqual(outcome, {
      agent: 'builder',
      name: 'Builder',
      capability: 'sql.write',
      without: prior / 21,
      confidence: prior / 30,
      notes: 3,
      runs: 1,
    });
  });

  it('is taken back without a trace in the confidence', async () => {
    const { id } = await methods['feedback.give']({ target: { kind: 'agent', id: 'tester' }, rating: 'up' });
    await methods['feedback.withdraw'](id);
    assert.deepEqual([await methods['feedback.list'](), await methods['feedback.outcome']()], [[], []]);
    await assert.rejects(methods['feedback.withdraw'](id), (error) => hasCode(error, 'feedback.notFound'));
  });

  it('refuses a capability the agent does not have', async () => {
    const give = methods['feedback.give']({ target: { kind: 'agent', id: 'tester', capability: 'sql.write' }, rating: 'up' });
    await assert.rejects(give, (error) => hasCode(error, 'agent.noCapability'));
  });

  it('keeps any text as it was written', async () => {
    const text = 'ü\n\u0000\ud800 "quoted" 😀';
    await methods['feedback.give']({ target: { kind: 'run', id: 'run_a' }, rating: 'up', text });
    assert.equal((await methods['feedback.list']())[0]?.text, text);
  });
});
