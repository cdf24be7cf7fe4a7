import assert from 'node:assert/strict';
import { runAgent } from '#core/agents/loop.ts';
import { Steering } from '#core/agents/steering.ts';
import { agentRun } from '#test/support/agentFixtures.ts';
import { testModels } from '#test/support/llmFixtures.ts';
import { createWorkspace, type TestWorkspace } from '#test/support/skillContext.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { callTurn, deliverTurn } from '#test/support/vendors/scriptedModel.ts';
import type { Script } from '#test/support/vendors/turn.ts';

const DONE = deliverTurn({ assessment: 'Fine.', findings: [] });

describe('a person’s words to an agent at work', () => {
  let workspace: TestWorkspace;
  before(async () => {
    workspace = await createWorkspace({ 'a.ts': 'let a;\n' });
  });
  after(() => workspace.dispose());

  async function work(steering: Steering, script: Script) {
    const server = await startAnthropicServer(script);
    try {
      const run = agentRun(workspace, testModels({ anthropic: server }));
      await runAgent({ ...run, inbox: steering.open('run_1', 'review') });
      return { requests: server.requests, records: run.context.records };
    } finally {
      await server.close();
    }
  }

  it('reach it before its next turn, as theirs, and are a record of the step', async () => {
    const steering = new Steering();
    const { requests, records } = await work(steering, (request) => {
      if (request.index > 0) return DONE;
      steering.say('run_1', 'review', 'Look at the tests too.');
      return callTurn('files_read', { path: 'a.ts' });
    });
    assert.equal(requests[1]?.lastUserText, 'A person who follows your work says:\nLook at the tests too.');
    assert.equal(requests[1]?.toolResults.length, 1, 'every call keeps its answer');
    const record = records.find(({ kind }) => kind === 'branch');
    assert.deepEqual(
      [record?.title, record?.data],
      ['a person said: Look at the tests too.', { gate: 'person', steered: 'Look at the tests too.' }],
    );
  });

  it('that come while it delivers keep it at work for one more turn', async () => {
    const steering = new Steering();
    const { requests } = await work(steering, (request) => {
      if (request.index === 0) steering.say('run_1', 'review', 'Wait, one more thing.');
      return DONE;
    });
    assert.equal(requests.length, 2);
    assert.match(requests[1]?.toolResults[0] ?? '', /a person has just said something/);
  });

  it('are refused where no agent is at work, with who is', () => {
    const steering = new Steering();
    const inbox = steering.open('run_1', 'review');
    assert.throws(() => steering.say('run_1', 'reviw', 'x'), { code: 'step.notSteerable', message: /At work are: review\..*review/ });
    assert.throws(() => steering.say('run_2', 'review', 'x'), { code: 'step.notSteerable', message: /None works with a model/ });
    inbox.dispose();
    assert.throws(() => steering.say('run_1', 'review', 'x'), { code: 'step.notSteerable' });
  });

  it('go to the newest attempt of a step, which begins with none', () => {
    const steering = new Steering();
    const first = steering.open('run_1', 'review');
    steering.say('run_1', 'review', 'old');
    const second = steering.open('run_1', 'review');
    first.dispose();
    steering.say('run_1', 'review', 'new');
    assert.deepEqual([second.waiting, second.take(), second.waiting], [true, ['new'], false]);
  });
});
