// `cas migration validate`: from files alone, so it works beside any owner and in a folder that is read-only.

import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, usage } from '#cli/options.ts';
import { plural } from '#cli/printers/format.ts';
import { problemLines } from '#cli/printers/problems.ts';
import type { Scene } from '#cli/session.ts';
import { checkMigration } from '#core/migration/check.ts';

export async function validate(scene: Scene, _options: Options, names: readonly string[]): Promise<number> {
  const { output } = scene;
  const folder = path.join(scene.root, '.cas', 'migrations');
  const files = names.length > 0 ? names.map((name) => fileOf(folder, name)) : await filesOf(folder);
  let invalid = 0;
  for (const file of files) {
    const { plan, problems } = checkMigration(await read(file), file);
    if (output.json) output.value({ file, ok: plan !== null, problems });
    else problemLines(scene.shown(file), problems, output).forEach((line) => output.line(line));
    invalid += plan === null ? 1 : 0;
  }
  if (!output.json)
    output.line(
      invalid === 0
        ? `${plural(files.length, 'plan')} checked, no errors.`
        : `${invalid} of ${plural(files.length, 'plan')} cannot be used.`,
    );
  return invalid === 0 ? exitCodes.ok : exitCodes.invalid;
}

/** A plan by its id, or a file by its path. */
function fileOf(folder: string, name: string): string {
  const isFile = /\.ya?ml$/i.test(name) || name.includes('/') || name.includes(path.sep);
  return isFile ? path.resolve(name) : path.join(folder, `${name}.yaml`);
}

async function filesOf(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder))
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => path.join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usage(`Cannot read ${file}: ${(error as Error).message}`, error);
  }
}
