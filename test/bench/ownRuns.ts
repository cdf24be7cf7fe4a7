// Runs of our own engine with steps that do nothing, over any store.

import { systemClock } from '#base/clock.ts';
import { createIdSource } from '#base/ids.ts';
import type { Admission } from '#core/engine/admission.ts';
import type { StepExecutor } from '#core/engine/executor.ts';
import type { Log } from '#core/ports.ts';
import { CustomRuntime, type CustomRuntimeOptions } from '#core/runtimes/custom/customRuntime.ts';
import type { RunsRepository } from '#core/store/store.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { startOf } from '#test/support/engineHarness.ts';

export type Work = StepExecutor['execute'];

const nothing = { output: null, summary: '', usage: [] };

/** Errors end the bench: a run that broke must not be measured. */
export const loudLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (message, _fields, error) => {
    throw new Error(message, { cause: error });
  },
};

export function runtimeOver(
  runs: RunsRepository,
  work: Work = async () => nothing,
  options: CustomRuntimeOptions = {},
  admission?: Admission,
): CustomRuntime {
  const ids = createIdSource({ now: Date.now, random: Math.random });
  const executor: StepExecutor = { assign: () => ({ agent: 'nobody', reason: 'bench' }), execute: work };
  return new CustomRuntime({ clock: systemClock, ids, log: loudLog, runs, executor, ...(admission && { admission }) }, options);
}

/** Microseconds a step from the start of the first run until the last has completed, its store's answers included. */
export async function microsPerStep(runs: RunsRepository, definition: WorkflowDefinition, runCount = 1): Promise<number> {
  let executed = 0;
  const runtime = runtimeOver(runs, async () => {
    executed += 1;
    return nothing;
  });
  const completed = completions(runtime, runCount);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: runCount }, () => runtime.start(startOf(definition))));
  await completed;
  const micros = (performance.now() - startedAt) * 1_000;
  await runtime.shutdown();
  const expected = definition.steps.length * runCount;
  if (executed !== expected) throw new Error(`${executed} of ${expected} steps were executed`);
  return micros / expected;
}

/** Rejects when one fails. */
export function completions(runtime: CustomRuntime, count: number): Promise<void> {
  let left = count;
  return new Promise((resolve, reject) => {
    runtime.subscribe((heard) => {
      if (heard.kind !== 'run') return;
      if (heard.event.type === 'run.failed') reject(new Error('a run failed'));
      if (heard.event.type !== 'run.completed') return;
      left -= 1;
      if (left === 0) resolve();
    });
  });
}
