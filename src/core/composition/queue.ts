// The workspace's queue, with the limits that the host's settings give it.

import type { Clock } from '#base/clock.ts';
import { RunQueue } from '#core/engine/queue.ts';
import type { HostSettings } from '#core/ports.ts';

/** Where the host's settings name no other. */
const DEFAULT_RUNS = 100;
const DEFAULT_PREFETCH = 4;
const DEFAULT_CALLS_PER_PROVIDER = 8;

/** The limits are those of now: later changes of the settings count from the next start. */
export function createQueue(clock: Clock, limits: HostSettings): RunQueue {
  return new RunQueue(clock, {
    runs: limits.maxRuns ?? DEFAULT_RUNS,
    prepareAhead: limits.queuePrefetch ?? DEFAULT_PREFETCH,
    callsPerProvider: limits.maxCallsPerProvider ?? DEFAULT_CALLS_PER_PROVIDER,
    ...(limits.maxRunsPerWorkflow !== undefined && { runsPerWorkflow: limits.maxRunsPerWorkflow }),
    ...(limits.maxTasksPerAgent !== undefined && { tasksPerAgent: limits.maxTasksPerAgent }),
  });
}
