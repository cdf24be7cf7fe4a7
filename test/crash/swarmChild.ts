// The process that the harness kills: goes on with the runs it finds, starts what is missing, and plays the person who answers,
// pauses, cancels and goes back. What it does and is told goes to the witness. A seeded bug, if any, stands between it and its parts.

import { flushCompileCache } from 'node:module';
import { systemClock } from '#base/clock.ts';
import { AppError, hasCode } from '#base/errors.ts';
import { createIdSource } from '#base/ids.ts';
import type { StepContext, StepTask } from '#core/engine/executor.ts';
import type { Log } from '#core/ports.ts';
import { runtimeKinds } from '#core/runtimes/kinds.ts';
import type { RunRow } from '#core/store/store.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import { bugs } from '#test/crash/bugs.ts';
import { plans } from '#test/crash/swarmPlans.ts';
import { createWitness, hashOf } from '#test/crash/witness.ts';
import { startOf } from '#test/support/engineHarness.ts';

const [file = '', kindId = 'custom', wanted = '1'] = process.argv.slice(2);
/** Nothing takes a tenth of this, even on a busy machine. */
const STUCK_AFTER_MS = 15_000;

const write = createWitness(file);
let seenAt = Date.now();
const see: typeof write = (sighting) => {
  seenAt = Date.now();
  write(sighting);
};
const trouble = (text: string, thrown: unknown): void => see({ saw: 'trouble', text: `${text}: ${String(thrown)}` });
const log: Log = {
  debug() {},
  info() {},
  warn: (message, fields) => trouble(message, JSON.stringify(fields)),
  error: (message, _fields, thrown) => trouble(message, thrown),
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function work({ runId, path, attempt, step, idempotencyKey }: StepTask, context: StepContext): Promise<string> {
  const undo = idempotencyKey.endsWith('!undo');
  see({ saw: 'work', run: runId, path, undo });
  await pause(Math.random() * 4);
  if (step.key === 'bad') throw new AppError({ code: 'test.bad', message: 'bad' });
  if (step.key === 'endless') {
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve, { once: true }));
  }
  if (step.retry.maxAttempts > 1 && attempt === 1) throw new AppError({ code: 'test.flaky', message: 'flaky', retryable: true });
  const options = [{ id: 'yes', label: 'Yes' }];
  const answer = step.key === 'asks' ? await context.decide({ kind: 'question', title: 'Go on?', detail: '', options }) : null;
  let key = '';
  const output = await context.once('done', async (given) => {
    key = given;
    see({ saw: 'effect', pid: process.pid, key });
    return answer?.choice ?? path;
  });
  if (key !== '') see({ saw: 'kept', key });
  return output;
}

const bug = bugs[process.env['CAS_BUG'] ?? ''];
const oneOf = <T>(a: T, b: T): T => (Math.random() < 0.5 ? a : b);
// Of what either durability and either place of SQLite acknowledges, nothing is lost.
const opened = await openStore({ file, clock: systemClock, log, durability: oneOf('full', 'normal'), thread: oneOf('worker', 'here') });
const store = bug?.store?.(opened) ?? opened;
const kind = runtimeKinds({ snapshotEveryEvents: 12 }).find(({ id }) => id === kindId);
if (kind === undefined) throw new Error(`There is no runtime ${kindId}.`);
const plain = kind.create({
  clock: systemClock,
  log,
  store,
  ids: createIdSource({ now: Date.now, random: Math.random }),
  executor: {
    assign: () => ({ agent: 'developer', reason: 'test' }),
    execute: async (task, _assignment, context) => ({ output: await work(task, context), summary: '', usage: [] }),
  },
});
const runtime = bug?.runtime?.(plain) ?? plain;

/** What a person does may come too late: the run has ended, somebody answered before. */
const LATE = ['run.finished', 'decision.notFound', 'run.stillRunning'];
async function person(doing: Promise<unknown>): Promise<void> {
  try {
    await doing;
  } catch (error) {
    if (!LATE.some((code) => hasCode(error, code))) trouble('A person was refused', error);
  }
}

/** What goes on beside the runs; the store stays open for it. */
const beside: Promise<void>[] = [];
const aside = (doing: Promise<unknown>): void => void beside.push(person(doing));

async function answer(run: string, id: string, choice: string): Promise<void> {
  await pause(Math.random() * 4);
  await runtime.decide(run, { decisionId: id, choice, by: 'person', reason: 'looks right' });
  see({ saw: 'answer', run, id, choice });
}

/** A writer that was asleep wakes up and stores what was true then. Only the check of `seq` keeps it out. */
async function writeLate({ runId, seq, at }: RunEvent): Promise<void> {
  const row = await store.runs.get(runId);
  if (row === null) return;
  const late: RunEvent = { type: 'run.paused', runId, seq, at, by: 'stale', reason: '' };
  await store.runs.append({ runId, events: [late], summary: { ...row, lastSeq: seq } }).catch((error: unknown) => {
    if (!hasCode(error, 'store.conflict')) trouble('A late writer was refused otherwise', error);
  });
}

const cases = new Map<string, string>();
let heard = 0;
function react(event: RunEvent): void {
  const { runId } = event;
  if (event.type === 'decision.requested') {
    aside(answer(runId, event.id, event.options[0]?.id ?? ''));
  }
  if (event.type === 'step.succeeded' && event.path === 'b' && cases.get(runId) === 'mixed') {
    aside(
      runtime
        .pause(runId, 'person', '')
        .then(() => pause(2))
        .then(() => runtime.resume(runId, 'person')),
    );
  }
  if (event.type === 'step.started' && event.path === 'endless') aside(runtime.cancel(runId, 'person', '', { compensate: true }));
  heard += 1;
  if (heard === 30) aside(writeLate(event));
  if (heard > 1) return;
  // What is compiled now spares the next process the work; a killed one would not keep it.
  flushCompileCache();
  process.stdout.write('ready\n');
}
runtime.subscribe((message) => {
  if (message.kind !== 'run') return;
  const { event } = message;
  see({ saw: 'event', run: event.runId, seq: event.seq, hash: hashOf(event) });
  if (event.type === 'run.created') cases.set(event.runId, event.title);
  react(event);
});

async function goOn(run: string): Promise<void> {
  await runtime.resume(run, 'engine');
  const { decisions } = await runtime.view(run);
  for (const { id, options } of decisions) aside(answer(run, id, options[0]?.id ?? ''));
}

async function start(title: string, index: number): Promise<void> {
  const { definition, library } = plans[title] ?? {};
  if (definition === undefined || library === undefined) throw new Error(`There is no plan ${title}.`);
  const key = `${title} ${index}`;
  const run = await runtime.start(startOf(definition, { library, title, idempotencyKey: key }));
  see({ saw: 'start', run, key });
}

function goesBack({ title, status }: RunRow): boolean {
  const plan = plans[title];
  return plan?.rewinds === 1 && plan.forkOf === null && status === 'completed';
}

async function goBack(run: string): Promise<void> {
  const rewinds = await store.runs.events(run, { types: ['run.rewound'] });
  if (rewinds.length === 0) await runtime.rollback(run, { version: 2, by: 'person', reason: '' });
  await person(runtime.resume(run, 'person'));
}

/** Once, however often its process is killed. */
async function fork(run: string, title: string): Promise<void> {
  for (const { id } of (await store.runs.list()).filter((row) => row.title === title)) {
    const [created] = await store.runs.events(id, { limit: 1 });
    if (created?.type === 'run.created' && created.forkedFrom?.runId === run) return;
  }
  await runtime.fork(run, { version: 2, inputs: {}, title, hasModel: false, by: 'person' });
}

/** False when nothing happens any more though runs are live. */
async function idle(): Promise<boolean> {
  while (runtime.live().length > 0) {
    if (Date.now() - seenAt > STUCK_AFTER_MS) return false;
    await pause(2);
  }
  return true;
}

async function liveOn(): Promise<string> {
  for (const row of await store.runs.list({ unfinished: true })) {
    cases.set(row.id, row.title);
    await goOn(row.id).catch((error: unknown) => trouble('A run could not be resumed', error));
  }
  const titles = Object.keys(plans).filter((title) => plans[title]?.forkOf === null);
  for (let index = 0; index < Number(wanted); index += 1) await Promise.all(titles.map((title) => start(title, index)));
  if (!(await idle())) return 'stuck';
  for (const row of await store.runs.list()) if (goesBack(row)) await goBack(row.id);
  if (!(await idle())) return 'stuck';
  for (const [title, { forkOf }] of Object.entries(plans))
    for (const row of await store.runs.list()) if (row.title === forkOf) await fork(row.id, title);
  return (await idle()) ? 'finished' : 'stuck';
}

const end = await liveOn().catch((error: unknown) => {
  trouble('The process gave up', error);
  return 'gave up';
});
if (end === 'finished') {
  await Promise.all(beside);
  await opened.close();
}
process.stdout.write(`ready\n${end}\n`);
process.exit(0);
