import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLintProblems } from '#core/skills/project/lintReport.ts';
import { createLocator, type Locator } from '#core/skills/project/place.ts';
import { readTestReport } from '#core/skills/project/testReport.ts';
import { cpuMs, HANG_MS } from '#test/support/cpuTime.ts';

const ROOT = '/scratch/cas/sample';

/** What the tools really printed (go and maven: written after their documentation), with the folder they ran in as {root}. */
const output = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'outputs', `${name}.txt`), 'utf8').replaceAll('{root}', ROOT);
const locator = (...paths: readonly string[]): Locator => createLocator(ROOT, new Set(paths));

interface Failure {
  readonly name: string;
  readonly at: string | null;
  readonly says: string;
}

describe('reading test reports', () => {
  const cases: { readonly [name: string]: { files: readonly string[]; counts: readonly number[]; failures: readonly Failure[] } } = {
    jest: {
      files: ['j/sum.test.js', 'j/broken.test.js'],
      counts: [1, 2, 1],
      failures: [
        { name: 'sum › adds', at: 'j/sum.test.js:3:19', says: 'Expected: 4' },
        { name: 'j/broken.test.js: Test suite failed to run', at: 'j/broken.test.js:1:1', says: "Cannot find module './nothing'" },
      ],
    },
    vitest: {
      files: ['v/sum.test.ts', 'v/broken.test.ts'],
      counts: [1, 2, 1],
      failures: [
        { name: 'v/broken.test.ts', at: 'v/broken.test.ts:1:1', says: "Cannot find module './nothing'" },
        { name: 'v/sum.test.ts > sum > adds', at: 'v/sum.test.ts:4:19', says: 'expected 3 to be 4' },
      ],
    },
    mochaTap: {
      files: ['sum.test.js'],
      counts: [1, 3, 2],
      failures: [
        { name: 'sum adds', at: 'sum.test.js:2:51', says: '3 !== 4' },
        { name: 'sum deep also', at: 'sum.test.js:2:193', says: 'boom' },
        { name: 'hooked "before all" hook for "never"', at: 'sum.test.js:3:49', says: 'no db' },
      ],
    },
    vitestTap: {
      files: ['sum.test.ts', 'broken.test.ts'],
      counts: [1, 3, 2],
      failures: [
        { name: 'broken.test.ts', at: 'broken.test.ts:1:1', says: "Cannot find module './nothing'" },
        { name: 'adds', at: 'sum.test.ts:2:58', says: 'expected 3 to be 4' },
        { name: 'throws', at: 'sum.test.ts:2:194', says: 'boom' },
      ],
    },
    nodeTap: {
      files: ['sum.test.mjs'],
      counts: [1, 2, 2],
      failures: [
        { name: 'adds', at: 'sum.test.mjs:2:25', says: 'Expected values to be strictly equal' },
        { name: 'flat', at: 'sum.test.mjs:3:1', says: 'boom' },
      ],
    },
    pytest: {
      files: ['tests/test_a.py'],
      counts: [2, 2, 1],
      failures: [
        { name: 'tests/test_a.py::TestSum::test_adds', at: 'tests/test_a.py:8', says: 'assert -1 == 3' },
        { name: 'tests/test_a.py::TestSum::test_even[1]', at: 'tests/test_a.py:12', says: 'assert (1 % 2) == 0' },
      ],
    },
    pytestCollect: {
      files: ['tests/test_a.py', 'tests/test_broken.py'],
      counts: [0, 1, 0],
      failures: [
        { name: 'tests/test_broken.py', at: 'tests/test_broken.py:1', says: "ModuleNotFoundError: No module named 'nothing_like_this'" },
      ],
    },
    unittest: {
      files: ['test_u.py'],
      counts: [1, 2, 1],
      failures: [
        { name: 'test_error (test_u.A.test_error)', at: 'test_u.py:16', says: 'ValueError: boom' },
        { name: 'test_adds (test_u.A.test_adds)', at: 'test_u.py:6', says: 'AssertionError: 2 != 3' },
      ],
    },
    cargo: {
      files: ['src/lib.rs'],
      counts: [1, 1, 1],
      failures: [{ name: 'tests::adds', at: 'src/lib.rs:12:9', says: 'assertion `left == right` failed: one plus two' }],
    },
    go: {
      files: ['sum/sum_test.go', 'old/sum_test.go', 'broken/b_test.go'],
      counts: [2, 3, 1],
      failures: [
        { name: 'TestAdd', at: 'sum/sum_test.go:9', says: 'add(1, 2) = -1, want 3' },
        { name: 'TestTable/one', at: 'sum/sum_test.go:21', says: 'got 0' },
        { name: 'example.com/m/broken', at: 'broken/b_test.go:4:2', says: 'undefined: nothing' },
      ],
    },
    maven: {
      files: ['src/test/java/com/example/AppTest.java'],
      counts: [1, 1, 1],
      failures: [{ name: 'AppTest.adds', at: 'src/test/java/com/example/AppTest.java:12', says: 'expected: <3> but was: <-1>' }],
    },
  };
  for (const [name, { files, counts, failures }] of Object.entries(cases)) {
    it(`reads ${name}`, () => {
      const report = readTestReport(output(name), locator(...files));
      assert.ok(report);
      assert.deepEqual([report.passed, report.failed, report.skipped], counts);
      const found = report.failures.map((failure) => ({
        name: failure.name,
        at:
          failure.place === null
            ? null
            : [failure.place.path, failure.place.line, failure.place.column].filter((part) => part !== undefined).join(':'),
      }));
      assert.deepEqual(
        found,
        failures.map((failure) => ({ name: failure.name, at: failure.at })),
      );
      assert.ok(report.failures.every(({ message }) => !message.includes('Traceback')));
      report.failures.forEach((failure, index) => assert.ok(failure.message.includes(failures[index]?.says ?? '?'), failure.message));
    });
  }

  it('reads colours and CRLF away', () => {
    const report = readTestReport('\u001B[92m \u001B[0m\u001B[32m 3 passing\u001B[0m\u001B[90m (5ms)\u001B[0m\r\n', locator());
    assert.deepEqual(report, { passed: 3, failed: 0, skipped: 0, failures: [] });
  });

  it('adds up several runners in one command', () => {
    const report = readTestReport(`${output('pytest')}\n  3 passing (5ms)\n`, locator());
    assert.deepEqual([report?.passed, report?.failed, report?.skipped], [5, 2, 1]);
  });

  it('cites no place that is not in the workspace', () => {
    const report = readTestReport(output('jest'), locator('other.js'));
    assert.deepEqual(
      report?.failures.map((failure) => failure.place),
      [null, null],
    );
  });

  it('says nothing about output it does not know', () => {
    for (const text of ['', 'all good', 'ok 1 - looks like TAP', 'Tests: 3', 'FAIL', 'Ran out of memory']) {
      assert.equal(readTestReport(text, locator()), null, text);
    }
  });

  it('stays fast on megabytes of hostile output', async () => {
    const texts = [
      ' '.repeat(200_000),
      '  1) '.repeat(40_000),
      'a:'.repeat(100_000),
      '=== RUN \n'.repeat(20_000),
      `${'x'.repeat(200_000)}:1:1`,
      '('.repeat(200_000),
      `TAP version 13\n${'not ok 1 - x\n'.repeat(20_000)}`,
    ];
    const tookMs = await cpuMs(() => {
      for (const text of texts) {
        readTestReport(text, locator('a.js'));
        readTestReport(`  1 passing (1ms)\n  1 failing\n\n${text}`, locator('a.js'));
        readLintProblems(text, locator('a.js'));
      }
    });
    assert.ok(tookMs < HANG_MS, `${tookMs} ms`);
  });
});

describe('reading lint problems', () => {
  const read = (text: string, ...paths: readonly string[]): readonly string[] =>
    readLintProblems(text, locator(...paths)).map(
      ({ place, severity, rule, message }) => `${place.path}:${place.line}:${place.column ?? ''} ${severity} ${rule} ${message}`,
    );

  it("reads eslint's own format", () => {
    const found = read(output('eslint'), 'j/broken.test.js', 'j/sum.test.js');
    assert.equal(found.length, 6);
    assert.equal(found[0], "j/broken.test.js:1:1 error no-undef 'require' is not defined");
    assert.equal(found[5], "j/sum.test.js:6:3 error no-undef 'test' is not defined");
  });

  it("reads oxlint's own format", () => {
    assert.deepEqual(read(output('oxlint'), 'a.js'), [
      "a.js:1:7 warning eslint(no-unused-vars) Variable 'a' is declared but never used. Unused variables should start with a '_'.",
      'a.js:2:1 warning eslint(no-debugger) `debugger` statement is not allowed',
    ]);
  });

  it('reads clippy', () => {
    assert.deepEqual(read(output('clippy'), 'src/lib.rs'), [
      'src/lib.rs:2:9 warning unused_variables unused variable: `unused`',
      'src/lib.rs:3:5 warning clippy::needless_return unneeded `return` statement',
    ]);
  });

  const lines: readonly (readonly [tool: string, line: string, expected: string])[] = [
    ['oxlint --format=unix', `${ROOT}/a.js:2:1: no debugger [Error/eslint(no-debugger)]`, 'a.js:2:1 error eslint(no-debugger) no debugger'],
    ['eslint --format=unix', `${ROOT}/a.js:2:1: Unexpected var. [Warning/no-var]`, 'a.js:2:1 warning no-var Unexpected var.'],
    ['ruff', 'a.py:3:8: F401 [*] `os` imported but unused', 'a.py:3:8 error F401 `os` imported but unused'],
    ['flake8', './a.py:3:80: E501 line too long', 'a.py:3:80 error E501 line too long'],
    [
      'golangci-lint',
      'a.go:5:2: Error return value is not checked (errcheck)',
      'a.go:5:2 error errcheck Error return value is not checked',
    ],
    ['go vet', './a.go:5:2: unreachable code', 'a.go:5:2 error problem unreachable code'],
    ['gcc', 'a.c:5:2: warning: unused variable', 'a.c:5:2 warning problem unused variable'],
    ['tsc', 'a.ts(3,5): error TS2322: Type mismatch.', 'a.ts:3:5 error TS2322 Type mismatch.'],
    ['mypy', 'a.py:3: error: Missing return', 'a.py:3: error problem Missing return'],
  ];
  for (const [tool, line, expected] of lines) {
    it(`reads a line of ${tool}`, () => {
      assert.deepEqual(read(`noise\n${line}\nFound 1 problem\n`, 'a.js', 'a.py', 'a.go', 'a.c', 'a.ts'), [expected]);
    });
  }

  it('takes no stack frame and no foreign file for a problem', () => {
    assert.deepEqual(read(`    at run (${ROOT}/a.js:1:2)\nat a.js:1:2 oops\n/etc/x.js:1:1: no\nhttp://a.js:80 is up\n`, 'a.js'), []);
  });
});
