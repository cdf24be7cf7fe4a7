import type { ReactElement } from 'react';

const WIDTH = 56;
const HEIGHT = 20;
/** More points than px would only be noise. */
const POINTS = 14;

/** A line without axes, beside the number it leads to. Gaps where nothing was measured. */
export function TrendLine({ values, tone }: { readonly values: readonly (number | null)[]; readonly tone: string }): ReactElement {
  const points = thinned(values);
  const known = points.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const toX = (index: number): number => (index / Math.max(1, points.length - 1)) * (WIDTH - 2) + 1;
  const toY = (value: number): number => (high === low ? HEIGHT / 2 : HEIGHT - 2 - ((value - low) / (high - low)) * (HEIGHT - 4));
  return (
    <svg className={`trendline ${tone}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <path d={pathOf(points, toX, toY)} strokeLinecap="round" />
    </svg>
  );
}

function pathOf(points: readonly (number | null)[], toX: (index: number) => number, toY: (value: number) => number): string {
  const at = (index: number, value: number): string => `${toX(index).toFixed(1)} ${toY(value).toFixed(1)}`;
  return points
    .map((value, index) => (value === null ? '' : `${(points[index - 1] ?? null) === null ? 'M' : 'L'}${at(index, value)}`))
    .join('');
}

/** Means of neighbours. */
function thinned(values: readonly (number | null)[]): readonly (number | null)[] {
  if (values.length <= POINTS) return values;
  return Array.from({ length: POINTS }, (_, point) => {
    const part = values
      .slice(Math.floor((point * values.length) / POINTS), Math.floor(((point + 1) * values.length) / POINTS))
      .filter((value) => value !== null);
    return part.length === 0 ? null : part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
