import assert from 'node:assert/strict';
import type { AgentDefinition } from '#core/agents/definition.ts';
import { isAppError } from '#base/errors.ts';
import { candidatesFor, createAssign, type AgentSource } from '#core/agents/router.ts';
import type { StepAssignment, StepExecutor } from '#core/engine/executor.ts';
import type { TaskStep } from '#core/workflow/definition.ts';
import { agentDefinition, taskStep } from '#test/unit/agents/team.ts';

const agent = agentDefinition;
const step = (fields: Partial<TaskStep>): Parameters<StepExecutor['assign']>[0] => ({ step: taskStep(fields), workflow: 'test' });

const TEAM = [
  agent('developer', { capabilities: [{ name: 'code.write', confidence: 0.9 }], skills: ['change.propose', 'code.rules'] }),
  agent('quality', {
    capabilities: [{ name: 'code.write', confidence: 0.4 }],
    skills: ['code.rules'],
    specializations: ['technical debt'],
  }),
  agent('security', { capabilities: [{ name: 'security.review', confidence: 0.95 }], skills: ['secrets.scan', 'code.rules'] }),
];

function assign(fields: Partial<TaskStep>, team: readonly AgentDefinition[] = TEAM, disabled: readonly string[] = []): StepAssignment {
  const source: AgentSource = { all: team, isDisabled: (id) => disabled.includes(id) };
  return createAssign(source)(step(fields));
}

const refusal = (code: string, text: string) => (error: unknown) =>
  isAppError(error) && error.code === code && error.message.includes(text);

describe('routing a step to an agent', () => {
  it('takes the agent that the step names', () => {
    assert.deepEqual(assign({ agent: 'quality', capability: 'security.review' }), { agent: 'quality', reason: 'named by the step' });
    assert.throws(() => assign({ agent: 'securty' }), refusal('agent.notFound', 'Did you mean `security`?'));
    assert.throws(() => assign({ agent: 'quality' }, TEAM, ['quality']), refusal('agent.disabled', 'quality'));
  });

  it('takes the most confident enabled agent with the capability', () => {
    assert.deepEqual(assign({ capability: 'security.review' }), { agent: 'security', reason: 'only agent with security.review (0.95)' });
    assert.deepEqual(assign({ capability: 'code.write' }), { agent: 'developer', reason: 'best of 2 with code.write (0.9)' });
    assert.equal(assign({ capability: 'code.write' }, TEAM, ['developer']).agent, 'quality');
    assert.throws(() => assign({ capability: 'code.wright' }), refusal('agent.notFound', 'Did you mean `code.write`?'));
  });

  it('breaks ties by who can run the action, then the workspace’s own, then the narrower trade, then by id', () => {
    const one = { name: 'x.do', confidence: 0.5 };
    const tied = [
      agent('b', { capabilities: [one] }),
      agent('c', { capabilities: [one, { name: 'y.do', confidence: 1 }], source: 'workspace' }),
      agent('d', { capabilities: [one, { name: 'y.do', confidence: 1 }], skills: ['a.b'] }),
      agent('e', { capabilities: [one] }),
    ];
    const source: AgentSource = { all: tied, isDisabled: () => false };
    const order = (action: string | null): string[] =>
      candidatesFor({ agents: source, learned: { confidence: (_agent, _name, declared) => declared } }, 'x.do', action).map(
        (found) => found.agent.id,
      );
    assert.deepEqual(order(null), ['c', 'b', 'e', 'd']);
    assert.deepEqual(order('a.b'), ['d', 'c', 'b', 'e']);
  });

  it('takes the agent to whose trade the skill is closest', () => {
    assert.deepEqual(assign({ action: 'code.rules' }), { agent: 'quality', reason: 'best of 3 with skill code.rules' });
    assert.deepEqual(assign({ action: 'secrets.scan' }), { agent: 'security', reason: 'only agent with skill secrets.scan' });
    assert.throws(() => assign({ action: 'secret.scan' }), refusal('agent.notFound', 'Did you mean `secrets.scan`?'));
  });

  it('falls back on the words of a prompt’s step, and asks for a name when none fits', () => {
    assert.deepEqual(assign({ key: 'look', name: 'Look at our technical debt', prompt: 'x' }), {
      agent: 'quality',
      reason: 'its trade matches the step’s words: debt, technical'.replace('’', "'"),
    });
    assert.throws(() => assign({ key: 'q1', name: 'Do it for the', prompt: 'x' }), refusal('agent.notFound', 'name one with `agent:`'));
  });

  it('picks the same one of 100 agents each time', () => {
    const many = Array.from({ length: 100 }, (_, at) =>
      agent(`agent-${String(at).padStart(3, '0')}`, {
        capabilities: Array.from({ length: 8 }, (__, c) => ({
          name: `area${(at + c) % 20}.do`,
          confidence: ((at * 7 + c) % 10) / 10 + 0.05,
        })),
        skills: [`skill.s${at % 9}`, `skill.s${(at + 1) % 9}`],
        specializations: ['schemas', 'queues and topics', 'release notes'],
      }),
    );
    const steps = [{ capability: 'area7.do' }, { action: 'skill.s3' }, { name: 'Write release notes', prompt: 'x' }];
    for (const fields of steps) {
      const first = assign(fields, many);
      for (let round = 0; round < 10; round += 1) assert.deepEqual(assign(fields, many), first);
      assert.deepEqual(assign(fields, many.toReversed()).agent, first.agent, JSON.stringify(fields));
    }
  });
});
