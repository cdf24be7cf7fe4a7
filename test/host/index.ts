// What the extension host loads (`extensionTestsPath`): runs every suite beside it and writes the results to a file.

import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

interface Result {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'pending';
  readonly error?: string;
}

export async function run(): Promise<void> {
  const grep = process.env['CAS_TEST_GREP'];
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, ...(grep ? { grep } : {}) });
  const suites = readdirSync(__dirname).filter((file) => file.endsWith('.test.cjs'));
  for (const file of suites.toSorted()) mocha.addFile(path.join(__dirname, file));
  const tests: Result[] = [];
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (test) => tests.push({ title: test.fullTitle(), state: 'passed' }));
    runner.on('pending', (test) => tests.push({ title: test.fullTitle(), state: 'pending' }));
    runner.on('fail', (test, error: Error) =>
      tests.push({ title: test.fullTitle(), state: 'failed', error: error.stack ?? String(error) }),
    );
  });
  const out = process.env['CAS_TEST_RESULTS'];
  if (out) {
    writeFileSync(`${out}.part`, JSON.stringify(tests));
    renameSync(`${out}.part`, out);
  }
  if (failures > 0) throw new Error(`${failures} failed`);
}
