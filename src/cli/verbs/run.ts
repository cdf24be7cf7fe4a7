// `cas workflow run` and `resume`: starts or continues a run and follows it to its end.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hasCode } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { followRun } from '#cli/follow.ts';
import { modeOf, type Options, textOption, usage } from '#cli/options.ts';
import type { Session } from '#cli/session.ts';
import { parseInputWords } from '#core/workflow/inputs.ts';
import type { StartRun } from '#protocol/api.ts';

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
  };
  const runId = await start(session, request);
  // A key that is known names a run that may lie still since its process ended.
  return followRun(session, { runId, wake: given !== '', fromSeq: 0, mode: request.mode });
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
