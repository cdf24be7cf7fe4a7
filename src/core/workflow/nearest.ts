// "Did you mean …?": the name nearest to a misspelt one.

/** Optimal string alignment distance, cut off above `limit`: swaps of neighbours count as one edit. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}

/** The candidate within a third of the name's length (at least 1 edit, at most 4), ignoring case; the first of equals. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.min(4, Math.max(1, Math.floor(name.length / 3)));
  const wanted = name.toLowerCase().slice(0, 100);
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const found = distance(wanted, candidate.toLowerCase(), limit);
    if (found < bestDistance) {
      best = candidate;
      bestDistance = found;
    }
  }
  return best;
}

/** A hint for a wrong name: the nearest one, else the list when it is short, else ''. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const names = Array.from(candidates);
  const match = nearest(name, names);
  if (match !== undefined) return `Did you mean \`${match}\`?`;
  if (names.length === 0 || names.length > 30) return '';
  return `Known: ${names.map((known) => `\`${known}\``).join(', ')}.`;
}
