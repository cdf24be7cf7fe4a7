// The `findings(…)` function of expressions: what several checks found, as one list, as the agents judged it.

type Mapping = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * One result ({findings: […]}), a list of results, or a mapping of results by key: their findings in that order, each
 * id once. Results without findings, and null ones, add nothing. Where an agent judged a finding of its own result
 * ({judgements: [{finding, verdict, severity}]}), a dismissed one is left out and a new severity counts.
 */
export function gatherFindings(value: unknown): unknown[] {
  const byId = new Map<unknown, unknown>();
  for (const result of resultsIn(value)) {
    if (!isMapping(result) || !Array.isArray(result['findings'])) continue;
    const judgements = judgementsOf(result);
    for (const found of result['findings'] as unknown[]) {
      const finding = isMapping(found) ? judged(found, judgements) : found;
      const id = isMapping(finding) ? (finding['id'] ?? finding) : finding;
      if (finding !== null && !byId.has(id)) byId.set(id, finding);
    }
  }
  return Array.from(byId.values());
}

function judgementsOf(result: Mapping): ReadonlyMap<unknown, Mapping> {
  const judgements: unknown = result['judgements'];
  const list = Array.isArray(judgements) ? judgements.filter((one) => isMapping(one)) : [];
  return new Map(list.map((one) => [one['finding'], one]));
}

/** Null: dismissed. */
function judged(finding: Mapping, judgements: ReadonlyMap<unknown, Mapping>): Mapping | null {
  const judgement = judgements.get(finding['id']);
  if (!judgement) return finding;
  if (judgement['verdict'] === 'dismissed') return null;
  return typeof judgement['severity'] === 'string' ? { ...finding, severity: judgement['severity'] } : finding;
}

function resultsIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (!isMapping(value)) return [];
  return Array.isArray(value['findings']) ? [value] : Object.values(value);
}
