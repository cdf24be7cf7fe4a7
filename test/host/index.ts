// What the extension host loads (`extensionTestsPath`): runs every suite beside it and writes the results to a file.

import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { TEST_LIMIT_MS } from '#test/support/patience.ts';
import { recordResults } from '#test/support/testRecord.ts';

export async function run(): Promise<void> {
  const grep = process.env['CAS_TEST_GREP'];
  const mocha = new Mocha({ ui: 'bdd', timeout: TEST_LIMIT_MS, ...(grep ? { grep } : {}) });
  const suites = readdirSync(__dirname).filter((file) => file.endsWith('.test.cjs'));
  for (const file of suites.toSorted()) mocha.addFile(path.join(__dirname, file));
  const failures = await new Promise<number>((resolve) => {
    recordResults(mocha.run(resolve), process.env['CAS_TEST_RESULTS']);
  });
  if (failures > 0) throw new Error(`${failures} failed`);
}
