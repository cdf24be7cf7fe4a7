// Where the worker and sql.js lie: in dist/ when this runs from the bundle, in the sources and node_modules otherwise.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export interface SqliteModules {
  readonly worker: URL;
  /** Absolute path of sql-wasm.js; the .wasm lies beside it. */
  readonly sqlJs: string;
}

/**
 * Code splitting may put this module into dist/ or dist/chunks/, so the folder is recognised by the worker's bundle in it,
 * not by its distance. No argument is needed; `from` is for tests.
 */
export function locateSqlite(from: string = import.meta.url): SqliteModules {
  if (from.endsWith('.ts')) {
    return { worker: new URL('worker.ts', from), sqlJs: createRequire(from).resolve('sql.js') };
  }
  const here = path.dirname(fileURLToPath(from));
  for (const folder of [here, path.dirname(here)]) {
    const worker = path.join(folder, 'storeWorker.mjs');
    if (existsSync(worker)) return { worker: pathToFileURL(worker), sqlJs: path.join(folder, 'vendor', 'sql-wasm.js') };
  }
  throw new Error(`storeWorker.mjs is missing beside ${here}: the installation is incomplete`);
}
