// What is shown where only a few findings fit: the most severe, and of equal ones something of each kind.

import type { Finding } from '#protocol/finding.ts';

/** `findings` are in order of severity. Within one severity each rule has its turn, so that the noisiest does not hide the others. */
export function firstFindings<T extends Pick<Finding, 'severity' | 'rule'>>(findings: readonly T[], limit: number): readonly T[] {
  const bySeverity = [...Map.groupBy(findings, ({ severity }) => severity).values()];
  return bySeverity.flatMap((own) => inTurns([...Map.groupBy(own, ({ rule }) => rule).values()])).slice(0, limit);
}

function inTurns<T>(groups: readonly (readonly T[])[]): readonly T[] {
  const longest = groups.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: longest }, (_, at) => groups.flatMap((group) => group.slice(at, at + 1))).flat();
}
