// `cas audit …`: who decided what, and whether the trail is whole.

import { createReadStream, createWriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { AppError } from '#base/errors.ts';
import { stableStringify } from '#base/json.ts';
import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, textOption, usage } from '#cli/options.ts';
import type { Output } from '#cli/output.ts';
import { formatDuration, formatTime, plural, printable, table } from '#cli/printers/format.ts';
import type { Scene, Session } from '#cli/session.ts';
import { timeOption } from '#cli/timeOption.ts';
import { auditExport } from '#core/api/auditLines.ts';
import { checkLines } from '#core/store/audit/file.ts';
import { type AuditHead, auditHeadSchema, type AuditQuery, type AuditRecord, type AuditVerification } from '#protocol/audit.ts';
import { auditKinds } from '#protocol/optionWords.ts';

type Words = readonly string[];

export async function list({ api, output }: Session, options: Options): Promise<number> {
  const page = await api.call('audit.list', queryOf(options));
  if (output.json) output.value(page);
  else if (page.entries.length === 0) output.line('No entries.');
  else {
    table(page.entries.map(rowOf), output.columns).forEach((row) => output.line(row));
    const left = page.next === null ? '' : `; go on with --before ${page.next}`;
    output.line(`${plural(page.entries.length, 'entry', 'entries')} of ${page.total}${left}`);
  }
  return exitCodes.ok;
}

function rowOf({ id, at, actor, action, target, data, hash }: AuditRecord): readonly string[] {
  const facts = data === null ? '' : printable(stableStringify(data));
  return [String(id), formatTime(at), printable(actor), printable(action), printable(target), `…${hash.slice(-4)}`, facts];
}

function queryOf(options: Options): AuditQuery {
  const text = (name: string): string | undefined => textOption(options, name) || undefined;
  const kind = text('kind');
  if (kind !== undefined && !isKind(kind)) throw usage(`--kind ${kind}: it is one of ${auditKinds.join(', ')}.`);
  const query = {
    limit: count(options, 'limit', 1_000),
    before: count(options, 'before', Number.MAX_SAFE_INTEGER),
    text: text('text'),
    actor: text('actor'),
    action: text('action'),
    kind,
    since: timeOption(options, 'since'),
    until: timeOption(options, 'until'),
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as AuditQuery;
}

const isKind = (word: string): word is (typeof auditKinds)[number] => (auditKinds as readonly string[]).includes(word);

function count(options: Options, name: string, most: number): number | undefined {
  const text = textOption(options, name);
  if (text === '') return undefined;
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1 || n > most) throw usage(`--${name} ${text}: it is a whole number from 1 to ${most}.`);
  return n;
}

export async function verify({ api, output }: Session, options: Options): Promise<number> {
  const head = headOption(options);
  return say(output, await api.call('audit.verify', head && { head }), head);
}

export async function verifyFile({ output }: Scene, options: Options): Promise<number> {
  const head = headOption(options);
  const checkedAt = Date.now();
  const input = createReadStream(path.resolve(textOption(options, 'file')));
  // A line reader that loops over a stream does not pass its errors on.
  const failed = new Promise<never>((_resolve, reject) => input.once('error', (error) => reject(unreadable(error))));
  const found = await Promise.race([checkLines(createInterface({ input, crlfDelay: Infinity }), head), failed]);
  return say(output, { ...found, checkedAt, durationMs: Date.now() - checkedAt }, head);
}

const unreadable = (error: Error): AppError => new AppError({ code: 'cli.usage', message: error.message, cause: error });

function headOption(options: Options): AuditHead | undefined {
  const text = textOption(options, 'head');
  if (text === '') return undefined;
  const [id, hash] = text.split(':');
  const parsed = auditHeadSchema.safeParse({ id: Number(id), hash });
  if (!parsed.success)
    throw usage(`--head ${text}: it is an entry's number and its hash with a colon between, as \`cas audit verify\` says.`);
  return parsed.data;
}

function say(output: Output, found: AuditVerification, kept: AuditHead | undefined): number {
  if (output.json) output.value(found);
  else linesOf(found, kept).forEach((line) => output.line(line));
  return found.broken === null ? exitCodes.ok : exitCodes.failed;
}

function linesOf(found: AuditVerification, kept: AuditHead | undefined): readonly string[] {
  const { entries, verified, since, head, late, removedTo, broken, durationMs } = found;
  const facts = [
    ...(removedTo > 0 ? [`Entries 1 to ${removedTo} were removed by the retention policy, as the chain says.`] : []),
    ...(late > 0 ? [`${plural(late, 'entry', 'entries')} older than the chain: not provable before they were chained.`] : []),
    ...(head === null ? [] : [`Head: ${head.id}:${head.hash}`]),
  ];
  if (broken !== null)
    return [`Chain broken. ${broken.message}`, `${verified} of ${entries} entries verified, ${entries - verified} not.`, ...facts];
  if (since === null) return ['No entries yet.'];
  const missing =
    kept === undefined ? 'Keep the head elsewhere: only it shows that newer entries were cut off.' : 'It goes on from the head you kept.';
  return [
    `Chain verified: ${plural(entries, 'entry', 'entries')} since ${formatTime(since)}, ${formatDuration(durationMs)}.`,
    ...facts,
    missing,
  ];
}

export async function exportTrail({ api, output, shown }: Session, _options: Options, [file]: Words): Promise<number> {
  const trail = auditExport(api);
  if (file === undefined) {
    for await (const part of trail.parts) output.raw(part);
    await trail.note('standard output');
    return exitCodes.ok;
  }
  const target = path.resolve(file);
  await pipeline(trail.parts, createWriteStream(target, { flags: 'wx', mode: 0o600 })).catch((error: unknown) => {
    throw unreadable(error as Error);
  });
  await trail.note(path.basename(target));
  if (output.json) output.value({ file: target });
  else output.line(`Exported to ${shown(target)}.`);
  return exitCodes.ok;
}
