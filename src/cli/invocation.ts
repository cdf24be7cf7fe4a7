// How a person calls this program again: the commands it prints must work when they are pasted.

import { realpathSync } from 'node:fs';
import path from 'node:path';

export interface Invocation {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly execPath: string;
  readonly cwd: string;
}

/** `cas` when that is what the path finds, `npx cas` under npx, what the start script says, else `node <this file>`. */
export function commandName({ argv, env, execPath, cwd }: Invocation): string {
  if (env['CAS_COMMAND']) return env['CAS_COMMAND'];
  if (env['npm_command'] === 'exec') return 'npx cas';
  const script = argv[1] ?? '';
  if (onPath('cas', script, env)) return 'cas';
  const node = onPath('node', execPath, env) ? 'node' : shellWord(execPath);
  const relative = path.relative(cwd, script);
  return `${node} ${shellWord(relative.startsWith('..') ? script : relative)}`;
}

/** Quoted for the shell of this platform when it has to be. */
export function shellWord(text: string, platform: NodeJS.Platform = process.platform): string {
  if (/^[\w@%+=:,./~-]+$/.test(text) || (platform === 'win32' && /^[\w@+=:,./\\~-]+$/.test(text))) return text;
  return platform === 'win32' ? `"${text.replaceAll('"', '""')}"` : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Whether the first `name` on the path is this very file. */
function onPath(name: string, file: string, env: NodeJS.ProcessEnv): boolean {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  for (const folder of folders) {
    for (const candidate of names) {
      const found = realFile(path.join(folder, candidate));
      if (found !== null) return found === realFile(file);
    }
  }
  return false;
}

function realFile(file: string): string | null {
  try {
    return realpathSync(file);
  } catch {
    return null; // not there: the next folder of the path may have it
  }
}
