import assert from 'node:assert/strict';
import { runAgent } from '#core/agents/loop.ts';
import { Steering } from '#core/agents/steering.ts';
import { thoughtOf } from '#protocol/thinking.ts';
import { agentRun, type RecordedStep } from '#test/support/agentFixtures.ts';
import { testModels } from '#test/support/llmFixtures.ts';
import { createWorkspace, type TestWorkspace } from '#test/support/skillContext.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { callTurn, deliverTurn } from '#test/support/vendors/scriptedModel.ts';
import type { Script } from '#test/support/vendors/turn.ts';

const DONE = deliverTurn({ assessment: 'Fine.', findings: [] });
const seen = ({ records }: RecordedStep): unknown =>
  records.map((record, seq) => {
    const thought = thoughtOf({ type: 'agent.recorded', runId: 'run_1', seq, at: 0, path: 'review', ...record });
    return `${thought?.role} ${thought?.kind}${thought?.ok === true ? '' : ' failed'}`;
  });

describe('the thinking of an agent', () => {
  let workspace: TestWorkspace;
  before(async () => {
    workspace = await createWorkspace({ 'a.ts': 'let a;\n' });
  });
  after(() => workspace.dispose());

  async function work(script: Script, steering = new Steering()): Promise<RecordedStep> {
    const server = await startAnthropicServer(script);
    try {
      const run = agentRun(workspace, testModels({ anthropic: server }));
      await runAgent({ ...run, inbox: steering.open('run_1', 'review') });
      return run.context;
    } finally {
      await server.close();
    }
  }

  it('is a plan, calls, tools and verdicts, each a record with its role', async () => {
    const context = await work([
      callTurn('files_read', { path: 'a.ts' }, 'First I read a.ts.\nThen I judge.'),
      deliverTurn({ findings: 'none' }),
      DONE,
    ]);
    assert.deepEqual(seen(context), [
      'actor model',
      'actor plan',
      'actor tool',
      'actor model',
      'critic verdict failed',
      'actor model',
      'critic verdict',
    ]);
    const plan = context.records.find(({ kind }) => kind === 'plan');
    assert.deepEqual(
      [plan?.title, plan?.data],
      ['First I read a.ts.', { text: 'First I read a.ts.\nThen I judge.', calls: ['files_read'] }],
    );
    const [sentBack, delivered] = context.records.filter(({ kind }) => kind === 'verdict');
    assert.match(sentBack?.title ?? '', /^sent back by its form: Not accepted: assessment:/);
    assert.match(JSON.stringify(delivered?.data), /"critic":"citations","gate":"delivery"/);
  });

  it('has the gate that ended it: a call made in circles is said and kept', async () => {
    const context = await work((request) =>
      /Deliver what you have now/.test(request.lastUserText) ? DONE : callTurn('files_read', { path: 'a.ts' }),
    );
    const branch = context.records.find(({ kind }) => kind === 'branch');
    assert.match(branch?.title ?? '', /The same call of files_read was made 3 times: this goes round in circles\./);
    assert.deepEqual(branch?.data, { gate: 'limits', turns: 3 });
  });

  it('counts a result that a person’s word sent back as no failure of the agent', async () => {
    const steering = new Steering();
    const context = await work((request) => {
      if (request.index < 4) steering.say('run_1', 'review', `word ${request.index}`);
      return DONE;
    }, steering);
    assert.equal(context.records.filter(({ title }) => title.startsWith('sent back by a person')).length, 4);
    assert.equal(context.records.filter(({ data }) => (data as { gate?: string }).gate === 'person').length, 4);
  });
});

describe('a run as thoughts', () => {
  it('has its questions and answers as gates, and nothing else of its events', () => {
    const base = { runId: 'run_1', at: 5, path: 'gate' };
    const asked = thoughtOf({
      ...base,
      type: 'decision.requested',
      seq: 1,
      id: 'dec_1',
      kind: 'gate',
      title: 'Go on?',
      detail: 'd',
      options: [],
    });
    const made = thoughtOf({
      ...base,
      type: 'decision.made',
      seq: 2,
      id: 'dec_1',
      choice: 'yes',
      reason: 'good',
      by: 'person',
    });
    assert.deepEqual([asked?.role, asked?.kind, asked?.title], ['gate', 'question', 'Go on?']);
    assert.deepEqual([made?.title, made?.data], ['person chose yes', { id: 'dec_1', choice: 'yes', by: 'person', reason: 'good' }]);
    assert.equal(thoughtOf({ ...base, type: 'step.queued', seq: 3 }), null);
  });
});
