// `cas workflow pause`, `cancel`, `decide`, `override` and `steer`: steering a run, also while another process works on it.

import type { Json } from '#base/json.ts';
import { exitCodes } from '#cli/exitCodes.ts';
import { followRun } from '#cli/follow.ts';
import { type Options, textOption, usage } from '#cli/options.ts';
import { plural, printable } from '#cli/printers/format.ts';
import type { Session } from '#cli/session.ts';

type Words = readonly string[];

export const pause = (session: Session, options: Options, words: Words): Promise<number> => steer(session, 'runs.pause', options, words);

export async function cancel(session: Session, options: Options, words: Words): Promise<number> {
  if (options['compensate'] !== true) return steer(session, 'runs.cancel', options, words);
  const { api } = session;
  const { id, lastSeq, mode } = await api.call('runs.get', words[0] ?? '');
  await api.call('runs.cancel', { id, reason: textOption(options, 'reason'), compensate: true });
  // Undoing is work: it must not end with this process.
  await followRun(session, { runId: id, wake: false, fromSeq: lastSeq, mode });
  return exitCodes.ok;
}

async function steer(session: Session, method: 'runs.pause' | 'runs.cancel', options: Options, [id = '']: Words): Promise<number> {
  const { api, output, command } = session;
  const reason = textOption(options, 'reason');
  await api.call(method, reason === '' ? { id } : { id, reason });
  const run = await api.call('runs.get', id);
  if (output.json) output.value({ id: run.id, status: run.status });
  else if (run.status === 'paused') output.line(`Paused. Go on with: ${command(`workflow resume ${run.id}`)}`);
  else if (run.status === 'cancelled') output.line(`Cancelled. ${plural(run.version, 'checkpoint')} kept.`);
  else output.line(`${run.id} is being stopped; work in flight is told to end.`);
  return exitCodes.ok;
}

export async function decide({ api, output, command }: Session, options: Options, [id = '', choice = '']: Words): Promise<number> {
  const run = await api.call('runs.get', id);
  const wanted = textOption(options, 'decision');
  const decision = run.decisions.find((one) => wanted === '' || one.id === wanted);
  if (decision === undefined) throw usage(`${run.id} waits for ${wanted === '' ? 'nothing' : `no decision ${wanted}`}.`);
  const known = decision.options.map((option) => option.id);
  if (!known.includes(choice)) throw usage(`${choice} is not one of ${known.join(', ')}.`);
  await api.call('runs.decide', { id: run.id, decisionId: decision.id, choice, reason: textOption(options, 'reason') });
  if (output.json) output.value({ id: run.id, decision: decision.id, choice });
  else output.line(`${printable(decision.title)}: ${choice}. Go on with: ${command(`workflow resume ${run.id}`)}`);
  return exitCodes.ok;
}

export async function override({ api, output }: Session, options: Options, [id = '', step = '', value = '']: Words): Promise<number> {
  const run = await api.call('runs.get', id);
  const given = { id: run.id, path: step, output: parseValue(value), reason: textOption(options, 'reason') };
  await api.call('runs.override', given);
  if (output.json) output.value({ id: run.id, path: step, output: given.output });
  else output.line(`${step} has your result now.`);
  return exitCodes.ok;
}

/** Reaches a run that another process works on: this one attaches to it. */
export async function say({ api, output }: Session, _options: Options, [id = '', step = '', ...words]: Words): Promise<number> {
  const run = await api.call('runs.get', id);
  const text = words.join(' ');
  await api.call('runs.steer', { id: run.id, path: step, text });
  if (output.json) output.value({ id: run.id, path: step, text });
  else output.line(`Said to the agent of ${printable(step)}. It reads it before its next turn.`);
  return exitCodes.ok;
}

/** A value that is JSON is taken as that, anything else as text. */
function parseValue(given: string): Json {
  try {
    return JSON.parse(given) as Json;
  } catch {
    return given; // plain text, as the help says
  }
}
