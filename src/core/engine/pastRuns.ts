// Time travel over the store: any version of a run looked at, compared, gone back to and forked. What was recorded is reused,
// never run again, and nothing is ever deleted. Both runtimes share it; keeping a run that is live out of the way is theirs.

import type { Clock } from '#base/clock.ts';
import type { IdSource } from '#base/ids.ts';
import type { RunEvent, RunEventOf } from '#protocol/runEvents.ts';
import type { RunDiff, RunView, VersionView } from '#protocol/runView.ts';
import type { Log } from '#core/ports.ts';
import type { RunsRepository } from '#core/store/store.ts';
import { diffSteps } from '#core/engine/diff.ts';
import { runFinished, runNotFound, stepNotFound, versionNotFound, versionUndone } from '#core/engine/errors.ts';
import { forkedEvents } from '#core/engine/fork.ts';
import { loadRun } from '#core/engine/loadRun.ts';
import { replay } from '#core/engine/reduce.ts';
import { effectiveEvents, isSetAside } from '#core/engine/rewind.ts';
import type { ForkRequest, HistoryQuery, RollbackRequest } from '#core/engine/runtime.ts';
import { type RunState, isEnded, isSettled } from '#core/engine/state.ts';
import { summaryOf, viewOf } from '#core/engine/view.ts';

export interface PastRunsPorts {
  readonly runs: RunsRepository;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Pick<Log, 'warn'>;
}

/** A run after it went back: `event` is stored and still to be told to whoever listens. */
export interface Rewound {
  readonly state: RunState;
  readonly event: RunEventOf<'run.rewound'>;
}

export class PastRuns {
  readonly #ports: PastRunsPorts;

  constructor(ports: PastRunsPorts) {
    this.#ports = ports;
  }

  load(runId: string): Promise<RunState> {
    return loadRun(this.#ports.runs, runId, { log: this.#ports.log });
  }

  /** How it began. Throws `run.notFound`. */
  async created(runId: string): Promise<RunEventOf<'run.created'>> {
    const [first] = await this.#ports.runs.events(runId, { limit: 1 });
    if (first?.type !== 'run.created') throw runNotFound(runId);
    return first;
  }

  /** Throws `run.notFound`, `run.noVersion`. */
  async viewAt(runId: string, version: number): Promise<RunView> {
    return viewOf(stateAt(await this.#history(runId), version));
  }

  async diff(runId: string, { from, to }: { readonly from: number; readonly to: number }): Promise<RunDiff> {
    const events = await this.#history(runId);
    return { runId, from, to, steps: diffSteps(stateAt(events, from), stateAt(events, to)) };
  }

  async versions(runId: string, { step, since = 1 }: HistoryQuery = {}): Promise<readonly VersionView[]> {
    const { runs } = this.#ports;
    if ((await runs.get(runId)) === null) throw runNotFound(runId);
    const rewinds = (await runs.events(runId, { types: ['run.rewound'] })) as readonly RunEventOf<'run.rewound'>[];
    const wanted = (await runs.checkpoints(runId)).filter((one) => one.version >= since && (step === undefined || isStep(one.path, step)));
    return wanted.map((one) => ({ ...one, setAside: isSetAside(one.seq, rewinds) }));
  }

  /** Throws `run.undone` when results that would count again were undone since. */
  async rewind(runId: string, request: RollbackRequest): Promise<Rewound> {
    return this.#rewound(await this.#history(runId), { ...request, redrive: null });
  }

  /** Goes back to just before the step failed for good, or further where completed steps were undone since. */
  async redrive(runId: string, request: { readonly path: string; readonly by: string; readonly reason: string }): Promise<Rewound> {
    const { path, by, reason } = request;
    const events = await this.#history(runId);
    const failure = events.findLast((event) => event.type === 'step.failed' && event.path === path && event.version !== null);
    if (failure?.type !== 'step.failed' || failure.version === null) throw stepNotFound(path);
    const before = versionBefore(events, failure.version);
    const undone = undoneIn(events, stateAt(events, before));
    const version = Math.min(before, ...undone.map((one) => one.version - 1));
    return this.#rewound(events, { version, by, reason, redrive: path });
  }

  /** A run that a terminal provider error stopped goes back to just before it; any other that ended throws `run.finished`. */
  async reopen(runId: string, by: string): Promise<{ readonly state: RunState; readonly event: RunEvent | null }> {
    const state = await this.load(runId);
    if (!isEnded(state.phase)) return { state, event: null };
    if (state.phase.status !== 'partial' || state.stop === null) throw runFinished(runId, state.phase.status);
    const { version, error } = state.stop;
    const events = await this.#history(runId);
    return this.#rewound(events, { version: versionBefore(events, version), by, reason: `resumed after ${error.code}`, redrive: null });
  }

  /** The first events of a run that begins where `version` stands; nothing is stored yet. Throws like `rewind`. */
  async fork(
    runId: string,
    request: ForkRequest & { readonly runtime: string },
  ): Promise<{ state: RunState; events: readonly RunEvent[] }> {
    const history = await this.#history(runId);
    const seq = seqOf(history, request.version);
    const past = history.slice(0, seq);
    refuseUndone(history, replay(past), request.version);
    const { clock, ids } = this.#ports;
    const events = forkedEvents(past, { ...request, runId: ids.next('run'), now: clock.now() });
    return { state: replay(events), events };
  }

  async #history(runId: string): Promise<readonly RunEvent[]> {
    const events = await this.#ports.runs.events(runId);
    if (events.length === 0) throw runNotFound(runId);
    return events;
  }

  async #rewound(events: readonly RunEvent[], request: RollbackRequest & { readonly redrive: string | null }): Promise<Rewound> {
    const { version, by, reason, redrive } = request;
    const before = replay(events);
    const toSeq = seqOf(events, version);
    const target = replay(events.slice(0, toSeq));
    refuseUndone(events, target, version);
    const { runId } = before;
    const event: RunEventOf<'run.rewound'> = {
      type: 'run.rewound',
      runId,
      seq: before.seq + 1,
      at: this.#ports.clock.now(),
      toVersion: version,
      toSeq,
      setAside: openAgain(before, target),
      redrive,
      by,
      reason,
    };
    const state = replay([...events, event]);
    await this.#ports.runs.append({ runId, events: [event], summary: summaryOf(state) });
    return { state, event };
  }
}

/** The last version before this one that still counts: the one that is one less may have been set aside. 0: there is none. */
function versionBefore(events: readonly RunEvent[], version: number): number {
  const versions = effectiveEvents(events).map((event) => ('version' in event ? (event.version ?? 0) : 0));
  return Math.max(0, ...versions.filter((one) => one < version));
}

/** Throws `run.noVersion`. Version 0 is the run right after its start. */
function seqOf(events: readonly RunEvent[], version: number): number {
  const found = events.find((event) => (version === 0 ? event.type === 'run.started' : 'version' in event && event.version === version));
  if (found !== undefined) return found.seq;
  throw versionNotFound(events[0]?.runId ?? '', version, replay(events).version);
}

function stateAt(events: readonly RunEvent[], version: number): RunState {
  return replay(events.slice(0, seqOf(events, version)));
}

function openAgain(before: RunState, after: RunState): string[] {
  const paths: string[] = [];
  for (const { path, state } of before.steps.values()) {
    const then = after.steps.get(path);
    if (isSettled(state) && (then === undefined || !isSettled(then.state))) paths.push(path);
  }
  return paths;
}

/** Steps whose recorded result `state` holds and that were undone at any time. */
function undoneIn(events: readonly RunEvent[], state: RunState): readonly { readonly path: string; readonly version: number }[] {
  const undone = new Set(events.flatMap((event) => (event.type === 'step.compensated' ? [event.undoes] : [])));
  return state.undoable.filter(({ version }) => undone.has(version));
}

function refuseUndone(events: readonly RunEvent[], state: RunState, version: number): void {
  const undone = undoneIn(events, state);
  if (undone.length === 0) return;
  const last = Math.min(...undone.map((one) => one.version)) - 1;
  throw versionUndone(state.runId, version, { paths: undone.map(({ path }) => path), last });
}

/** `step` is a path, or a key wherever it stands: `verify` finds `repair#2/verify`. */
function isStep(path: string, step: string): boolean {
  return path === step || (path.split('/').at(-1) ?? '').replace(/(#\d+|\[\d+\])$/, '') === step;
}
