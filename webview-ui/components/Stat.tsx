import type { ReactElement, ReactNode } from 'react';

/** A figure with what it is under it. `title`: more about it, as a tooltip. */
export function Stat({
  value,
  label,
  title,
}: {
  readonly value: ReactNode;
  readonly label: ReactNode;
  readonly title?: string;
}): ReactElement {
  return (
    <span className="stat" title={title}>
      <b>{value}</b>
      <span>{label}</span>
    </span>
  );
}
