// End-to-end: the packaged extension in a real VS Code, used through a real browser. Packs first when there is no artifacts/cas.vsix.
// `--vsix FILE` tests another package, `--grep TEXT` narrows. Last line: `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { root } from './vscodeHost.mjs';

const { values: options } = parseArgs({ options: { vsix: { type: 'string' }, grep: { type: 'string' } } });
const vsix = options.vsix ?? path.join(root, 'artifacts', 'cas.vsix');

if (!existsSync(vsix)) {
  const packed = spawnSync(process.execPath, ['scripts/package.mjs'], { cwd: root, stdio: 'inherit' });
  if (packed.status !== 0) process.exit(packed.status ?? 1);
}
process.env.CAS_VSIX = path.resolve(vsix);

const mocha = new Mocha({
  timeout: 120_000,
  slow: 30_000,
  reporter: 'spec',
  color: false,
  bail: false,
  ...(options.grep && { grep: options.grep }),
});
const folder = path.join(root, 'test', 'e2e');
for (const file of readdirSync(folder).filter((name) => name.endsWith('.test.mjs'))) mocha.addFile(path.join(folder, file));
await mocha.loadFilesAsync();
const { passes, failures } = await new Promise((resolve) => {
  const runner = mocha.run(() => resolve(runner.stats));
});
const failed = failures + (passes + failures === 0 ? 1 : 0);
console.log(`${passes} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
