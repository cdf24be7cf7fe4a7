import type { ReactElement } from 'react';

export interface MeterProps {
  readonly value: number;
  /** Default 100. */
  readonly max?: number;
  /** What it measures and how far it is, in one phrase. */
  readonly label: string;
  readonly tone?: 'plain' | 'ok' | 'warn' | 'over' | 'bad';
}

/** A bar; the number it stands for is always in text beside it or in its label. */
export function Meter({ value, max = 100, label, tone = 'plain' }: MeterProps): ReactElement {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  return (
    <span className="meter" role="img" aria-label={label}>
      <span className={`fill ${tone}`} style={{ width: `${share * 100}%` }} />
    </span>
  );
}
