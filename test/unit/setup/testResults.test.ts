import assert from 'node:assert/strict';
import type { TestResult } from '#test/support/testRecord.ts';
import { againPattern, countsOf, failureLines, lastLines, settle } from '../../../scripts/testResults.mjs';

const result = (group: string, name: string, state: TestResult['state'], error?: string): TestResult => ({
  title: `${group} ${name}`,
  group,
  state,
  ...(error !== undefined && { error }),
});

describe('what a suite says', () => {
  it('is counted from the summary of mocha, with or without colours', () => {
    assert.deepEqual(countsOf('\n  \u001B[92m53 passing\u001B[0m (4m)\n  1 failing\n', 1), { passed: 53, failed: 1 });
  });

  it('is counted from its last line, whatever was counted before', () => {
    assert.deepEqual(countsOf('  2 passing\n\n85 passed, 0 failed\n', 0), { passed: 85, failed: 0 });
  });

  it('is one check when there are no counts', () => {
    assert.deepEqual(countsOf('', 0), { passed: 1, failed: 0 });
    assert.deepEqual(countsOf('error: no such rule', 2), { passed: 0, failed: 1 });
  });

  it('is a failure when the program failed although no test did', () => {
    assert.deepEqual(countsOf('3 passed, 0 failed', 1), { passed: 3, failed: 1 });
  });
});

describe('the second attempt', () => {
  const first = [
    result('the editor (a+b)', 'opens', 'passed'),
    result('the editor (a+b)', 'closes', 'failed', 'Error: too late'),
    result('the editor', 'is there', 'passed'),
    result('the store', 'waits', 'pending'),
  ];

  it('is for the whole outermost suite of what failed, and for no other', () => {
    const pattern = new RegExp(againPattern(first) ?? '(?!)');
    assert.deepEqual(
      first.filter(({ title }) => pattern.test(title)).map(({ title }) => title),
      ['the editor (a+b) opens', 'the editor (a+b) closes'],
    );
  });

  it('is not made when nothing failed', () => {
    assert.equal(againPattern(first.filter(({ state }) => state !== 'failed')), null);
    assert.deepEqual(settle([first[0]!], null), { passed: 1, failed: [], atSecondAttempt: [] });
  });

  it('counts in place of the first, and names what passed at it alone', () => {
    const second = [result('the editor (a+b)', 'opens', 'passed'), result('the editor (a+b)', 'closes', 'passed')];
    assert.deepEqual(settle(first, second), { passed: 3, failed: [], atSecondAttempt: [first[1]] });
  });

  it('leaves failed what fails again, with what it said last', () => {
    const second = [result('the editor (a+b)', 'opens', 'passed'), result('the editor (a+b)', 'closes', 'failed', 'Error: again')];
    assert.deepEqual(settle(first, second), { passed: 2, failed: [second[1]], atSecondAttempt: [] });
  });

  it('counts what fails at it for the first time', () => {
    const second = [result('the editor (a+b)', 'opens', 'failed', 'Error: now'), result('the editor (a+b)', 'closes', 'passed')];
    assert.deepEqual(settle(first, second), { passed: 2, failed: [second[0]], atSecondAttempt: [first[1]] });
  });

  it('changes nothing when it ran nothing or did not come to its end', () => {
    const failed = { passed: 2, failed: [first[1]], atSecondAttempt: [] };
    assert.deepEqual(settle(first, []), failed);
    assert.deepEqual(settle(first, null), failed);
  });

  it('runs the tests after a hook that failed', () => {
    const hook = { ...result('the editor', '"before all" hook for "opens"', 'failed', 'Error: no window') };
    const second = [result('the editor', 'opens', 'passed'), result('the editor', 'closes', 'passed')];
    assert.deepEqual(settle([hook], second), { passed: 2, failed: [], atSecondAttempt: [hook] });
  });
});

describe('the closing words', () => {
  it('say title, message and place of a failure', () => {
    const error = [
      'TimeoutError: Timeout 20000ms exceeded.',
      '',
      '  - waiting for \u001B[2mlocator\u001B[0m',
      '    at wait (file:///cas/node_modules/playwright-core/lib/wait.js:1:2)',
      '    at openThread (file:///cas/test/e2e/codeReview.test.mjs:25:18)',
    ].join('\n');
    assert.deepEqual(failureLines(result('the editor', 'opens', 'failed', error)), [
      '✗ the editor opens',
      '    TimeoutError: Timeout 20000ms exceeded.',
      '      - waiting for locator',
      '    at openThread (file:///cas/test/e2e/codeReview.test.mjs:25:18)',
    ]);
  });

  it('cut a long message short', () => {
    const lines = failureLines(result('a', 'b', 'failed', Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n')));
    assert.equal(lines.length, 14);
    assert.equal(lines.at(-1)?.trim(), '… 28 more lines above');
  });

  it('show the end of what a check printed', () => {
    assert.equal(lastLines(`${'x\n'.repeat(50)}\n\nfound 1 error\n`), [...Array<string>(11).fill('x'), 'found 1 error'].join('\n'));
  });
});
