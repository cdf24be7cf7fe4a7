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
  let pen = 'M';
  const path = points
    .map((value, index) => {
      if (value === null) {
        pen = 'M';
        return '';
      }
      const step = `${pen}${toX(index).toFixed(1)} ${toY(value).toFixed(1)}`;
      pen = 'L';
      return step;
    })
    .join('');
  return (
    <svg className={`trendline ${tone}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <path d={path} strokeLinecap="round" />
    </svg>
  );
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
