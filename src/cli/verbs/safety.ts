// `cas trust` and `cas approvals`: which files may act, and what agents may do without asking.

import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, usage } from '#cli/options.ts';
import { formatTime, plural, printable, table } from '#cli/printers/format.ts';
import type { Session } from '#cli/session.ts';
import type { ActingFile } from '#protocol/approval.ts';

type Words = readonly string[];

export async function trust({ api, output, command }: Session, options: Options, names: Words): Promise<number> {
  const files = await api.call('trust.list');
  const open = files.filter(({ state }) => state !== 'approved');
  const wanted = options['all'] === true ? open : names.map((name) => named(files, name));
  if (wanted.length > 0)
    await api.call(
      'trust.approve',
      wanted.map(({ path, hash }) => ({ path, hash })),
    );
  if (output.json) {
    output.value(wanted.length > 0 ? await api.call('trust.list') : files);
    return exitCodes.ok;
  }
  if (wanted.length > 0) output.line(`Approved: ${wanted.map(({ path }) => printable(path)).join(', ')}.`);
  else if (open.length === 0) output.line(`${plural(files.length, 'file')} that can act here, all approved.`);
  else {
    table(
      open.map(({ path, kind, state }) => [state, kind, printable(path)]),
      output.columns,
    ).forEach((row) => output.line(row));
    output.line(`\nThey are not used until you approve them. Look at them first, then: ${command('trust <file>')}, or --all`);
  }
  return exitCodes.ok;
}

function named(files: readonly ActingFile[], name: string): ActingFile {
  const plain = name.replaceAll('\\', '/').replace(/^\.\//, '');
  const found = files.find(({ path }) => path === plain);
  if (found !== undefined) return found;
  const known = files.map(({ path }) => path).join(', ') || 'none';
  throw usage(`${name} is no file that acts. There are: ${known}.`);
}

export async function list({ api, output, command }: Session): Promise<number> {
  const grants = await api.call('approvals.list');
  if (output.json) {
    output.value(grants);
    return exitCodes.ok;
  }
  if (grants.length === 0) output.line('Nothing is allowed for good.');
  table(
    grants.map(({ id, tool, title, at }) => [id, tool, formatTime(at), printable(title).replaceAll('\n', ' ')]),
    output.columns,
  ).forEach((row) => output.line(row));
  if (grants.length > 0) output.line(`\nTake one back with: ${command('approvals revoke <id>')}`);
  return exitCodes.ok;
}

export async function revoke({ api, output }: Session, _options: Options, [id = '']: Words): Promise<number> {
  await api.call('approvals.revoke', id);
  if (output.json) output.value({ id });
  else output.line(`${id} is asked about again.`);
  return exitCodes.ok;
}
