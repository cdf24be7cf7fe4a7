// Where values stand in a chart.

/** Round numbers from 0 to at least `max`, `count` steps or fewer. */
export function ticks(max: number, count = 4): readonly number[] {
  if (!(max > 0)) return [0, 1];
  const rough = max / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.ceil(max / step - 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** The same places in the same order, moved down where needed so that none is nearer to another than `gap`. */
export function apart(places: readonly number[], gap: number): readonly number[] {
  const moved = [...places];
  let last = -Infinity;
  for (const [index, place] of [...places.entries()].sort(([, a], [, b]) => a - b)) {
    last = Math.max(place, last + gap);
    moved[index] = last;
  }
  return moved;
}

/** A line from value range to pixels. */
export function scale(from: readonly [number, number], to: readonly [number, number]): (value: number) => number {
  const span = from[1] - from[0] || 1;
  return (value) => to[0] + ((value - from[0]) / span) * (to[1] - to[0]);
}
