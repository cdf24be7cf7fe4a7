import type { ReactElement } from 'react';

export interface Segment<T extends string> {
  readonly id: T;
  readonly label: string;
}

export interface SegmentedProps<T extends string> {
  /** What is chosen here, for screen readers. */
  readonly label: string;
  readonly segments: readonly Segment<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** A few choices side by side, one of them on. */
export function Segmented<T extends string>({ label, segments, value, onChange }: SegmentedProps<T>): ReactElement {
  return (
    <div className="segmented" role="group" aria-label={label}>
      {segments.map((segment) => (
        <button key={segment.id} type="button" aria-pressed={segment.id === value} onClick={() => onChange(segment.id)}>
          {segment.label}
        </button>
      ))}
    </div>
  );
}
