// What the engine itself costs a step: no-op work, a store that takes everything at once.

import { createIdSource } from '#base/ids.ts';
import { systemClock } from '#base/clock.ts';
import type { StepExecutor } from '#core/engine/executor.ts';
import type { Log } from '#core/ports.ts';
import { CustomRuntime } from '#core/runtimes/custom/customRuntime.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { startOf } from '#test/support/engineHarness.ts';
import { FakeRuns } from '#test/support/fakeStore.ts';
import { chain, task, workflow } from '#test/support/workflows.ts';

const ROUNDS = 7;

const noWork: StepExecutor = {
  assign: () => ({ agent: 'nobody', reason: 'bench' }),
  execute: async () => ({ output: null, summary: '', usage: [] }),
};

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function keys(count: number, prefix = 's'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

/** Ten levels of ten, each step waiting for the whole level before it. */
function layers(): WorkflowDefinition {
  const level = (depth: number): string[] => keys(10, `l${depth}x`);
  const steps = Array.from({ length: 10 }, (_, depth) =>
    level(depth).map((key) => task(key, { dependsOn: depth === 0 ? [] : level(depth - 1) })),
  );
  return workflow(steps.flat());
}

function fan(width: number): WorkflowDefinition {
  const middle = keys(width);
  return workflow([task('first'), ...middle.map((key) => task(key, { dependsOn: ['first'] })), task('last', { dependsOn: middle })], {
    limits: { maxParallelSteps: width },
  });
}

function allCompleted(runtime: CustomRuntime, runCount: number): Promise<void> {
  let left = runCount;
  return new Promise((resolve) => {
    runtime.subscribe((heard) => {
      if (heard.kind !== 'run' || heard.event.type !== 'run.completed') return;
      left -= 1;
      if (left === 0) resolve();
    });
  });
}

async function once(definition: WorkflowDefinition, runCount: number): Promise<number> {
  const ids = createIdSource({ now: Date.now, random: Math.random });
  const runtime = new CustomRuntime({ clock: systemClock, ids, log: silent, runs: new FakeRuns(), executor: noWork });
  const ended = allCompleted(runtime, runCount);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: runCount }, () => runtime.start(startOf(definition))));
  await ended;
  const micros = (performance.now() - startedAt) * 1_000;
  await runtime.shutdown();
  return micros / (definition.steps.length * runCount);
}

async function median(definition: WorkflowDefinition, runCount = 1): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await once(definition, runCount));
  times.sort((a, b) => a - b);
  return Math.round((times[Math.floor(ROUNDS / 2)] ?? 0) * 10) / 10;
}

/** Median microseconds of engine time a step, by shape; starting and hashing the definition included. */
export async function run(): Promise<Record<string, number>> {
  return {
    'chain of 100': await median(workflow(chain(...keys(100)))),
    '10 × 10': await median(layers()),
    '1 → 1,000 → 1': await median(fan(1_000)),
    '1,000 runs × 5': await median(workflow(chain(...keys(5))), 1_000),
    'chain of 10,000': await median(workflow(chain(...keys(10_000)))),
  };
}
