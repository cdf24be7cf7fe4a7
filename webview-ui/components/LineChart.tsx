import { type ReactElement, useState } from 'react';
import { ChartTable } from '#ui/components/ChartTable.tsx';
import { apart, scale, ticks } from '#ui/components/chartScale.ts';
import { useWidth } from '#ui/components/useWidth.ts';

export interface Series {
  readonly name: string;
  /** In the order of `x`. A null value breaks the line: nothing was measured there. */
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
  readonly tone?: 'ok' | 'warn' | 'over' | 'bad' | 'run' | 'alt' | 'mute';
  readonly dashed?: boolean;
}

export interface LineChartProps {
  /** One sentence of finding, said instead of the picture. */
  readonly finding: string;
  /** What runs along the bottom, for the head of its table. */
  readonly by: string;
  readonly series: readonly Series[];
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
  /** A line across: a limit or a plan. */
  readonly limit?: { readonly value: number; readonly label: string };
  /** What stands below the axis; default: its beginning and its end. */
  readonly marks?: readonly { readonly x: number; readonly label: string }[];
  /** A line down: today. */
  readonly mark?: { readonly x: number; readonly label: string };
  /** Px; default 160. */
  readonly height?: number;
  readonly asTable?: boolean;
}

/** Px from one label to the next, down and across. */
const LABEL = 13;
const MARK = 56;
const EDGE = { top: 12, right: 72, bottom: 20, left: 44 };

/** Lines over an axis that starts at 0, labelled at their ends. */
export function LineChart(props: LineChartProps): ReactElement {
  const { finding, by, series, formatX, formatY, limit, mark, marks = [], height = 160, asTable = false } = props;
  const [box, width] = useWidth<HTMLDivElement>(480);
  const [pointedAt, setPointedAt] = useState<number | null>(null);
  if (asTable) return <ChartTable label={finding} head={[by, ...series.map(({ name }) => name)]} rows={tableRows(props)} />;
  const xs = series.flatMap(({ points }) => points.map(({ x }) => x));
  const ys = series.flatMap(({ points }) => points.flatMap(({ y }) => (y === null ? [] : [y])));
  const steps = ticks(Math.max(0, ...ys, limit?.value ?? 0));
  const span: readonly [number, number] = [Math.min(...xs), Math.max(...xs)];
  const toX = scale(span, [EDGE.left, width - EDGE.right]);
  const toY = scale([0, steps.at(-1) ?? 1], [height - EDGE.bottom, EDGE.top]);
  const ends = series.map(({ points }) => toY(points.findLast(({ y }) => y !== null)?.y ?? 0));
  const [limitLabel = 0, ...labels] = apart([limit ? toY(limit.value) : -LABEL, ...ends], LABEL);
  return (
    <div
      ref={box}
      className="linechart"
      role="img"
      aria-label={finding}
      onPointerMove={({ clientX, currentTarget }) => setPointedAt(nearest(xs, toX, clientX - currentTarget.getBoundingClientRect().left))}
      onPointerLeave={() => setPointedAt(null)}
    >
      <svg width={width} height={height} aria-hidden="true">
        {steps.map((step) => (
          <g key={step}>
            <line className="grid" x1={EDGE.left} x2={width - EDGE.right} y1={toY(step)} y2={toY(step)} />
            <text className="axis" x={EDGE.left - 6} y={toY(step) + 4} textAnchor="end">
              {formatY(step)}
            </text>
          </g>
        ))}
        {thinned(marks, width - EDGE.left - EDGE.right).map(({ x, label }) => (
          <text key={x} className="axis" x={toX(x)} y={height - 4} textAnchor="middle">
            {label}
          </text>
        ))}
        {xs.length > 0 && marks.length < 2 && (
          <>
            <text className="axis" x={EDGE.left} y={height - 4}>
              {formatX(span[0])}
            </text>
            <text className="axis" x={width - EDGE.right} y={height - 4} textAnchor="end">
              {formatX(span[1])}
            </text>
          </>
        )}
        {limit && (
          <g className="limit">
            <line x1={EDGE.left} x2={width - EDGE.right} y1={toY(limit.value)} y2={toY(limit.value)} />
            <text x={width - EDGE.right + 6} y={limitLabel + 4}>
              {limit.label}
            </text>
          </g>
        )}
        {mark && (
          <g className="mark">
            <line x1={toX(mark.x)} x2={toX(mark.x)} y1={EDGE.top} y2={height - EDGE.bottom} />
            <text x={toX(mark.x) + 4} y={EDGE.top + 8}>
              {mark.label}
            </text>
          </g>
        )}
        {pointedAt !== null && <line className="pointed" x1={toX(pointedAt)} x2={toX(pointedAt)} y1={EDGE.top} y2={height - EDGE.bottom} />}
        {series.map((one, index) => (
          <Line key={one.name} series={one} toX={toX} toY={toY} labelY={labels[index] ?? 0} />
        ))}
      </svg>
      {pointedAt !== null && <Readout {...props} x={pointedAt} left={toX(pointedAt)} isRight={toX(pointedAt) > width / 2} />}
    </div>
  );
}

/** The values at the pointer. Whoever has none reads the table. */
function Readout(props: LineChartProps & { readonly x: number; readonly left: number; readonly isRight: boolean }): ReactElement {
  const { series, formatX, formatY, x, left, isRight } = props;
  return (
    <div className={isRight ? 'readout atright' : 'readout'} style={{ left }} aria-hidden="true">
      <p className="dim tiny">{formatX(x)}</p>
      {series.map(({ name, points }) => {
        const y = points.find((point) => point.x === x)?.y ?? null;
        return (
          <p key={name} className="row small num">
            {name}
            <b className="right">{y === null ? '–' : formatY(y)}</b>
          </p>
        );
      })}
    </div>
  );
}

/** As many as there is room for, evenly. */
function thinned<T>(marks: readonly T[], room: number): readonly T[] {
  const step = Math.max(1, Math.ceil(marks.length / Math.max(1, Math.floor(room / MARK))));
  return marks.filter((_, index) => index % step === 0);
}

/** The place of a point that is next to `left` px. */
function nearest(xs: readonly number[], toX: (x: number) => number, left: number): number | null {
  const distance = (x: number): number => Math.abs(toX(x) - left);
  return xs.reduce<number | null>((best, x) => (best === null || distance(x) < distance(best) ? x : best), null);
}

interface LineProps {
  readonly series: Series;
  readonly toX: (x: number) => number;
  readonly toY: (y: number) => number;
  /** Px at which its name stands. */
  readonly labelY: number;
}

function Line({ series: { name, points, tone = 'run', dashed = false }, toX, toY, labelY }: LineProps): ReactElement {
  const last = points.findLast(({ y }) => y !== null);
  return (
    <g className={`series ${tone}`}>
      <path d={pathOf(points, toX, toY)} strokeDasharray={dashed ? '4 3' : undefined} />
      {last && (
        <>
          <circle cx={toX(last.x)} cy={toY(last.y ?? 0)} r={2.5} />
          <text x={toX(last.x) + 6} y={labelY + 4}>
            {name}
          </text>
        </>
      )}
    </g>
  );
}

function pathOf(points: Series['points'], toX: (x: number) => number, toY: (y: number) => number): string {
  let pen = 'M';
  return points
    .map(({ x, y }, index) => {
      if (y === null) {
        pen = 'M';
        return '';
      }
      // Alone between gaps it would be no line: a dot.
      if (pen === 'M' && (points[index + 1]?.y ?? null) === null) return `M${toX(x).toFixed(1)} ${toY(y).toFixed(1)}h0.01`;
      const step = `${pen}${toX(x).toFixed(1)} ${toY(y).toFixed(1)}`;
      pen = 'L';
      return step;
    })
    .join('');
}

function tableRows({ series, formatX, formatY }: LineChartProps): readonly (readonly string[])[] {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const at = (one: Series, x: number): string => {
    const y = one.points.find((point) => point.x === x)?.y ?? null;
    return y === null ? '–' : formatY(y);
  };
  return xs.map((x) => [formatX(x), ...series.map((one) => at(one, x))]);
}
