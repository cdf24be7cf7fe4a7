// What must hold of all runs once the last process has ended, whenever the ones before were killed. Nothing is asserted: each
// breach is a sentence, so that a seeded bug can be seen to be caught, and by what.

import { isDeepStrictEqual } from 'node:util';
import { replay } from '#core/engine/reduce.ts';
import { effectiveEvents } from '#core/engine/rewind.ts';
import { summaryOf, viewOf } from '#core/engine/view.ts';
import type { RunRow, Store } from '#core/store/store.ts';
import type { RunEvent, RunEventOf, RunEventType } from '#protocol/runEvents.ts';
import { dependenciesOf, type Plan, plans } from '#test/crash/swarmPlans.ts';
import { hashOf, type Sighting } from '#test/crash/witness.ts';

type Seen<K extends Sighting['saw']> = Extract<Sighting, { readonly saw: K }>;
interface Told {
  readonly row: RunRow;
  readonly events: readonly RunEvent[];
}

export async function breaches(store: Store, seen: readonly Sighting[]): Promise<readonly string[]> {
  const told = new Map<string, Told>();
  for (const row of await store.runs.list()) told.set(row.id, { row, events: await store.runs.events(row.id) });
  const runs = Array.from(told.values());
  const found = [...runs.flatMap((run) => inHistory(run)), ...forkedOtherwise(runs), ...betweenBoth(told, seen), ...effectsTwice(seen)];
  for (const [run, { row, events }] of told) {
    const versions = of(events, 'step.succeeded', 'step.failed', 'step.skipped').filter(({ version }) => version !== null);
    if ((await store.runs.checkpoints(run)).length !== versions.length) found.push(`${row.title}: versions do not match its events`);
  }
  return found;
}

function of<T extends RunEventType>(events: readonly RunEvent[], ...types: readonly T[]): readonly RunEventOf<T>[] {
  return events.filter((event): event is RunEventOf<T> => (types as readonly string[]).includes(event.type));
}

/** One run alone: its history is whole and legal, agrees with its row, and ends as its plan says. */
function inHistory({ row, events }: Told): string[] {
  const plan = plans[row.title];
  if (plan === undefined) return [`a run of no plan: ${row.title}`];
  const found: string[] = [];
  const expect = (holds: boolean, what: string): void => void (holds || found.push(`${row.title}: ${what}`));
  expect(
    events.every((event, index) => event.seq === index + 1),
    'its history has a gap',
  );
  expect(!of(events, 'run.paused').some(({ by }) => by === 'stale'), 'a stale writer got through');
  found.push(...startedEarly(plan, row.title, events), ...undoneOtherwise(plan, row.title, events));
  try {
    const state = replay(events);
    const view = viewOf(state);
    expect(view.status === plan.status, `it is ${view.status}, not ${plan.status}`);
    expect(isDeepStrictEqual(view.output, plan.output), `its output is ${JSON.stringify(view.output)}`);
    expect(isDeepStrictEqual(JSON.parse(JSON.stringify(summaryOf(state))), row), 'its row is not what its events say');
    expect(of(events, 'run.rewound').length === plan.rewinds, 'it went back too often or not at all');
  } catch (error) {
    found.push(`${row.title}: its history cannot be replayed: ${String(error)}`);
  }
  return found;
}

/** Each run that is to be forked was, once. */
function forkedOtherwise(runs: readonly Told[]): string[] {
  return Object.entries(plans).flatMap(([title, { forkOf }]) => {
    const origins = runs.filter(({ row }) => row.title === forkOf).map(({ row }) => row.id);
    const forks = runs.filter(({ row }) => row.title === title).map(({ events: [created] }) => created);
    const from = forks.map((created) => (created?.type === 'run.created' ? (created.forkedFrom?.runId ?? '') : ''));
    return forkOf === null || isDeepStrictEqual(from.toSorted(), origins.toSorted())
      ? []
      : [`${title}: forks of ${from.join(' ')}, not of ${origins.join(' ')}`];
  });
}

function startedEarly(plan: Plan, title: string, events: readonly RunEvent[]): string[] {
  const settled = new Set<string>();
  const found: string[] = [];
  for (const event of safely(() => effectiveEvents(events), events)) {
    if (event.type === 'step.started') {
      if (settled.has(event.path)) found.push(`${title}: ${event.path} was recorded and started again`);
      const missing = dependenciesOf(plan, event.path).filter((path) => !settled.has(path));
      if (missing.length > 0) found.push(`${title}: ${event.path} started before ${missing.join(', ')}`);
    }
    if ('version' in event && event.version !== null) settled.add(event.path);
  }
  return found;
}

function undoneOtherwise({ undone }: Plan, title: string, events: readonly RunEvent[]): string[] {
  const done = of(events, 'step.succeeded').flatMap(({ path }) => (undone.includes(path) ? [path] : []));
  const found = of(events, 'step.compensated').map(({ path }) => path);
  const right = done.length === undone.length && isDeepStrictEqual(found, done.toReversed());
  return right ? [] : [`${title}: done ${done.join(' ')}, undone ${found.join(' ')}`];
}

function safely<T>(make: () => T, otherwise: T): T {
  try {
    return make();
  } catch {
    // A history that cannot be followed is reported where it is replayed.
    return otherwise;
  }
}

/** The witness against the store: what was told is stored, and no more was done than what is stored asked for. */
function betweenBoth(told: ReadonlyMap<string, Told>, seen: readonly Sighting[]): string[] {
  const found: string[] = [];
  const works = new Map<string, number>();
  const keys = new Map<string, string>();
  const eventsOf = (run: string): readonly RunEvent[] => told.get(run)?.events ?? [];
  for (const one of seen) {
    if (one.saw === 'event') found.push(...lost(one, eventsOf(one.run)[one.seq - 1]));
    if (one.saw === 'trouble') found.push(one.text);
    if (one.saw === 'work') works.set(workOf(one), (works.get(workOf(one)) ?? 0) + 1);
    if (one.saw === 'start' && (keys.get(one.key) ?? one.run) !== one.run) found.push(`${one.key} was started twice`);
    if (one.saw === 'start') keys.set(one.key, one.run);
    if (one.saw !== 'answer') continue;
    const made = of(eventsOf(one.run), 'decision.made').find(({ id }) => id === one.id);
    if (made?.choice !== one.choice) found.push(`the answer to ${one.id} was confirmed and is not stored`);
  }
  for (const [run, { events }] of told) {
    for (const event of of(events, 'step.started', 'step.compensating')) {
      const work = workOf({ run, path: event.path, undo: event.type === 'step.compensating' });
      works.set(work, (works.get(work) ?? 0) - 1);
    }
  }
  for (const [work, surplus] of works) if (surplus > 0) found.push(`${work} worked ${surplus} times more than it was started`);
  return found;
}

const workOf = ({ run, path, undo }: Pick<Seen<'work'>, 'run' | 'path' | 'undo'>): string => `${run} ${undo ? 'undo ' : ''}${path}`;

function lost({ run, seq, hash }: Seen<'event'>, stored: RunEvent | undefined): string[] {
  if (stored === undefined) return [`event ${seq} of ${run} was announced and is lost`];
  return hashOf(stored) === hash ? [] : [`event ${seq} of ${run} is stored otherwise than announced: ${stored.type}`];
}

/** A process has each effect once; no process has it once its result was durable. */
function effectsTwice(seen: readonly Sighting[]): string[] {
  const had = new Set<string>();
  const kept = new Set<string>();
  const found: string[] = [];
  for (const one of seen) {
    if (one.saw === 'kept') kept.add(one.key);
    if (one.saw !== 'effect') continue;
    const mine = `${one.pid} ${one.key}`;
    if (had.has(mine) || kept.has(one.key)) found.push(`the effect ${one.key} was had again`);
    had.add(mine);
  }
  return found;
}
