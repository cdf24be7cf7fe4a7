// The `findings(…)` function of expressions: what several checks found, as one list.

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * One result ({findings: […]}), a list of results, or a mapping of results by key: their findings in that order, each
 * id once. Results without findings, and null ones, add nothing.
 */
export function gatherFindings(value: unknown): unknown[] {
  const byId = new Map<unknown, unknown>();
  for (const result of resultsIn(value)) {
    const findings = isObject(result) ? result['findings'] : undefined;
    if (!Array.isArray(findings)) continue;
    for (const finding of findings as unknown[]) {
      const id = isObject(finding) ? (finding['id'] ?? finding) : finding;
      if (!byId.has(id)) byId.set(id, finding);
    }
  }
  return Array.from(byId.values());
}

function resultsIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (!isObject(value)) return [];
  return Array.isArray(value['findings']) ? [value] : Object.values(value);
}
