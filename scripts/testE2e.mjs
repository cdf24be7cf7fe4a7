// End-to-end: the packaged extension in a real VS Code, used through a real browser. Packs first when there is no artifacts/cas.vsix.
// `--vsix FILE` tests another package, `--grep TEXT` narrows. Last line: `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { TEST_LIMIT_MS } from '../test/support/patience.ts';
import { runSuite } from './mochaSuite.mjs';
import { root } from './vscodeHost.mjs';

const { values: options } = parseArgs({ options: { vsix: { type: 'string' }, grep: { type: 'string' } } });
const vsix = options.vsix ?? path.join(root, 'artifacts', 'cas.vsix');

if (!existsSync(vsix)) {
  const packed = spawnSync(process.execPath, ['scripts/package.mjs'], { cwd: root, stdio: 'inherit' });
  if (packed.status !== 0) process.exit(packed.status ?? 1);
}
process.env.CAS_VSIX = path.resolve(vsix);

await runSuite(path.join(root, 'test', 'e2e'), { grep: options.grep, timeout: TEST_LIMIT_MS });
