import assert from 'node:assert/strict';
import { skipReason } from '#cli/printers/skipReason.ts';

describe('why a step was skipped', () => {
  for (const [condition, words] of [
    ['results.detect.lintCommand != null', '`detect` found no lint command'],
    ['results.detect.lintCommand == null', '`detect` found a lint command'],
    ['results["look-at"] != null', '`look-at` found no result'],
    ['size(results.propose.proposals) > 0', '`propose` has no proposals'],
    ['results.scan.found == 0', 'found of `scan` is not 0'],
    ['results.scan.found > 3', 'found of `scan` is not more than 3'],
    ['results.verify.passed', 'passed of `verify` is not true'],
    ['!results.verify.passed', 'passed of `verify` is true'],
    ['context.hasModel', 'no model is available'],
    ['inputs.fix && results.detect.testCommand != null', 'the input fix is not on, or `detect` found no test command'],
    ['findings(results).exists(f, has(f.fix))', 'its condition does not hold: findings(results).exists(f, has(f.fix))'],
    ['inputs.fix && size(findings(results)) > 0', 'its condition does not hold: inputs.fix && size(findings(results)) > 0'],
  ] as const) {
    it(`says of \`${condition}\`: ${words}`, () => {
      assert.equal(skipReason(`condition is false: ${condition}`), words);
    });
  }

  it('leaves a reason alone that is none of a condition', () => {
    assert.equal(skipReason('build failed'), 'build failed');
  });
});
