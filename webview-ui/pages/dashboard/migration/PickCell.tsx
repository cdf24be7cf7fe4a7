import type { ReactElement, ReactNode } from 'react';

export interface PickCellProps<T extends string> {
  /** What stands there; a native list lies over it. */
  readonly children: ReactNode;
  readonly className: string;
  /** With the feature's name, for screen readers. */
  readonly label: string;
  readonly title: string;
  readonly value: T;
  readonly options: readonly T[];
  readonly words: { readonly [V in T]: string };
  /** The row is the one that Tab reaches. */
  readonly isStop: boolean;
  readonly onPick: (value: T) => void;
}

/** A value of a row that is one of a few: what is shown is the field. */
export function PickCell<T extends string>(props: PickCellProps<T>): ReactElement {
  const { children, className, label, title, value, options, words, isStop, onPick } = props;
  return (
    <span className={`pickcell ${className}`} title={title}>
      {children}
      <select
        aria-label={label}
        tabIndex={isStop ? 0 : -1}
        value={value}
        onClick={(event) => event.stopPropagation()}
        onChange={(event) => onPick(event.target.value as T)}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {words[option]}
          </option>
        ))}
      </select>
    </span>
  );
}
