// What a run of a workflow is likely to take, from those that ended. No history, no figures.

import type { CostSum, RunRow } from '#core/store/store.ts';
import type { Range, RunEstimate } from '#protocol/spending.ts';

/** Runs an estimate is made from, at most. */
export const ESTIMATE_RUNS = 50;

/** `runs`: ended ones of this workflow; `sums`: of these runs. Dry runs are not stored and so not among them. */
export function estimate(workflow: string, runs: readonly RunRow[], sums: readonly CostSum[]): RunEstimate {
  const byRun = runs.map((run) => sums.filter((sum) => sum.runId === run.id));
  const each = (figure: (sum: CostSum) => number): readonly number[] =>
    byRun.map((own) => own.reduce((total, sum) => total + figure(sum), 0));
  const priced = byRun.filter((own) => own.every((sum) => sum.unknownCost === 0));
  return {
    workflow,
    runs: runs.length,
    agents: rangeOf(byRun.map((own) => new Set(own.map((sum) => sum.agent)).size)),
    calls: rangeOf(each((sum) => sum.calls)),
    tokens: rangeOf(each((sum) => sum.inputTokens + sum.outputTokens)),
    costMicroUsd: rangeOf(priced.map((own) => own.reduce((total, sum) => total + sum.costMicroUsd, 0))),
    pricedRuns: priced.length,
    durationMs: rangeOf(runs.flatMap((run) => (run.endedAt === null ? [] : [run.endedAt - run.createdAt]))),
  };
}

function rangeOf(values: readonly number[]): Range | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max, median] = [sorted[0], sorted.at(-1), sorted[Math.floor((sorted.length - 1) / 2)]];
  return min === undefined || max === undefined || median === undefined ? null : { min, median, max };
}
