import assert from 'node:assert/strict';
import { failureFindings } from '#core/skills/project/failureFindings.ts';
import { parsePytest } from '#core/skills/project/parsePython.ts';

const failed = (name: string, message: string) => ({ name, message, citation: { path: `${name}.py`, line: 1 } });
const shown = (...failures: readonly ReturnType<typeof failed>[]) =>
  failureFindings(failures).map(({ rule, severity, title, citations }) => [rule, severity, title, citations.length]);

describe('failing tests as findings', () => {
  it('are one each, and one for all that fail with the same words, whatever their figures', () => {
    const alike = Array.from({ length: 7 }, (_, at) => failed(`t${at}`, `fixture 'server' not found on port ${8000 + at}\nline ${at}`));
    assert.deepEqual(shown(failed('a', 'x is 1'), failed('b', 'x is 2'), ...alike), [
      ['failing-test', 'high', 'Test fails: a', 1],
      ['failing-test', 'high', 'Test fails: b', 1],
      ['failing-tests', 'high', "7 tests fail alike: fixture 'server' not found on port 8000", 5],
    ]);
    const [, , all] = failureFindings([failed('a', 'x is 1'), failed('b', 'x is 2'), ...alike]);
    assert.match(all?.message ?? '', /^t0\nt1\nt2\nt3\nt4\nand 2 more\n\nfixture/);
  });

  it('that say nothing are not thrown together', () => {
    assert.equal(failureFindings(Array.from({ length: 9 }, (_, at) => failed(`t${at}`, ''))).length, 9);
  });

  it('weigh less when they fail for want of a network, and say so', () => {
    const [finding] = failureFindings([failed('a', 'getaddrinfo ENOTFOUND example.org')]);
    assert.deepEqual([finding?.severity, /There is no network where tests run here/.test(finding?.message ?? '')], ['medium', true]);
  });

  it('have their words from pytest, however long their names are', () => {
    const name = `TestRequests.test_${'long_'.repeat(16)}[a]`;
    const output = `=== FAILURES ===\n_ ${name} _\n\n    def test():\n>       assert 1 == 2\nE       assert 1 == 2\n\ntests/a.py:3: AssertionError\n=== short test summary info ===\nFAILED tests/a.py::${name.replace('.', '::')}\n=== 1 failed in 0.1s ===\n`;
    const parsed = parsePytest(output, { find: () => null, resolve: () => null });
    assert.deepEqual(
      parsed?.failures.map(({ text }) => text),
      ['assert 1 == 2'],
    );
  });
});
