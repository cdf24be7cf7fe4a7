// Costs by agent, workflow, model, tag, day, run or step, from the recorded use.

import type { CostSum, RunRow } from '#core/store/store.ts';
import type { CostGroup, CostLine, CostReport } from '#protocol/spending.ts';

type Figures = Omit<CostLine, 'name'>;

const NOTHING: Figures = {
  calls: 0,
  costMicroUsd: 0,
  tokens: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  unknownCost: 0,
  unknownTokens: 0,
};

/** `runs`: those the sums are of, as far as they are kept. */
export function costReport(
  sums: readonly CostSum[],
  runs: ReadonlyMap<string, Pick<RunRow, 'workflow' | 'tags'>>,
  request: { readonly by: CostGroup; readonly since: number | null },
): CostReport {
  const lines = new Map<string, Figures>();
  for (const one of sums) {
    for (const name of namesOf(one, runs.get(one.runId), request.by)) lines.set(name, add(lines.get(name) ?? NOTHING, one));
  }
  const listed = Array.from(lines, ([name, figures]) => ({ name, ...figures }));
  listed.sort((a, b) =>
    request.by === 'day'
      ? b.name.localeCompare(a.name)
      : b.costMicroUsd - a.costMicroUsd || b.tokens - a.tokens || (a.name < b.name ? -1 : 1),
  );
  return { ...request, lines: listed, total: sums.reduce(add, NOTHING) };
}

function namesOf(sum: CostSum, run: Pick<RunRow, 'workflow' | 'tags'> | undefined, by: CostGroup): readonly string[] {
  switch (by) {
    case 'agent':
      return [sum.agent];
    case 'model':
      return [`${sum.provider}/${sum.model}`];
    case 'day':
      return [new Date(sum.dayAt).toISOString().slice(0, 10)];
    case 'run':
      return [sum.runId];
    case 'step':
      return [sum.path];
    case 'workflow':
      return [run?.workflow ?? '(removed run)'];
    case 'tag':
      return run?.tags === undefined || run.tags.length === 0 ? ['(no tag)'] : run.tags;
  }
}

function add(a: Figures, b: CostSum): Figures {
  return {
    calls: a.calls + b.calls,
    costMicroUsd: a.costMicroUsd + b.costMicroUsd,
    tokens: a.tokens + b.inputTokens + b.outputTokens,
    inputTokens: a.inputTokens + b.inputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    unknownCost: a.unknownCost + b.unknownCost,
    unknownTokens: a.unknownTokens + b.unknownTokens,
  };
}
