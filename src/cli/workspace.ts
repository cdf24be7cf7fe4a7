// Options every command shares, and the way from them to an open workspace.

import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '#base/errors.ts';
import { createOutput, type Output } from '#cli/output.ts';
import { openWorkspace } from '#node/openWorkspace.ts';
import { consoleLog } from '#node/ports/log.ts';
import { environmentSecrets } from '#node/ports/secrets.ts';
import { environmentSettings } from '#node/ports/settings.ts';
import type { CoreApi } from '#protocol/api.ts';
import type { RunMode } from '#protocol/runEvents.ts';

export interface GlobalOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly mode?: RunMode;
  readonly verbose?: boolean;
  readonly allowUnsandboxed?: boolean;
}

export interface Session {
  readonly api: CoreApi;
  readonly output: Output;
  readonly root: string;
}

/** The folder given; else the nearest one upwards that has `.cas` or `.git`; else this one. */
export function workspaceRoot(given: string | undefined, cwd: string): string {
  if (given !== undefined) {
    const root = path.resolve(cwd, given);
    if (!existsSync(root) || !statSync(root).isDirectory()) {
      throw new AppError({ code: 'cli.usage', message: `--workspace ${given}: there is no such folder.` });
    }
    return root;
  }
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, '.cas')) || existsSync(path.join(folder, '.git'))) return folder;
    if (path.dirname(folder) === folder) return cwd;
  }
}

/** The folder of the bundles: this file is `dist/cli.mjs` or a chunk below `dist/`. */
export function distFolder(moduleUrl: string): string {
  const file = fileURLToPath(moduleUrl);
  const at = file.lastIndexOf(`${path.sep}dist${path.sep}`);
  return at === -1 ? path.resolve(path.dirname(file), '..', '..', 'dist') : file.slice(0, at + 5);
}

/** Opens the workspace, runs `work`, and always closes it again. */
export async function withWorkspace<T>(options: GlobalOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const root = workspaceRoot(options.workspace, process.cwd());
  const output = createOutput({ json: options.json === true, stdout: process.stdout, stderr: process.stderr });
  const distDir = distFolder(import.meta.url);
  const api = await openWorkspace({
    root,
    distDir,
    resources: path.join(distDir, '..', 'resources'),
    secrets: environmentSecrets(process.env),
    log: consoleLog({ level: options.verbose === true ? 'debug' : 'warn' }),
    // Whoever types the command trusts the folder; `cas` in a script can be held back with --mode strict or dry-run.
    trusted: () => true,
    settings: () => environmentSettings(process.env),
    unsandboxed: () => (options.allowUnsandboxed === true ? 'allow' : 'refuse'),
    howToAllow: 'pass --allow-unsandboxed',
    memory: options.mode === 'dry-run',
    resumeOnTakeover: false,
  });
  try {
    return await work({ api, output, root });
  } finally {
    await api.close();
  }
}
