import type { ReactElement, ReactNode } from 'react';

export type Tone = 'ok' | 'warn' | 'over' | 'bad' | 'run' | 'plain';

/** A word in a rounded frame: the state of the thing it stands on. */
export function Chip({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ReactNode }): ReactElement {
  return <span className={`chip c-${tone}`}>{children}</span>;
}
