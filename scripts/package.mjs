// Packs dist/, resources/ and the manifest into artifacts/cas.vsix and checks what went in. Builds first when there is no dist/.
// `--extension DIR` packs another folder. Last line: `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { root } from './vscodeHost.mjs';

const LIMIT_BYTES = 5 * 1024 * 1024;
const REQUIRED = [
  'package.json',
  'package.nls.json',
  'package.nls.zh-cn.json',
  'l10n/bundle.l10n.zh-cn.json',
  'LICENSE',
  'media/icon.png',
  'media/cas.svg',
  'dist/extension.cjs',
  'dist/core.mjs',
];
const ALLOWED = /^(package(\.nls(\.[\w-]+)?)?\.json|l10n\/|README\.md|CHANGELOG\.md|LICENSE|media\/|dist\/|resources\/)/;

const { values: options } = parseArgs({ options: { extension: { type: 'string', default: root } } });
const cwd = path.resolve(options.extension);
const packagePath = path.join(root, 'artifacts', 'cas.vsix');

if (!existsSync(path.join(cwd, 'dist/extension.cjs'))) {
  const built = spawnSync(process.execPath, ['esbuild.mjs'], { cwd, stdio: 'inherit' });
  if (built.status !== 0) process.exit(built.status ?? 1);
}
mkdirSync(path.dirname(packagePath), { recursive: true });
await createVSIX({ cwd, packagePath, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false });

const files = (await listFiles({ cwd, packageManager: PackageManager.None })).map((file) => file.replaceAll('\\', '/'));
const sizeBytes = statSync(packagePath).size;
const missing = REQUIRED.filter((file) => !files.includes(file));
const foreign = files.filter((file) => !ALLOWED.test(file) || /\.(ts|tsx|map)$|node_modules\//.test(file));
const checks = [
  [`${(sizeBytes / 1024 / 1024).toFixed(2)} MB, the limit is 5 MB`, sizeBytes < LIMIT_BYTES],
  [missing.length === 0 ? 'everything it needs is in it' : `missing: ${missing.join(', ')}`, missing.length === 0],
  [foreign.length === 0 ? 'nothing else is in it' : `should not be in it: ${foreign.join(', ')}`, foreign.length === 0],
];
for (const [text, ok] of checks) console.log(`${ok ? '✓' : '✗'} ${text}`);
const failed = checks.filter(([, ok]) => !ok).length;
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
