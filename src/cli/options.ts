// Options every command shares, and where a command works.

import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '#base/errors.ts';
import { type Allowance, allowances } from '#protocol/allowance.ts';
import type { RunMode } from '#protocol/runEvents.ts';
import { durabilities, type Durability } from '#protocol/storeCare.ts';

/** What commander hands over: the command's own options and the shared ones. */
export type Options = Readonly<Record<string, unknown>>;

const modes: readonly string[] = ['strict', 'auto', 'dry-run'] satisfies readonly RunMode[];

/** Throws `cli.usage`. */
export function modeOf(options: Options): RunMode {
  const mode = textOption(options, 'mode') || 'auto';
  if (modes.includes(mode)) return mode as RunMode;
  throw usage(`--mode ${mode}: it is strict, auto or dry-run.`);
}

/** Undefined when it was not given. Throws `cli.usage`. */
export function durabilityOf(options: Options): Durability | undefined {
  const given = textOption(options, 'durability');
  const known = durabilities.find((one) => one === given);
  if (known === undefined && given !== '') throw usage(`--durability ${given}: it is full or normal.`);
  return known;
}

/** What `--allow` names. Throws `cli.usage`. */
export function allowedBy(options: Options): ReadonlySet<Allowance> {
  const named = (options['allow'] as readonly string[] | undefined) ?? [];
  const wrong = named.find((name) => !(allowances as readonly string[]).includes(name));
  if (wrong !== undefined) throw usage(`--allow ${wrong}: it is one of ${allowances.join(', ')}.`);
  return new Set(named as readonly Allowance[]);
}

/** An option that was given as text; empty when it was not. */
export const textOption = (options: Options, name: string): string => {
  const value = options[name];
  return typeof value === 'string' ? value : '';
};

export const usage = (message: string, cause?: unknown): AppError => new AppError({ code: 'cli.usage', message, cause });

/** For an option that may be repeated. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** The folder given; else the nearest one upwards that has `.cas` or `.git`; else this one. Throws `cli.usage`. */
export function workspaceRoot(given: string | undefined, cwd: string): string {
  if (given !== undefined) {
    const root = path.resolve(cwd, given);
    if (!existsSync(root) || !statSync(root).isDirectory()) throw usage(`--workspace ${given}: there is no such folder.`);
    return root;
  }
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, '.cas')) || existsSync(path.join(folder, '.git'))) return folder;
    if (path.dirname(folder) === folder) return cwd;
  }
}

/** The folder of the bundles: the running module is `dist/cli.mjs` or a chunk below `dist/`. */
export function distFolder(moduleUrl: string): string {
  const file = fileURLToPath(moduleUrl);
  const at = file.lastIndexOf(`${path.sep}dist${path.sep}`);
  return at === -1 ? path.resolve(path.dirname(file), '..', '..', 'dist') : file.slice(0, at + 5);
}
