import assert from 'node:assert/strict';
import { completionsAt, hoverAt } from '#core/workflow/complete.ts';

const known = {
  agents: new Map([
    ['security', 'Finds what can be exploited.'],
    ['tester', ''],
  ]),
  skills: new Map([
    ['git.history', 'Reads the history.'],
    ['tests.run', ''],
  ]),
  workflows: new Map([['code-review', '']]),
};

/** Completions at the `|` of the text; `file` is written around it. */
function at(marked: string) {
  const offset = marked.lastIndexOf('¦');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return { text, offset, found: completionsAt(text, offset, known) };
}
const labels = (marked: string): string[] => at(marked).found.map(({ label }) => label);
function accept(marked: string, label: string): string {
  const { text, found } = at(marked);
  const option = found.find((candidate) => candidate.label === label);
  assert.ok(option, `${label} is not offered`);
  return text.slice(0, option.start) + option.insert + text.slice(option.end);
}

const FILE = `name: x
inputs:
  paths: array
  fix:
    type: boolean
steps:
  - key: detect
    name: Get to know
    action: project.detect
  - key: repair
    dependsOn: detect
    loop:
      until: results.¦
      steps:
        - key: propose
          prompt: hi
        - key: verify
          dependsOn: [propose]
`;

describe('completion in a workflow file', () => {
  it('offers the keys of the place that are not there yet, with what they mean', () => {
    const top = at('name: x\n¦');
    assert.ok(!top.found.some(({ label }) => label === 'name'));
    assert.deepEqual(
      top.found.find(({ label }) => label === 'steps')?.description,
      'The work. Steps without `dependsOn` start at once and run side by side.',
    );
    const step = labels('name: x\nsteps:\n  - key: a\n    ¦');
    assert.ok(step.includes('action') && step.includes('dependsOn') && !step.includes('key') && !step.includes('steps'));
    assert.deepEqual(labels('steps:\n  - key: a\n    gate:\n      ¦').toSorted(), ['ask', 'check', 'message']);
    assert.deepEqual(labels('steps:\n  - key: a\n    loop:\n      steps:\n        - key: b\n          retry:\n            ¦').toSorted(), [
      'initialDelay',
      'maxAttempts',
      'maxDelay',
    ]);
    assert.ok(labels('steps:\n- key: a\n- ¦').includes('key'));
  });

  it('replaces what is half written', () => {
    assert.equal(accept('name: x\nste¦', 'steps'), 'name: x\nsteps: ');
    assert.equal(accept('steps:\n  - key: a\n    ag¦: tester\n', 'agent'), 'steps:\n  - key: a\n    agent: tester\n');
    assert.equal(accept('steps:\n  - action: git.h¦', 'git.history'), 'steps:\n  - action: git.history');
    assert.equal(
      accept('steps:\n  - key: a\n    when: inputs.a > 1 && resu¦', 'results'),
      'steps:\n  - key: a\n    when: inputs.a > 1 && results',
    );
  });

  it('offers agents, skills, workflows and fixed values', () => {
    assert.deepEqual(labels('steps:\n  - key: a\n    agent: ¦'), ['security', 'tester']);
    assert.deepEqual(labels('steps:\n  - key: a\n    action: ¦'), ['git.history', 'tests.run']);
    assert.deepEqual(labels('steps:\n  - key: a\n    compensate:\n      action: ¦'), ['git.history', 'tests.run']);
    assert.deepEqual(labels('steps:\n  - key: a\n    workflow: ¦'), ['code-review']);
    assert.deepEqual(labels('steps:\n  - key: a\n    gate:\n      ask: ¦'), ['never', 'strict', 'always']);
    assert.deepEqual(labels('steps:\n  - key: a\n    continueOnError: ¦'), ['true', 'false']);
    assert.deepEqual(labels('requires: [¦'), ['model']);
  });

  it('offers the other steps of the same list in dependsOn', () => {
    const steps = 'steps:\n  - key: a\n  - key: b\n    dependsOn: DEPENDS\n  - key: c\n    loop:\n      steps:\n        - key: inner\n';
    assert.deepEqual(labels(steps.replace('DEPENDS', '¦')), ['a', 'c']);
    assert.deepEqual(labels(steps.replace('DEPENDS', '[a, ¦')), ['c']);
    assert.deepEqual(labels(steps.replace('DEPENDS', '\n      - ¦')), ['a', 'c']);
  });

  it('offers results that can be seen: those of the pass after it, and outer ones', () => {
    assert.deepEqual(labels(FILE), ['propose', 'verify', 'detect']);
    assert.deepEqual(labels(FILE.replace('results.¦', 'true').replace('prompt: hi', "prompt: 'Look at {{ results.¦ }}'")), [
      'verify',
      'detect',
    ]);
  });

  it('offers inputs, context and the names of expressions, in block texts too', () => {
    assert.deepEqual(
      labels('inputs:\n  paths: array\n  fix:\n    type: boolean\nsteps:\n  - key: a\n    prompt: |\n      Hello {{ inputs.¦ }}'),
      ['paths', 'fix'],
    );
    assert.deepEqual(labels('steps:\n  - key: a\n    when: context.¦'), ['runId', 'mode', 'hasModel', 'workflow']);
    assert.ok(labels('steps:\n  - key: a\n    when: ¦').includes('results'));
    assert.ok(!labels('steps:\n  - key: a\n    when: ¦').includes('item'));
    assert.ok(
      labels("steps:\n  - key: a\n    map:\n      over: inputs.x\n      steps:\n        - key: b\n          prompt: '{{ ¦").includes(
        'item',
      ),
    );
    assert.deepEqual(labels('steps:\n  - key: a\n    prompt: |\n      Hello ¦'), []);
  });
});

describe('hover in a workflow file', () => {
  const hover = (marked: string) => {
    const offset = marked.indexOf('¦');
    const text = marked.replace('¦', '');
    const found = hoverAt(text, offset);
    return found && [text.slice(found.start, found.end), found.text];
  };

  it('says what a key means, on the key and on its value', () => {
    const meaning = ['continueOnError', 'The run goes on when this step fails; its result is null. Default false.'];
    assert.deepEqual(hover('steps:\n  - key: a\n    continue¦OnError: true'), meaning);
    assert.deepEqual(hover('steps:\n  - key: a\n    continueOnError: tr¦ue'), meaning);
    assert.deepEqual(hover('steps:\n  - key: a\n    loop:\n      max¦: 3'), ['max', 'Most passes: 1 to 100. Default 10.']);
  });

  it('says nothing where nothing is known', () => {
    assert.equal(hover('steps:\n  - key: a\n    zap¦: 1'), null);
    assert.equal(hover('# com¦ment'), null);
    assert.equal(hover('¦'), null);
  });
});
