// `cas workflow run` and `resume`: starts or continues a run and follows it to its end.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hasCode } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { budgetOptions } from '#cli/budgetOptions.ts';
import { followRun } from '#cli/follow.ts';
import { exitCodes } from '#cli/exitCodes.ts';
import { modeOf, type Options, textOption, usage } from '#cli/options.ts';
import { formatTime } from '#cli/printers/format.ts';
import type { Session } from '#cli/session.ts';
import { momentOf } from '#cli/timeOption.ts';
import { DURATION_PATTERN, durationMs } from '#core/workflow/duration.ts';
import { parseInputWords } from '#core/workflow/inputs.ts';
import type { StartRun } from '#protocol/api.ts';
import { tagSchema } from '#protocol/spending.ts';

export async function run(session: Session, options: Options, [name = '']: readonly string[]): Promise<number> {
  const inputs = await readInputs(session, name, options);
  const title = textOption(options, 'title');
  const runtime = textOption(options, 'runtime');
  const given = textOption(options, 'idempotencyKey');
  const request = {
    workflow: name,
    inputs,
    mode: modeOf(options),
    ...(title !== '' && { title }),
    ...(runtime !== '' && { runtime }),
    idempotencyKey: given || randomUUID(),
    ...queueOptions(options, Date.now()),
    ...spendingOptions(options),
  };
  const runId = await start(session, request);
  if ('notBefore' in request && request.notBefore > Date.now()) return sayWhen(session, runId, request.notBefore);
  // A key that is known names a run that may lie still since its process ended.
  return followRun(session, { runId, wake: given !== '', fromSeq: 0, mode: request.mode });
}

/** Throws `cli.usage`. */
function queueOptions(options: Options, now: number): Pick<StartRun, 'priority'> & { readonly notBefore?: number } {
  const [priority, at] = [textOption(options, 'priority'), textOption(options, 'at')];
  if (priority !== '' && !(/^-?\d{1,3}$/.test(priority) && Math.abs(Number(priority)) <= 100))
    throw usage(`--priority ${priority}: it is a whole number from -100 to 100.`);
  const notBefore = DURATION_PATTERN.test(at) ? now + durationMs(at) : momentOf(at);
  if (at !== '' && Number.isNaN(notBefore))
    throw usage(`--at ${at}: it is a time such as 2026-12-01T09:00, or a wait such as 90s, 15m or 2h.`);
  return { ...(priority !== '' && { priority: Number(priority) }), ...(at !== '' && { notBefore }) };
}

/** Throws `cli.usage`. */
function spendingOptions(options: Options): Pick<StartRun, 'budget' | 'tags' | 'cache'> {
  const given = { usd: textOption(options, 'budgetUsd'), tokens: textOption(options, 'budgetTokens') };
  const budget = budgetOptions(given, ['--budget-usd', '--budget-tokens']);
  const tags = options['tag'] as readonly string[];
  const wrong = tags.find((tag) => !tagSchema.safeParse(tag).success);
  if (wrong !== undefined) throw usage(`--tag ${wrong}: it is 1 to 64 letters, digits and . : / _ -`);
  return { ...(budget && { budget }), ...(tags.length > 0 && { tags }), ...(options['cache'] === true && { cache: true }) };
}

/** A run for later is not waited for: it is stored, and begins in whoever holds the workspace then. */
function sayWhen({ output, command }: Session, runId: string, notBefore: number): number {
  if (output.json) output.value({ type: 'queued', runId, notBefore });
  else {
    output.line(`${runId} is queued for ${formatTime(notBefore)}.`);
    output.line(`It begins then in an editor that has this workspace open, or in: ${command('triggers watch')}`);
  }
  return exitCodes.ok;
}

/** The key makes it safe to ask again when the owner ended before it answered. */
async function start({ api }: Session, request: StartRun): Promise<string> {
  try {
    return (await api.call('runs.start', request)).runId;
  } catch (error) {
    if (!hasCode(error, 'owner.gone')) throw error;
    return (await api.call('runs.start', request)).runId;
  }
}

export async function resume(session: Session, _options: Options, [id = '']: readonly string[]): Promise<number> {
  const { id: runId, lastSeq, mode } = await session.api.call('runs.get', id);
  await session.api.call('runs.resume', runId);
  return followRun(session, { runId, wake: false, fromSeq: lastSeq, mode });
}

/** The file's values first, then the words; a word is taken by the type the workflow gives that input. */
async function readInputs({ api }: Session, name: string, options: Options): Promise<JsonObject> {
  const file = textOption(options, 'inputsFile');
  const words = options['input'] as readonly string[];
  const given = file === '' ? {} : await readInputsFile(file);
  if (words.length === 0) return given;
  const workflow = (await api.call('workflows.list')).find((one) => one.name === name);
  return { ...given, ...parseInputWords(workflow?.inputs ?? [], words) };
}

async function readInputsFile(file: string): Promise<JsonObject> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw usage(`--inputs-file ${file}: ${(error as Error).message}`, error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usage(`--inputs-file ${file}: it must hold a JSON object.`);
  return value as JsonObject;
}
