import type { ReactElement } from 'react';

export interface SparklineProps {
  /** One sentence of finding, said instead of the picture. */
  readonly finding: string;
  /** Oldest first. Null: nothing was measured. */
  readonly values: readonly (number | null)[];
  /** Of the bar at an index; default `run`. */
  readonly tone?: (index: number) => 'ok' | 'warn' | 'bad' | 'run' | 'mute';
  /** Px; default 20. */
  readonly height?: number;
}

const BAR = 4;
const GAP = 2;

/** A row of thin bars. */
export function Sparkline({ finding, values, tone, height = 20 }: SparklineProps): ReactElement {
  const max = Math.max(...values.map((value) => value ?? 0), 0) || 1;
  return (
    <svg className="sparkline" role="img" aria-label={finding} width={values.length * (BAR + GAP)} height={height}>
      {values.map((value, index) => {
        if (value === null) return null;
        const tall = Math.max(3, (value / max) * height);
        return (
          <rect key={index} className={tone?.(index) ?? 'run'} x={index * (BAR + GAP)} y={height - tall} width={BAR} height={tall} rx={1} />
        );
      })}
    </svg>
  );
}
