// The process that is killed, bundled: it starts several times as fast as from its sources. Here a seeded bug that is an edit of
// one of the engine's own lines is put in.

import { build, type Plugin } from 'esbuild';
import fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { locateSqlite } from '#node/sqlite/locate.ts';
import type { Bug } from '#test/crash/bugs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Writes the bundle into `folder`; returns the path of the program. Throws when the line that `patch` is about is not there once. */
export async function bundleChild(folder: string, entry: 'swarmChild' | 'storeChild' | 'careChild', patch?: Bug['patch']): Promise<string> {
  await build({
    absWorkingDir: root,
    entryPoints: { child: `test/crash/${entry}.ts`, storeWorker: 'src/node/sqlite/worker.ts' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    logLevel: 'silent',
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    plugins: patch === undefined ? [] : [patching(patch)],
  });
  const { sqlJs } = locateSqlite();
  const vendor = path.join(folder, 'vendor');
  fs.mkdirSync(vendor, { recursive: true });
  for (const file of [sqlJs, sqlJs.replace(/\.js$/, '.wasm')]) fs.copyFileSync(file, path.join(vendor, path.basename(file)));
  return path.join(folder, 'child.mjs');
}

function patching({ module, from, to }: NonNullable<Bug['patch']>): Plugin {
  const file = path.join(root, 'src', module);
  return {
    name: 'seeded-bug',
    setup(bundler) {
      bundler.onLoad({ filter: /\.ts$/ }, async (args) => {
        if (args.path !== file) return null;
        const parts = (await readFile(file, 'utf8')).split(from);
        if (parts.length !== 2) throw new Error(`The line that the bug is about is there ${parts.length - 1} times in ${module}.`);
        return { contents: parts.join(to), loader: 'ts' };
      });
    },
  };
}
