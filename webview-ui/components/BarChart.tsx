import type { ReactElement } from 'react';
import { ChartTable } from '#ui/components/ChartTable.tsx';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Below its bar. */
  readonly note?: string;
  /** Default `run`, the main series. */
  readonly tone?: 'ok' | 'warn' | 'over' | 'bad' | 'run' | 'alt';
}

export interface BarChartProps {
  /** What is counted, for the head of its table: `Cost`. */
  readonly measure: string;
  /** What the labels are: `Workflow`. */
  readonly by: string;
  /** One sentence of finding, said instead of the picture. */
  readonly finding: string;
  readonly bars: readonly Bar[];
  readonly format: (value: number) => string;
  readonly asTable?: boolean;
}

/** Lying bars, one below the other, longest as wide as there is room; each with its number. */
export function BarChart({ measure, by, finding, bars, format, asTable = false }: BarChartProps): ReactElement {
  if (asTable) return <ChartTable label={finding} head={[by, measure]} rows={bars.map(({ label, value }) => [label, format(value)])} />;
  const max = Math.max(...bars.map(({ value }) => value), 0);
  return (
    <div className="barchart" role="img" aria-label={finding}>
      {bars.map(({ label, value, note, tone = 'run' }) => (
        <div key={label} className="bar">
          <span className="clip" title={label}>
            {label}
          </span>
          <span className="meter">
            <span className={`fill ${tone}`} style={{ width: `${max > 0 ? (value / max) * 100 : 0}%` }} />
          </span>
          <span className="num">{format(value)}</span>
          {note !== undefined && <span className="tiny dim barnote num">{note}</span>}
        </div>
      ))}
    </div>
  );
}
