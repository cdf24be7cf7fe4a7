// A runtime over fakes: a clock that is moved, a store in memory, and an executor whose steps do what a test says.

import { AppError } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { StepContext, StepExecutor, StepOutcome, StepTask } from '#core/engine/executor.ts';
import type { RuntimeEvent, RuntimeStart } from '#core/engine/runtime.ts';
import type { Log } from '#core/ports.ts';
import { CustomRuntime, type CustomRuntimeOptions } from '#core/runtimes/custom/customRuntime.ts';
import type { RunsRepository } from '#core/store/store.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { FakeRuns } from '#test/support/fakeStore.ts';

export type Script = (task: StepTask, context: StepContext) => Promise<Json> | Json;

export interface Harness {
  readonly runtime: CustomRuntime;
  readonly runs: FakeRuns;
  readonly clock: FakeClock;
  /** `path` of every attempt that was begun, in order; `undo path` where it was to undo a step. */
  readonly executed: string[];
  readonly errors: unknown[];
  readonly heard: RuntimeEvent[];
  start(definition: WorkflowDefinition, changes?: Partial<RuntimeStart>): Promise<string>;
  /** A new process over the same store. Shut this one down or kill it first. */
  restart(script?: Script): Harness;
  /** The process dies: what it had not stored never happened, and nothing it still does reaches the store. */
  kill(): void;
  history(runId: string): RunEvent[];
}

export function harness(
  script: Script = () => null,
  options: CustomRuntimeOptions & { readonly runs?: FakeRuns; readonly clock?: FakeClock; readonly firstId?: number } = {},
): Harness {
  const { runs = new FakeRuns(), clock = new FakeClock(), firstId = 0, ...limits } = options;
  const { store, die } = mortal(runs);
  const executed: string[] = [];
  const errors: unknown[] = [];
  const heard: RuntimeEvent[] = [];
  let ids = firstId;
  const runtime = new CustomRuntime(
    {
      clock,
      log: recordingLog(errors),
      runs: store,
      executor: scripted(script, executed),
      ids: { random: () => 0.5, next: (prefix) => `${prefix}_${(ids += 1)}` },
    },
    limits,
  );
  runtime.subscribe((event) => heard.push(event));
  return {
    runtime,
    runs,
    clock,
    executed,
    errors,
    heard,
    start: (definition, changes) => runtime.start(startOf(definition, changes)),
    restart: (next = script) => harness(next, { runs, clock, firstId: ids + 1_000, ...limits }),
    kill: die,
    history: (runId) => runs.histories.get(runId) ?? [],
  };
}

/** One process's way to the store: cut when the process dies. */
function mortal(runs: FakeRuns): { readonly store: RunsRepository; readonly die: () => void } {
  let dead = false;
  const never = new Promise<void>(() => {});
  return {
    die: () => {
      dead = true;
    },
    store: {
      append: (batch) => (dead ? never : runs.append(batch)),
      effect: (key) => runs.effect(key),
      recordEffect: (row) => (dead ? new Promise<Json>(() => {}) : runs.recordEffect(row)),
      saveSnapshot: (runId, snapshot) => (dead ? never : runs.saveSnapshot(runId, snapshot)),
      events: (runId, options) => runs.events(runId, options),
      get: (runId) => runs.get(runId),
      find: (prefix) => runs.find(prefix),
      list: () => runs.list(),
      page: () => runs.page(),
      workflows: () => runs.workflows(),
      byIdempotencyKey: (key) => runs.byIdempotencyKey(key),
      checkpoints: (runId) => runs.checkpoints(runId),
      snapshot: (runId, options) => runs.snapshot(runId, options),
    },
  };
}

export function startOf(definition: WorkflowDefinition, changes: Partial<RuntimeStart> = {}): RuntimeStart {
  return { definition, library: {}, inputs: {}, mode: 'auto', title: 'A test', idempotencyKey: null, hasModel: false, ...changes };
}

/** Lets everything go on that does not wait for the clock, for a person or for a held store. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export function scripted(script: Script, executed: string[]): StepExecutor {
  return {
    assign: ({ step: { agent } }) => {
      if (agent === null || agent === 'missing') throw new AppError({ code: 'agent.notFound', message: 'There is no such agent.' });
      return { agent, reason: 'named by the step' };
    },
    async execute(task, _assignment, context): Promise<StepOutcome> {
      executed.push(task.idempotencyKey.endsWith('!undo') ? `undo ${task.path}` : task.path);
      const output = await script(task, context);
      return { output, summary: `did ${task.step.key}`, usage: [] };
    },
  };
}

function recordingLog(errors: unknown[]): Log {
  return {
    debug: () => {},
    info: () => {},
    warn: (message) => errors.push(message),
    error: (message, _fields, thrown) => errors.push(thrown ?? message),
  };
}

/** With the path of the step it is about. */
export const typesOf = (events: readonly RunEvent[]): string[] =>
  events.map((event) => ('path' in event ? `${event.type} ${event.path}` : event.type));

export const statusOf = async (h: Harness, runId: string): Promise<string> => (await h.runtime.view(runId)).status;

export const question = {
  kind: 'question',
  title: 'Which one?',
  detail: '',
  options: [
    { id: 'left', label: 'Left' },
    { id: 'right', label: 'Right' },
  ],
} as const;
