// `cas triggers …` and `cas queue`: what begins by itself, what it would do, and what waits.

import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, textOption, usage } from '#cli/options.ts';
import { formatTime, plural, printable, table } from '#cli/printers/format.ts';
import type { Session } from '#cli/session.ts';
import type { CoreEvent } from '#protocol/api.ts';
import type { TriggerView } from '#protocol/trigger.ts';

export async function list(session: Session): Promise<number> {
  const { api, output, command } = session;
  const found = await api.call('triggers.list');
  if (output.json) output.value(found);
  else {
    output.line(
      found.enabled
        ? 'Triggers are on in this workspace.'
        : `Triggers are off in this workspace. Turn them on with: ${command('triggers enable')}`,
    );
    if (found.enabled && !found.armed) output.line(`They are at work in an editor that has it open, or in: ${command('triggers watch')}`);
    table(
      found.triggers.map((one) => row(one)),
      output.columns,
    ).forEach((line) => output.line(line));
  }
  return exitCodes.ok;
}

function row(one: TriggerView): readonly string[] {
  const budget = `${one.runsLastHour}/${one.maxPerHour} an hour, ${one.runsLastDay}/${one.maxPerDay} a day`;
  return [one.id, one.enabled ? 'on' : 'off', budget, one.nextAt === null ? '' : `next ${formatTime(one.nextAt)}`, printable(one.title)];
}

export async function test({ api, output }: Session, options: Options, [name = '']: readonly string[]): Promise<number> {
  const text = textOption(options, 'event');
  const trials = await api.call('triggers.test', text === '' ? { name } : { name, event: parseEvent(text, '--event') });
  if (output.json) output.value(trials);
  else {
    for (const { id, matches, reason, inputs, heldBy } of trials) {
      const effect = !matches ? 'does not start' : heldBy === null ? 'would start' : `is held: ${heldBy}`;
      output.line(`${id}  ${effect}  (${printable(reason)})`);
      if (inputs !== null && Object.keys(inputs).length > 0) output.line(`  inputs ${printable(JSON.stringify(inputs))}`);
    }
  }
  return trials.some((trial) => trial.matches) ? exitCodes.ok : exitCodes.failed;
}

type Event = { readonly type: string; readonly payload: Record<string, never> };

function parseEvent(text: string, what: string): Event {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usage(`${what}: ${(error as Error).message}`, error);
  }
  const { type, payload = {} } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Event>;
  if (typeof type !== 'string' || typeof payload !== 'object') throw usage(`${what}: it is {"type": "user.deployed", "payload": {…}}.`);
  return { type, payload };
}

/** The process that holds the workspace decides what it starts. */
export async function publish({ api, output }: Session, _options: Options, [text = '']: readonly string[]): Promise<number> {
  const message = await api.call('bus.publish', parseEvent(text, 'the event'));
  if (output.json) output.value(message);
  else output.line(`${message.type} is on the bus as ${message.id}.`);
  return exitCodes.ok;
}

export const enable = (session: Session, _options: Options, args: readonly string[]): Promise<number> => set(session, args[0], true);
export const disable = (session: Session, _options: Options, args: readonly string[]): Promise<number> => set(session, args[0], false);

async function set(session: Session, name: string | undefined, enabled: boolean): Promise<number> {
  await session.api.call('triggers.set', { enabled, ...(name !== undefined && { name }) });
  return list(session);
}

/** Prints the runs that begin and end meanwhile. */
export async function watch(session: Session): Promise<number> {
  const { api, output, signal } = session;
  const told = (event: CoreEvent): void => {
    if (event.kind !== 'run') return;
    const { type, runId, at } = event.event;
    if (!/^run\.(?:started|completed|partial|failed|cancelled)$/.test(type)) return;
    if (output.json) output.value({ type, runId, at });
    else output.line(`${formatTime(at)}  ${runId}  ${type.slice(4)}`);
  };
  const subscription = api.subscribe(told);
  const { enabled, triggers } = await api.call('triggers.list');
  const on = triggers.filter((one) => one.enabled).length;
  output.note(
    enabled
      ? `Watching with ${plural(on, 'trigger')}; Ctrl-C ends it.`
      : 'Triggers are off; queued runs begin at their time. Ctrl-C ends it.',
  );
  await new Promise<void>((resolve) => {
    // The watchers of files keep no process alive; this does.
    const alive = setInterval(() => {}, 60_000);
    const end = (): void => {
      clearInterval(alive);
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  subscription.dispose();
  return exitCodes.ok;
}

export async function queue({ api, output }: Session): Promise<number> {
  const { scopes, delayed } = await api.call('queue.status');
  if (output.json) output.value({ scopes, delayed });
  else {
    if (scopes.length === 0 && delayed === 0) output.line('Nothing runs and nothing waits.');
    const rows = scopes.map(({ scope, used, limit, waiting }) => [scope, `${used} of ${limit ?? 'any'}`, `${waiting} waiting`]);
    table(rows, output.columns).forEach((line) => output.line(line));
    if (delayed > 0) output.line(`${plural(delayed, 'run')} for later.`);
  }
  return exitCodes.ok;
}
