// `cas store …`: the store's file, for the person who owns the disk.

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '#base/clock.ts';
import { hasCode } from '#base/errors.ts';
import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, usage } from '#cli/options.ts';
import { formatBytes, infoRows, pruneLines } from '#cli/printers/store.ts';
import { formatDuration, plural, table } from '#cli/printers/format.ts';
import { type Scene, type Session, withWorkspace } from '#cli/session.ts';
import { prepareOwnFolder } from '#node/ownFolder.ts';
import { restoreStore } from '#node/sqlite/restore.ts';
import type { RestoreReport } from '#protocol/storeCare.ts';

type Words = readonly string[];

export async function info({ api, output }: Session): Promise<number> {
  const found = await api.call('store.info');
  if (output.json) output.value(found);
  else table(infoRows(found, Date.now()), output.columns).forEach((row) => output.line(row));
  return exitCodes.ok;
}

export async function backup({ api, output, shown, command }: Session, _options: Options, [file = '']: Words): Promise<number> {
  const made = await api.call('store.backup', { file: path.resolve(file) });
  if (output.json) output.value(made);
  else {
    const { bytes, schema, runs, durationMs } = made;
    const facts = [formatBytes(bytes), plural(runs, 'run'), `schema ${schema}`, `checked, ${formatDuration(durationMs)}`];
    output.line(`Backed up to ${shown(made.file)}: ${facts.join(', ')}.`);
    output.line(`Restore it with: ${command(`store restore ${shown(made.file)}`)}`);
  }
  return exitCodes.ok;
}

export async function restore(scene: Scene, options: Options, [file]: Words): Promise<number> {
  const { output, shown } = scene;
  const empty = options['empty'] === true;
  if (empty === (file !== undefined)) throw usage('Name the backup to restore, or give --empty.');
  if (options['mode'] === 'dry-run') throw usage('A restore has no dry run: name another workspace to try a backup out.');
  const root = await realpath(scene.root);
  await prepareOwnFolder(root);
  const from = file === undefined ? null : path.resolve(file);
  const done = await restoreHere(root, from).catch((error: unknown) => {
    if (!hasCode(error, 'store.locked')) throw error;
    // Somebody has the workspace open: the process that owns it lets go of its store and restores.
    return withWorkspace(scene, options, ({ api }) => api.call('store.restore', { from }));
  });
  if (output.json) {
    output.value(done);
    return exitCodes.ok;
  }
  const { schema } = done;
  const migrated = schema.from === schema.to ? '' : `, migrated from schema ${schema.from} to ${schema.to}`;
  const what = done.from === null ? 'Started an empty store' : `Restored ${shown(done.from)}: ${plural(done.runs, 'run')}${migrated}`;
  output.line(`${what}, ${formatDuration(done.durationMs)}.`);
  if (done.keptAs !== null) output.line(`The store before is kept as ${shown(done.keptAs)}.`);
  return exitCodes.ok;
}

function restoreHere(root: string, from: string | null): Promise<RestoreReport> {
  return restoreStore({ file: path.join(root, '.cas', 'store.db'), from, clock: systemClock });
}

export async function compact({ api, output }: Session): Promise<number> {
  const done = await api.call('store.compact');
  const { beforeBytes, afterBytes, durationMs } = done;
  if (output.json) output.value(done);
  else output.line(`Compacted from ${formatBytes(beforeBytes)} to ${formatBytes(afterBytes)}, ${formatDuration(durationMs)}.`);
  return exitCodes.ok;
}

export async function prune({ api, output, command }: Session, options: Options): Promise<number> {
  const report = await api.call('store.prune', { dryRun: options['dryRun'] === true });
  if (output.json) output.value(report);
  else pruneLines(report, { command, columns: output.columns }).forEach((line) => output.line(line));
  return exitCodes.ok;
}
