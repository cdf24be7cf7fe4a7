// `cas import`: agents and rules of other assistants, shown first, written on request, replaced only with a second yes.

import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#base/errors.ts';
import { exitCodes } from '#cli/exitCodes.ts';
import type { Options } from '#cli/options.ts';
import { plural, printable } from '#cli/printers/format.ts';
import type { Scene } from '#cli/session.ts';
import { type BringPlan, planBringing, type PlannedFile } from '#core/agents/bring/plan.ts';
import { allTools } from '#core/agents/tools/toolset.ts';
import { bringFiles } from '#node/bringFiles.ts';
import { prepareOwnFolder } from '#node/ownFolder.ts';
import { isWithin } from '#node/ports/containment.ts';
import { writeAtomically } from '#node/ports/atomicWrite.ts';

export async function bring(scene: Scene, options: Options): Promise<number> {
  const { output, root } = scene;
  const plan = await planBringing({ files: await bringFiles(root), knownTools: allTools.map(({ id }) => id) });
  const replaces = options['overwrite'] === true;
  const wanted = plan.files.filter(({ state }) => state === 'new' || (state === 'exists' && replaces));
  const writes = options['write'] === true || replaces;
  if (writes && wanted.length > 0) await writeAll(root, wanted);
  if (output.json) output.value({ ...plan, written: writes ? wanted.map((file) => file.path) : [] });
  else print(scene, plan, { writes, replaces });
  return exitCodes.ok;
}

async function writeAll(root: string, files: readonly PlannedFile[]): Promise<void> {
  await prepareOwnFolder(root);
  for (const { path: name, text } of files) {
    const folder = path.join(root, path.dirname(name));
    await mkdir(folder, { recursive: true });
    if (!isWithin(await realpath(root), await realpath(folder))) throw leadsOut(name);
    await writeAtomically({ folder, name: path.basename(name), bytes: Buffer.from(text), mode: null });
  }
}

function print(
  { output, command }: Scene,
  { files, notes }: BringPlan,
  { writes, replaces }: { writes: boolean; replaces: boolean },
): void {
  if (files.length === 0 && notes.length === 0) {
    output.line('Nothing of Roo Code, Cline, Continue, Claude Code or Copilot was found.');
    return;
  }
  for (const file of files)
    output.line(`${wordOf(file, { writes, replaces })} ${printable(file.path)}  from ${printable(file.from.join(', '))}`);
  if (notes.length > 0) output.line(`\nNot brought over as it was:`);
  for (const { from, message } of notes) output.line(`  ${printable(from)}: ${printable(message)}`);
  const fresh = files.filter(({ state }) => state === 'new').length;
  const there = files.filter(({ state }) => state === 'exists').length;
  output.line('');
  if (!writes && fresh > 0) output.line(`Nothing was written. Write ${plural(fresh, 'file')} with: ${command('import --write')}`);
  if (writes && files.some(({ path: name, state }) => state !== 'same' && name.startsWith('.cas/')))
    output.line(`Look at them. Agents that are new are used once they are approved: ${command('trust')}`);
  if (!replaces && there > 0)
    output.line(`${plural(there, 'file')} with another text would be replaced by: ${command('import --overwrite')}`);
}

const leadsOut = (name: string): AppError =>
  new AppError({
    code: 'files.outside',
    message: `${name} would be written outside of the workspace, through a link. Nothing more was written.`,
    details: { path: name },
  });

function wordOf({ state }: PlannedFile, { writes, replaces }: { readonly writes: boolean; readonly replaces: boolean }): string {
  if (state === 'same') return 'is there    ';
  if (state === 'exists') return replaces ? 'replaced    ' : 'differs     ';
  return writes ? 'written     ' : 'would write ';
}
