// A folded state as text, so that a long run resumes without replaying all of it. Only what events decided is written;
// counters are computed again. The run's definition is in its first event and is not repeated here.

import type { Json, JsonObject } from '#base/json.ts';
import type { RunEventOf } from '#protocol/runEvents.ts';
import type { RunSnapshot } from '#core/store/store.ts';
import { corruptHistory } from '#core/engine/errors.ts';
import { createRunState } from '#core/engine/reduce.ts';
import { createBody, nextScope, openRoot, openScope } from '#core/engine/scopes.ts';
import { type Body, type Decision, type RunState, type Scope, type StepInstance, isSettled, stepAt } from '#core/engine/state.ts';

export const SNAPSHOT_FORMAT = 3;

/** What most steps do not have is left out. */
interface SavedStep extends Pick<StepInstance, 'path' | 'state'>, Partial<Pick<StepInstance, 'usage' | 'decisions'>> {
  readonly body?: SavedBody;
}

interface SavedBody {
  readonly items: readonly Json[] | null;
  readonly failedBy: string | null;
  readonly stopping: boolean;
}

/** In the order the scopes were opened in. `inputs`: of a sub-workflow. */
interface SavedScope {
  readonly owner: string | null;
  readonly inputs: JsonObject | null;
}

interface Saved extends Pick<
  RunState,
  'phase' | 'seq' | 'version' | 'proposals' | 'usage' | 'failures' | 'undoable' | 'compensations' | 'stop'
> {
  readonly undone: readonly (readonly [string, number])[];
  readonly root: SavedBody;
  readonly scopes: readonly SavedScope[];
  readonly steps: readonly SavedStep[];
  readonly decisions: readonly Decision[];
  readonly active: readonly string[];
}

export function encodeSnapshot(state: RunState): RunSnapshot {
  const { phase, seq, version, proposals, usage, failures, undoable, compensations, stop } = state;
  const scopes = new Set<Scope>();
  const steps: SavedStep[] = [];
  for (const instance of state.steps.values()) {
    scopes.add(instance.scope);
    if (instance.state.status !== 'pending') steps.push(savedStep(instance));
  }
  const saved: Saved = {
    phase,
    seq,
    version,
    proposals,
    usage,
    failures,
    undoable,
    compensations,
    stop,
    undone: Array.from(state.undone),
    root: savedBody(state.root),
    scopes: Array.from(scopes, ({ body, frame }) => ({
      owner: body.owner?.path ?? null,
      inputs: frame.kind === 'workflow' && body.owner !== null ? frame.inputs : null,
    })),
    steps,
    decisions: Array.from(state.decisions.values()),
    active: Array.from(state.active),
  };
  return { seq, format: SNAPSHOT_FORMAT, state: JSON.stringify(saved) };
}

/** Null for a snapshot of another format: the run is replayed from its events instead. Throws for one that is not sound. */
export function decodeSnapshot(snapshot: RunSnapshot, created: RunEventOf<'run.created'>): RunState | null {
  if (snapshot.format !== SNAPSHOT_FORMAT) return null;
  const saved = JSON.parse(snapshot.state) as Saved;
  if (saved.seq !== snapshot.seq) throw corruptHistory(created.runId, snapshot.seq, saved.seq);
  const state = createRunState(created);
  const bodies = new Map(saved.steps.flatMap((step) => (step.body === undefined ? [] : [[step.path, step.body] as const])));
  for (const scope of saved.scopes) reopen(state, scope, bodies);
  for (const [path, body] of bodies) stepAt(state, path).body ??= createBody(stepAt(state, path), body.items);
  for (const step of saved.steps) restoreStep(state, step);
  for (const [path, body] of bodies) restoreBody(state, stepAt(state, path).body, body);
  restoreBody(state, state.root, saved.root);
  for (const decision of saved.decisions) state.decisions.set(decision.id, decision);
  for (const path of saved.active) state.active.add(path);
  state.failures.push(...saved.failures);
  state.undoable.push(...saved.undoable);
  state.compensations.push(...saved.compensations);
  for (const [path, times] of saved.undone) state.undone.set(path, times);
  const { phase, seq, version, proposals, usage, stop } = saved;
  const waiting = saved.decisions.filter((decision) => decision.made === null).length;
  return Object.assign(state, { phase, seq, version, proposals, usage, stop, waiting });
}

function savedStep({ path, state, usage, decisions, body }: StepInstance): SavedStep {
  if (usage.length === 0 && decisions.length === 0 && body === null) return { path, state };
  return { path, state, usage, decisions, ...(body && { body: savedBody(body) }) };
}

function savedBody(body: Body): SavedBody {
  return { items: body.items, failedBy: body.failedBy?.path ?? null, stopping: body.stopping };
}

function reopen(state: RunState, saved: SavedScope, bodies: ReadonlyMap<string, SavedBody>): void {
  if (saved.owner === null) {
    openRoot(state, []);
    return;
  }
  const owner = stepAt(state, saved.owner);
  const body = (owner.body ??= createBody(owner, bodies.get(saved.owner)?.items ?? null));
  openScope(state, body, nextScope(state, owner, body, saved.inputs ?? {}), []);
}

function restoreStep(state: RunState, saved: SavedStep): void {
  const instance = stepAt(state, saved.path);
  const { scope } = instance;
  instance.state = saved.state;
  instance.usage = saved.usage ?? [];
  instance.decisions = saved.decisions ?? [];
  if (!isSettled(saved.state)) return;
  state.settled += 1;
  scope.unsettled -= 1;
  if (scope.unsettled === 0) scope.body.open -= 1;
  const result = resultOf(instance);
  if (result === undefined) return;
  scope.results[instance.step.key] = result;
  for (const index of scope.graph.dependents[instance.index] ?? []) {
    const dependent = scope.instances[index];
    if (dependent !== undefined) dependent.unmet -= 1;
  }
}

/** What its dependents see; undefined when it has no result at all. */
function resultOf({ state, step }: StepInstance): Json | undefined {
  if (state.status === 'succeeded' || state.status === 'overridden') return state.output;
  if (state.status === 'skipped') return null;
  return state.status === 'failed' && step.continueOnError ? null : undefined;
}

function restoreBody(state: RunState, body: Body | null, saved: SavedBody): void {
  if (body === null) return;
  body.failedBy = saved.failedBy === null ? null : stepAt(state, saved.failedBy);
  body.stopping = saved.stopping;
}

/** A snapshot costs O(steps), so each next one comes after four times the events: O(1) an event over the run. */
export class SnapshotSchedule {
  readonly #everyEvents: number;
  #lastSeq: number;

  constructor(everyEvents: number, lastSeq: number) {
    this.#everyEvents = everyEvents;
    this.#lastSeq = lastSeq;
  }

  /** True when one is due at `seq`, and counts it as taken. */
  take(seq: number): boolean {
    if (seq - this.#lastSeq < Math.max(this.#everyEvents, this.#lastSeq * 3)) return false;
    this.#lastSeq = seq;
    return true;
  }
}
