// What a person approved of a workspace, in a file of their own: outside the workspace, so that it cannot approve itself.

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { TrustRecord } from '#core/toolPorts.ts';
import { isMissing } from '#node/ports/fileErrors.ts';

const fileSchema = z.object({ root: z.string(), approved: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)) });

/** `$CAS_STATE_DIR`, else where this system keeps what programs remember. */
export function stateFolder(env: NodeJS.ProcessEnv = process.env): string {
  const home = homedir();
  if (env['CAS_STATE_DIR']) return env['CAS_STATE_DIR'];
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'cas');
  if (process.platform === 'win32') return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'cas');
  return path.join(env['XDG_STATE_HOME'] || path.join(home, '.local', 'state'), 'cas');
}

/** `root` is a real path. A file that is damaged is read as one that approves nothing. */
export function createTrustFile(root: string, folder: string = stateFolder()): TrustRecord {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 32);
  const file = path.join(folder, 'trust', `${name}.json`);
  return {
    async load() {
      try {
        const parsed = fileSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
        return parsed.success && parsed.data.root === root ? parsed.data.approved : {};
      } catch (error) {
        if (isMissing(error)) return null;
        if (error instanceof SyntaxError) return {};
        throw error;
      }
    },
    async save(approved) {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const temporary = `${file}.${process.pid}`;
      await writeFile(temporary, `${JSON.stringify({ root, approved }, null, 2)}\n`, { mode: 0o600 });
      await rename(temporary, file);
    },
  };
}

/** Remembers for as long as the process lives: for dry runs, which leave nothing behind. */
export function memoryTrust(saved: TrustRecord): TrustRecord {
  let own: { readonly [path: string]: string } | null = null;
  return {
    load: async () => own ?? saved.load(),
    save(approved) {
      own = approved;
      return Promise.resolve();
    },
  };
}
