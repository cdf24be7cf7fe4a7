import assert from 'node:assert/strict';
import type { Json, JsonObject } from '#base/json.ts';
import { isAppError } from '#base/errors.ts';
import type { ExpressionScope } from '#core/workflow/definition.ts';
import { compileExpression, evaluateCondition, evaluateExpression } from '#core/workflow/expression.ts';

const finding = (id: string, more: JsonObject = {}): JsonObject => ({ id, severity: 'high', title: id, citations: [], ...more });
const scope: ExpressionScope = {
  inputs: { count: 5, ratio: 0.5, name: 'x', list: [1, 2, 3] },
  results: {
    tests: null,
    lint: { failed: 3, findings: [finding('l1'), finding('both')] },
    secrets: { findings: [finding('s1', { fix: { path: 'a' } }), finding('both')] },
  },
  context: { mode: 'auto' },
};
const value = (text: string): Json => evaluateExpression(text, scope);
const holds = (text: string): boolean => evaluateCondition(text, scope);

function failure(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isAppError(error)) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}

describe('an expression', () => {
  it('computes with the numbers of JSON, whole and fractional alike', () => {
    const results = [
      'inputs.count + 1',
      'inputs.count / 2',
      '7 / 2',
      'inputs.ratio * 4',
      '10 - inputs.ratio',
      'inputs.count % 2',
      'size(inputs.list)',
    ].map((text) => value(text));
    assert.deepEqual(results, [6, 2.5, 3, 2, 9.5, 1, 3]);
  });

  it('gives plain JSON', () => {
    assert.deepEqual(value('{"a": [1, 2.5, "x", null, true], "b": {"c": 3u}}'), { a: [1, 2.5, 'x', null, true], b: { c: 3 } });
    assert.equal(value('timestamp("2024-01-01T00:00:00Z")'), '2024-01-01T00:00:00.000Z');
    assert.equal(value('duration("90s")'), 90_000);
    assert.deepEqual(value('inputs.list.filter(n, n > 1).map(n, n * 10)'), [20, 30]);
  });

  it('holds false for a condition that reads into a skipped step, negated too', () => {
    for (const text of [
      'results.tests.failed > 0',
      '!(results.tests.failed > 0)',
      'results.tests',
      'results.tests.a.b.c == 1',
      'results.gone.x',
      'size(results.tests) > 0',
      'results.tests > 1',
      'results.tests.findings.exists(f, true)',
      '!results.tests',
    ]) {
      assert.equal(holds(text), false, text);
    }
  });

  it('lets `&&` and `||` decide when their other side does', () => {
    assert.equal(holds('results.tests.failed > 0 || results.lint.failed > 0'), true);
    assert.equal(holds('results.lint.failed > 0 || results.tests.failed > 0'), true);
    assert.equal(holds('results.tests.failed > 0 && true'), false);
    assert.equal(holds('!(results.tests.failed > 0 && false)'), true);
  });

  it('asks for what may be missing with `has`, `== null` and `.?`', () => {
    assert.equal(holds('has(results.tests.failed)'), false);
    assert.equal(holds('has(results.lint.failed)'), true);
    assert.equal(holds('results.tests == null'), true);
    assert.equal(value('results.?tests.?failed.orValue(7)'), 7);
  });

  it('gives null for a value that is not there', () => {
    assert.equal(value('results.tests.failed'), null);
    assert.equal(value('inputs.gone'), null);
    assert.equal(value('inputs.list[9]'), null);
  });

  it('gathers findings of one, some or all results, each once', () => {
    const ids = (text: string): unknown => (value(text) as JsonObject[]).map((found) => found['id']);
    assert.deepEqual(ids('findings(results)'), ['l1', 'both', 's1']);
    assert.deepEqual(ids('findings([results.secrets, results.tests])'), ['s1', 'both']);
    assert.deepEqual(ids('findings(results.lint)'), ['l1', 'both']);
    assert.deepEqual(ids('findings(results.tests)'), []);
    assert.deepEqual(ids('findings(results).filter(f, has(f.fix))'), ['s1']);
  });

  it('gathers findings as agents judged them: dismissed ones are out, severities are theirs', () => {
    const judgements = [
      { finding: 'l1', verdict: 'dismissed', reason: 'a fixture' },
      { finding: 'both', verdict: 'confirmed', severity: 'low', reason: 'not reachable' },
    ];
    const lint = { ...(scope.results['lint'] as JsonObject), judgements };
    const found = evaluateExpression('findings(results).map(f, [f.id, f.severity])', { ...scope, results: { ...scope.results, lint } });
    assert.deepEqual(found, [
      ['both', 'low'],
      ['s1', 'high'],
    ]);
  });

  it('fails with the expression, the reason and the place', () => {
    const error = failure(() => compileExpression('1 + + 2'));
    assert.equal(error.code, 'workflow.expression');
    assert.equal(error.details['expression'], '1 + + 2');
    assert.equal(error.details['start'], 4);
    assert.match(error.message, /^In `1 \+ \+ 2`: Unexpected token/);
  });

  it('refuses a condition that is neither true nor false, and what JSON cannot say', () => {
    assert.match(failure(() => holds('inputs.name')).message, /must be true or false, but this is a string/);
    for (const text of ['b"abc"', 'type(1)', '9007199254740993', 'inputs.count / 0', '1 / 0', 'inputs.name + 1', 'inputs.name > 3']) {
      assert.equal(failure(() => value(text)).code, 'workflow.expression', text);
    }
  });

  it('reaches no JavaScript', () => {
    for (const text of [
      'results.constructor',
      'inputs.list.constructor',
      'results.__proto__',
      'inputs.name.length',
      'results.lint.toString',
    ]) {
      const seen = (() => {
        try {
          return value(text);
        } catch (error) {
          return isAppError(error) ? error.code : String(error);
        }
      })();
      assert.ok(seen === null || seen === 'workflow.expression', `${text}: ${JSON.stringify(seen)}`);
    }
    for (const text of ['process.exit()', 'eval("1")', 'require("fs")', 'inputs.name.replace("x", "y").at(0)']) {
      assert.equal(failure(() => value(text)).code, 'workflow.expression', text);
    }
    assert.equal(value('globalThis'), null);
  });

  it('refuses what is too long or too deep at once', () => {
    assert.equal(failure(() => compileExpression('1'.repeat(4001))).code, 'workflow.expression');
    assert.equal(failure(() => compileExpression(`${'('.repeat(1900)}1${')'.repeat(1900)}`)).code, 'workflow.expression');
    assert.equal(failure(() => compileExpression(`[${'['.repeat(500)}${']'.repeat(500)}]`)).code, 'workflow.expression');
  });

  it('refuses what could run for ever', () => {
    assert.match(failure(() => compileExpression('inputs.name.matches("(a+)+$")')).message, /`matches` is not allowed/);
    assert.match(failure(() => compileExpression('inputs.a.map(a, a.map(b, b.map(c, c)))')).message, /nests 3 list functions/);
    assert.equal(holds('inputs.list.exists(a, inputs.list.exists(b, a + b == 6))'), true);
  });

  it('is parsed once', () => assert.equal(compileExpression('1 == 2'), compileExpression('1 == 2')));
});
