import type { IconName } from '#ui/components/icons.ts';
import type { ReactElement } from 'react';

export interface IconProps {
  readonly name: IconName;
  /** Px; default 16. */
  readonly size?: 12 | 14 | 16;
  /** Given when no word is next to it; without it the icon is hidden from screen readers. */
  readonly label?: string;
  readonly className?: string;
}

export function Icon({ name, size = 16, label, className = '' }: IconProps): ReactElement {
  const classes = `codicon codicon-${name} s${size} ${className}`.trim();
  return label === undefined ? <span className={classes} aria-hidden="true" /> : <span className={classes} role="img" aria-label={label} />;
}
