// `cas dlq …`: tasks that failed for good and took their run with them.

import { exitCodes } from '#cli/exitCodes.ts';
import { followRun } from '#cli/follow.ts';
import { type Options, textOption } from '#cli/options.ts';
import { formatTime, printable, table } from '#cli/printers/format.ts';
import type { Session } from '#cli/session.ts';
import type { DeadLetter } from '#protocol/deadLetter.ts';

type Words = readonly string[];

export async function list({ api, output, command }: Session, options: Options): Promise<number> {
  const letters = await api.call('dlq.list', { all: options['all'] === true });
  if (output.json) {
    output.value(letters);
    return exitCodes.ok;
  }
  if (letters.length === 0) output.line('No dead letters.');
  table(letters.map(letterRow), output.columns).forEach((row) => output.line(row));
  if (letters.some((letter) => letter.status === 'open')) output.line(`\nPut one back with: ${command('dlq redrive <id>')}`);
  return exitCodes.ok;
}

function letterRow({ id, runId, path, status, stage, error, attempts, redrives, at }: DeadLetter): readonly string[] {
  const tries = `${attempts}×${redrives === 0 ? '' : `, put back ${redrives}×`}`;
  return [id, status, stage, tries, formatTime(at), runId, printable(path), printable(error.message).replaceAll('\n', ' ')];
}

export async function redrive(session: Session, _options: Options, [id = '']: Words): Promise<number> {
  const { runId } = await session.api.call('dlq.redrive', id);
  const { lastSeq, mode } = await session.api.call('runs.get', runId);
  return followRun(session, { runId, wake: false, fromSeq: lastSeq, mode });
}

export async function discard({ api, output }: Session, options: Options, [id = '']: Words): Promise<number> {
  const reason = textOption(options, 'reason');
  await api.call('dlq.discard', { id, reason });
  if (output.json) output.value({ id, reason });
  else output.line(`${id} is discarded; its run stays as it is.`);
  return exitCodes.ok;
}
