import assert from 'node:assert/strict';
import { checkWorkflow } from '#core/workflow/parse.ts';
import { workflowText } from '#test/bench/workflowParse.ts';

const yaml = (text: string) => checkWorkflow(text, { file: 'test.cas.yaml' });
const codes = (text: string, file = 'test.cas.yaml') => checkWorkflow(text, { file }).problems.map((problem) => problem.code);

describe('checkWorkflow', () => {
  it('turns the shortest file into a whole definition', () => {
    const { definition, problems, levels } = yaml('name: short\nsteps:\n  - key: look\n    action: debt.scan\n');
    assert.deepEqual(problems, []);
    assert.deepEqual(levels, [['look']]);
    assert.deepEqual(definition, {
      name: 'short',
      version: '1.0.0',
      description: '',
      triggers: [],
      inputs: [],
      steps: [
        {
          kind: 'task',
          key: 'look',
          name: 'look',
          dependsOn: [],
          when: null,
          continueOnError: false,
          timeoutMs: null,
          retry: { maxAttempts: 1, initialDelayMs: 500, maxDelayMs: 30_000 },
          agent: null,
          capability: null,
          action: 'debt.scan',
          with: {},
          prompt: null,
          provider: null,
          model: null,
          compensate: null,
        },
      ],
      output: null,
      requires: [],
      limits: { maxParallelSteps: null },
    });
  });

  it('reads durations, retries and defaults of every kind of step', () => {
    const { definition, problems } = yaml(`
name: kinds
inputs: { list: array, mode: { type: string, enum: [a, b], default: a } }
limits: { maxParallelSteps: 2 }
steps:
  - { key: ask, prompt: 'Hello {{ inputs.mode }}', timeout: 1.5m, retry: { initialDelay: 2s } }
  - { key: gate, dependsOn: ask, gate: { check: results.ask.ok } }
  - { key: person, dependsOn: ask, gate: { message: Go on? } }
  - { key: each, map: { over: inputs.list, steps: [{ key: one, action: a.b, with: { x: '{{ item }}' } }] } }
  - { key: again, when: true, loop: { until: results.one.ok, steps: [{ key: one, action: a.b, timeout: 250 }] } }
  - { key: sub, workflow: other, with: { a: 1 } }
`);
    assert.deepEqual(problems, []);
    const [ask, gate, person, each, again, sub] = definition?.steps ?? [];
    assert.equal(ask?.timeoutMs, 90_000);
    assert.deepEqual(ask?.retry, { maxAttempts: 3, initialDelayMs: 2000, maxDelayMs: 30_000 });
    assert.deepEqual(gate?.kind === 'gate' && [gate.check, gate.ask, gate.message], ['results.ask.ok', 'never', 'gate']);
    assert.deepEqual(person?.kind === 'gate' && [person.check, person.ask, person.message], [null, 'always', 'Go on?']);
    assert.deepEqual(each?.kind === 'map' && [each.over, each.concurrency, each.steps.length], ['inputs.list', 4, 1]);
    assert.deepEqual(again?.kind === 'loop' && [again.when, again.maxIterations, again.steps[0]?.timeoutMs], ['true', 10, 250]);
    assert.deepEqual(sub?.kind === 'workflow' && [sub.workflow, sub.with], ['other', { a: 1 }]);
    assert.deepEqual(definition?.inputs[1], {
      name: 'mode',
      type: 'string',
      description: '',
      required: false,
      default: 'a',
      enum: ['a', 'b'],
    });
  });

  it('gives the same definition for the same content in YAML and JSON', () => {
    const { definition } = yaml(workflowText(5));
    const raw = { name: 'same', steps: [{ key: 'a', action: 'x.y', with: { n: [1, null, 'two'] } }] };
    const asJson = checkWorkflow(JSON.stringify(raw, null, '\t'), { file: 'same.cas.json' });
    const asYaml = yaml('name: same\nsteps: [{ key: a, action: x.y, with: { n: [1, null, two] } }]');
    assert.notEqual(definition, null);
    assert.deepEqual(asJson.problems, []);
    assert.deepEqual(asJson, asYaml);
  });

  it('keeps the definition when there are only warnings', () => {
    const checked = yaml('name: warned\nsteps:\n  - { key: a, action: x.y }\n  - { key: b, action: x.y, when: results.a.ok }\n');
    assert.deepEqual(
      checked.problems.map((problem) => problem.severity),
      ['warning'],
    );
    assert.notEqual(checked.definition, null);
  });

  it('says what is wrong in parts it can read although others have the wrong shape', () => {
    const found = codes(
      'name: both\nsteps:\n  - { key: a, acton: x.y, action: x.y, dependsOn: b }\n  - { key: b, action: x.y, dependsOn: a, when: 1 + }\n',
    );
    assert.deepEqual(found.toSorted(), ['workflow.cycle', 'workflow.expression', 'workflow.unknownKey']);
  });

  it('marks a wrong reference inside a block text on its own line', () => {
    const { problems } = yaml('name: block\nsteps:\n  - key: a\n    prompt: |\n      One.\n      Two {{ results.zap }} three.\n');
    assert.deepEqual(
      problems.map(({ line, column, endColumn }) => [line, column, endColumn]),
      [[6, 14, 25]],
    );
  });

  it('takes `&&` and prose with ampersands for no anchors', () => {
    const checked = yaml('name: amp\nsteps:\n  - { key: a, prompt: "R&D and A &b", when: "1 == 1 && 2 == 2" }\n');
    assert.deepEqual(checked.problems, []);
  });

  it('refuses empty, too large and too deeply nested files', () => {
    assert.deepEqual(codes(' \n'), ['workflow.empty']);
    assert.deepEqual(codes(`# ${'é'.repeat(140_000)}\nname: a\n`), ['workflow.tooLarge']);
    assert.deepEqual(codes('['.repeat(200_000)), ['workflow.tooDeep']);
    assert.deepEqual(codes('['.repeat(5000) + ']'.repeat(5000), 'a.cas.json'), ['workflow.tooDeep']);
    assert.deepEqual(codes('{"a":'.repeat(50_000), 'a.cas.json'), ['workflow.yaml']);
  });

  it('lets a `__proto__` key do no harm, in YAML and JSON', () => {
    const inArguments =
      'name: proto\nsteps:\n  - { key: a, action: x.y, with: { __proto__: { polluted: 1 }, deep: [{ __proto__: 1 }] } }\n';
    assert.deepEqual(codes(inArguments), ['workflow.unknownKey', 'workflow.unknownKey']);
    assert.ok(codes('name: proto\n__proto__: { steps: [] }\nsteps: [{ key: a, action: x.y }]\n').includes('workflow.unknownKey'));
    assert.ok(codes('{"name":"p","steps":[{"key":"a","action":"x.y","with":{"__proto__":{"polluted":1}}}]}', 'a.cas.json').length > 0);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    for (const key of ['constructor', 'toString', 'hasOwnProperty'])
      assert.deepEqual(codes(`name: p\n${key}: 1\nsteps: [{ key: a, action: x.y }]\n`), ['workflow.unknownKey']);
  });

  it('remembers a text by its content, not the names that were known then', () => {
    const text = 'name: again\nsteps:\n  - { key: a, agent: zedd, action: x.y }\n';
    assert.deepEqual(checkWorkflow(text, { file: 'a.cas.yaml', knownAgents: ['zedd'] }).problems, []);
    assert.equal(checkWorkflow(text, { file: 'a.cas.yaml', knownAgents: ['zeddy'] }).problems[0]?.hint, 'Did you mean `zeddy`?');
    assert.equal(checkWorkflow(text, { file: 'a.cas.yaml', knownAgents: ['zedd'] }).definition?.name, 'again');
  });

  it('takes a right file of 100 steps', () => {
    const { problems, definition } = yaml(workflowText(100));
    assert.deepEqual(problems, []);
    assert.equal(definition?.steps.length, 100);
  });
});
