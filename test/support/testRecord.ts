// What became of each test, for whoever runs the suites (scripts/test.mjs): a file that `CAS_TEST_RESULTS` names.

import { renameSync, writeFileSync } from 'node:fs';
import type { Runnable, Runner } from 'mocha';

export interface TestResult {
  /** With the titles of its suites; of a hook, which names the test it was for. */
  readonly title: string;
  /** The title of the outermost suite: what is run again as a whole. */
  readonly group: string;
  readonly state: 'passed' | 'failed' | 'pending';
  /** With its stack. */
  readonly error?: string;
}

/** Writes the results when the last test has ended, whole or not at all. Does nothing without a file. */
export function recordResults(runner: Runner, file: string | undefined): void {
  if (!file) return;
  const results: TestResult[] = [];
  const add = (test: Runnable, state: TestResult['state']): number =>
    results.push({ title: test.fullTitle(), group: test.titlePath()[0] ?? test.title, state });
  runner.on('pass', (test) => add(test, 'passed'));
  runner.on('pending', (test) => add(test, 'pending'));
  runner.on('fail', (test, error: Error) => {
    results.push({
      title: test.fullTitle(),
      group: test.titlePath()[0] ?? test.title,
      state: 'failed',
      error: error.stack ?? String(error),
    });
  });
  runner.once('end', () => {
    writeFileSync(`${file}.part`, JSON.stringify(results));
    renameSync(`${file}.part`, file);
  });
}
