import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '#base/json.ts';
import type { LoopStep, Step } from '#core/workflow/definition.ts';
import { evaluateCondition } from '#core/workflow/expression.ts';
import { checkWorkflow } from '#core/workflow/parse.ts';
import { fillArguments } from '#core/workflow/template.ts';
import { knownNames } from '#test/unit/workflow/known.ts';

const FOLDER = path.resolve('resources/workflows');

async function check(name: string) {
  return checkWorkflow(await readFile(path.join(FOLDER, `${name}.cas.yaml`), 'utf8'), { file: `${name}.cas.yaml`, ...knownNames });
}

describe('the built-in workflows', () => {
  it('are these and have no problem at all', async () => {
    const files = await readdir(FOLDER);
    assert.deepEqual(files.toSorted(), [
      'api-development.cas.yaml',
      'bug-fix.cas.yaml',
      'ci-cd.cas.yaml',
      'code-review.cas.yaml',
      'continuous-improvement.cas.yaml',
      'dependency-upgrade.cas.yaml',
      'documentation.cas.yaml',
      'feature-delivery.cas.yaml',
      'rework.cas.yaml',
      'security-audit.cas.yaml',
      'tech-debt.cas.yaml',
    ]);
    for (const file of files) {
      const name = file.replace('.cas.yaml', '');
      const checked = await check(name);
      assert.deepEqual(checked.problems, [], file);
      assert.equal(checked.definition?.name, name);
    }
  });

  it('run all checks of code-review side by side, then repair, then report', async () => {
    const { levels } = await check('code-review');
    assert.deepEqual(levels, [
      ['detect'],
      ['history', 'secrets', 'dependencies', 'rules', 'duplicates', 'debt', 'lint', 'tests'],
      ['repair'],
      ['report'],
    ]);
  });

  it('let every check of code-review fail without losing the report', async () => {
    const { definition } = await check('code-review');
    const strict = definition?.steps.filter((step) => !step.continueOnError).map((step) => step.key);
    assert.deepEqual(strict, ['detect', 'report']);
  });

  it('need a model only for feature-delivery', async () => {
    const files = await readdir(FOLDER);
    const needs = await Promise.all(files.map(async (file) => (await check(file.replace('.cas.yaml', ''))).definition));
    assert.deepEqual(
      needs.filter((one) => one?.requires.includes('model')).map((one) => one?.name),
      ['feature-delivery'],
    );
  });
});

describe('the repair loop of the built-in workflows', () => {
  const finding = (severity: string, more: JsonObject = {}): JsonObject => ({ id: `f-${severity}`, severity, ...more });
  const scopeOf = (results: JsonObject, hasModel = false, more: JsonObject = {}) => ({
    inputs: { fix: true },
    results,
    context: { hasModel },
    ...more,
  });

  async function repairOf(name: string): Promise<LoopStep> {
    const { definition } = await check(name);
    const step = definition?.steps.find(({ key }) => key === 'repair');
    assert.ok(step?.kind === 'loop');
    return step;
  }
  const stepOf = (loop: LoopStep, key: string): Step & { kind: 'task' } => {
    const step = loop.steps.find((candidate) => candidate.key === key);
    assert.ok(step?.kind === 'task');
    return step;
  };

  for (const name of ['code-review', 'security-audit']) {
    it(`starts for what can be fixed, and with a model for what is serious: ${name}`, async () => {
      const { when } = await repairOf(name);
      const starts = (found: JsonObject[], hasModel = false, fix = true): boolean =>
        evaluateCondition(when ?? '', {
          ...scopeOf({ secrets: { findings: found }, rules: null, dependencies: null }, hasModel),
          inputs: { fix },
        });
      assert.equal(starts([finding('low', { fix: { path: 'a' } })]), true);
      assert.equal(starts([finding('low', { fix: { path: 'a' } })], false, false), false);
      assert.equal(starts([finding('high')]), false);
      assert.equal(starts([finding('high')], true), true);
      assert.equal(starts([finding('low')], true), false);
      assert.equal(starts([]), false);
    });

    it(`ends when all is verified or nothing was proposed, and goes on when QA objects: ${name}`, async () => {
      const { until } = await repairOf(name);
      const ends = (results: JsonObject): boolean => evaluateCondition(until, scopeOf(results));
      const propose = { proposals: [{ id: 'p1' }] };
      assert.equal(ends({ propose, verify: { passed: true } }), true);
      assert.equal(ends({ propose, verify: { passed: true, verdict: 'approve' } }), true);
      assert.equal(ends({ propose, verify: { passed: true, verdict: 'reject' } }), false);
      assert.equal(ends({ propose, verify: { passed: false } }), false);
      assert.equal(ends({ propose: { proposals: [] }, verify: null }), true);
    });

    it(`hands the developer what can be fixed and what QA said, and QA what was proposed: ${name}`, async () => {
      const loop = await repairOf(name);
      const fixable = finding('low', { fix: { path: 'a' } });
      const results = {
        secrets: { findings: [fixable, finding('high')] },
        rules: null,
        dependencies: null,
        propose: { proposals: [{ id: 'p1' }, { id: 'p2' }] },
      };
      const first = { ...scopeOf(results), last: {}, iteration: 1 };
      assert.deepEqual(fillArguments(stepOf(loop, 'propose').with, first), { findings: [fixable] });
      const second = { ...first, last: { verify: { passed: false, failed: [{ proposal: 'p1' }] } } };
      assert.deepEqual(fillArguments(stepOf(loop, 'propose').with, second)['feedback'], second.last.verify);
      assert.deepEqual(fillArguments(stepOf(loop, 'verify').with, first), { proposals: ['p1', 'p2'] });
    });
  }
});
