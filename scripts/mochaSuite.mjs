// Runs every `*.test.mjs` of a folder with mocha, in this process. Last line: `N passed, N failed`. `CAS_TEST_RESULTS` names a file
// for what became of each test.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { recordResults } from '../test/support/testRecord.ts';

/** Ends the process: 0 when everything passed and there was something to pass. */
export async function runSuite(folder, { grep, timeout }) {
  const mocha = new Mocha({ timeout, slow: timeout / 4, reporter: 'spec', color: false, bail: false, ...(grep && { grep }) });
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.test.mjs'))) mocha.addFile(path.join(folder, file));
  await mocha.loadFilesAsync();
  const { passes, failures } = await new Promise((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats));
    recordResults(runner, process.env.CAS_TEST_RESULTS);
  });
  const failed = failures + (passes + failures === 0 ? 1 : 0);
  console.log(`${passes} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
}
