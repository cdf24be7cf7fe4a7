// Bugs that a durable engine can have, seeded one at a time into the killed process: a faulty part between the engine and its
// store or its caller, or an edit of one of the engine's own lines (bundle.ts). None of them is in src.

import { hasCode } from '#base/errors.ts';
import type { Runtime } from '#core/engine/runtime.ts';
import type { RunAppend, RunsRepository, RunSnapshot, Store } from '#core/store/store.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

export interface Bug {
  /** One of the breaches that are reported must be this. */
  readonly caughtAs: RegExp;
  readonly store?: (store: Store) => Store;
  readonly runtime?: (runtime: Runtime) => Runtime;
  /** In `module`, a path below src, `from` (found exactly once) becomes `to`. */
  readonly patch?: { readonly module: string; readonly from: string; readonly to: string };
}

const runsOf =
  (faulty: (runs: RunsRepository) => Partial<RunsRepository>) =>
  (store: Store): Store => ({ ...store, runs: { ...store.runs, ...faulty(store.runs) } });

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The batch as it would be if it came `by` events later. */
function moved(batch: RunAppend, by: number): RunAppend {
  const events = batch.events.map((event): RunEvent => ({ ...event, seq: event.seq + by }));
  return { ...batch, events, summary: { ...batch.summary, lastSeq: batch.summary.lastSeq + by } };
}

function snapshotAt({ seq, state, ...rest }: RunSnapshot, by: number): RunSnapshot {
  return { ...rest, seq: seq + by, state: JSON.stringify({ ...(JSON.parse(state) as object), seq: seq + by }) };
}

export const bugs: { readonly [title: string]: Bug } = {
  'acknowledges a batch that a later write makes durable': {
    caughtAs: /announced and is lost|stored otherwise/,
    store: runsOf((runs) => ({
      async append(batch) {
        // What is lost with the process is lost; what conflicts is nobody's business any more.
        void later(8).then(() => runs.append(batch).catch(() => undefined));
      },
    })),
  },
  'forgets to check seq': {
    caughtAs: /stale writer/,
    store: runsOf((runs) => ({
      append: (batch) =>
        runs.append(batch).catch(async (error: unknown) => {
          const row = await runs.get(batch.runId);
          if (!hasCode(error, 'store.conflict') || row === null) throw error;
          await runs.append(moved(batch, row.lastSeq + 1 - (batch.events[0]?.seq ?? 0)));
        }),
    })),
  },
  'drops the last event of a batch': {
    caughtAs: /announced and is lost|stored otherwise/,
    store: runsOf((runs) => ({
      append(batch) {
        const events = batch.events.length > 2 ? batch.events.slice(0, -1) : batch.events;
        return runs.append({ ...batch, events, summary: { ...batch.summary, lastSeq: events.at(-1)?.seq ?? 0 } });
      },
    })),
  },
  'appends a batch twice when its answer is late': {
    caughtAs: /cannot be replayed/,
    store: runsOf((runs) => ({
      async append(batch) {
        await runs.append(batch);
        if (batch.events.every(({ type }) => type !== 'step.succeeded')) await runs.append(moved(batch, batch.events.length));
      },
    })),
  },
  'saves a snapshot as one event newer than it is': {
    caughtAs: /could not be resumed|batch of its events was not stored|cannot be replayed/,
    store: runsOf((runs) => ({ saveSnapshot: (runId, snapshot) => runs.saveSnapshot(runId, snapshotAt(snapshot, 1)) })),
  },
  'saves a snapshot as one event older than it is': {
    caughtAs: /could not be resumed|batch of its events was not stored|cannot be replayed/,
    store: runsOf((runs) => ({ saveSnapshot: (runId, snapshot) => runs.saveSnapshot(runId, snapshotAt(snapshot, -1)) })),
  },
  'forgets that a side effect was done': {
    caughtAs: /had again/,
    store: runsOf(() => ({ recordEffect: async ({ result }) => result })),
  },
  'starts a run again that was started under the same key': {
    caughtAs: /started twice/,
    store: runsOf((runs) => ({
      byIdempotencyKey: async () => null,
      append: (batch) => runs.append({ ...batch, summary: { ...batch.summary, idempotencyKey: null } }),
    })),
  },
  'loses an answer that it confirmed': {
    caughtAs: /confirmed and is not stored/,
    runtime: (runtime) =>
      new Proxy(runtime, {
        get(target, name) {
          if (name === 'decide') return async () => undefined;
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
  },
  'works again for recorded steps when it resumes': {
    caughtAs: /recorded and started again/,
    patch: {
      module: 'core/engine/reduceStep.ts',
      from: '  for (const { instance, assigned } of interrupted) {',
      to: `  for (const instance of state.steps.values()) {
        const { status, assignment, attempt } = instance.state;
        if (status === 'succeeded' && instance.step.kind === 'task') instance.state = { status: 'assigned', assignment, attempt };
      }
      for (const { instance, assigned } of interrupted) {`,
    },
  },
  'starts a step before the one it waits for has settled': {
    caughtAs: /started before/,
    patch: {
      module: 'core/engine/scopes.ts',
      from: 'const unmet = graph.unmet[index] ?? 0;',
      to: 'const unmet = Math.max(0, (graph.unmet[index] ?? 0) - 1);',
    },
  },
  'undoes again what it had undone when it resumes': {
    caughtAs: /undone/,
    patch: {
      module: 'core/engine/compensation.ts',
      from: "  if (phase.status !== 'compensating' || current?.now.status !== 'running') return;",
      to: `  if (phase.status !== 'compensating' || current?.now.status !== 'running') return;
      for (const [index, one] of state.compensations.entries()) state.compensations[index] = { ...one, now: { status: 'due', attempt: 1 } };
      state.phase = { ...phase, next: 0 };
      if (phase.next > 0) return;`,
    },
  },
  'loses its timers when it resumes': {
    caughtAs: /stuck/,
    patch: {
      module: 'core/engine/outstanding.ts',
      from: "effects.push({ kind: 'retry', path, at: state.retryAt });",
      to: '',
    },
  },
};
