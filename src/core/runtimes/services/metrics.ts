// Figures of a runtime, drawn from what its runs left in the store.

import type { Store } from '#core/store/store.ts';
import type { RuntimeMetrics } from '#protocol/runtimeStatus.ts';

/** Newest runs that are looked at. */
const WINDOW = 1_000;

export async function runtimeMetrics(store: Pick<Store, 'runs' | 'tasks'>, runtime: string): Promise<RuntimeMetrics> {
  const runs = (await store.runs.list({ limit: WINDOW })).filter((run) => run.runtime === runtime);
  const tasks = await store.tasks.ended(runs.map((run) => run.id));
  const byStatus: Record<string, number> = {};
  for (const run of runs) byStatus[run.status] = (byStatus[run.status] ?? 0) + 1;
  const completed = byStatus['completed'] ?? 0;
  const succeeded = tasks.filter((task) => task.status === 'succeeded').length;
  const runTimes = runs.flatMap((run) => (run.endedAt === null ? [] : [run.endedAt - run.createdAt]));
  const stepTimes = tasks.map((task) => task.endedAt - task.startedAt);
  return {
    runs: {
      total: runs.length,
      byStatus,
      successRate: share(completed, completed + (byStatus['partial'] ?? 0) + (byStatus['failed'] ?? 0)),
      p95Ms: percentile(runTimes, 0.95),
    },
    steps: {
      succeeded,
      failed: tasks.length - succeeded,
      successRate: share(succeeded, tasks.length),
      p50Ms: percentile(stepTimes, 0.5),
      p95Ms: percentile(stepTimes, 0.95),
    },
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Nearest rank: the smallest value that at least `rank` of the sample does not exceed. */
function percentile(sample: readonly number[], rank: number): number | null {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * rank) - 1)] ?? null;
}
