import type { ReactElement, ReactNode } from 'react';
import { Icon } from '#ui/components/Icon.tsx';
import type { IconName } from '#ui/components/icons.ts';

export interface ButtonProps {
  readonly onClick: () => void;
  readonly children: ReactNode;
  readonly icon?: IconName;
  /** One primary per view. Default `secondary`. */
  readonly kind?: 'primary' | 'secondary' | 'danger' | 'link';
  readonly small?: boolean;
  readonly disabled?: boolean;
  /** Why it is disabled, or more than it says. */
  readonly title?: string;
}

export function Button({ onClick, children, icon, kind = 'secondary', small = false, disabled = false, title }: ButtonProps): ReactElement {
  // A disabled button stays reachable, so that its reason can be read.
  return (
    <button
      type="button"
      className={`btn ${kind}${small ? ' small' : ''}`}
      aria-disabled={disabled || undefined}
      title={title}
      onClick={() => disabled || onClick()}
    >
      {icon && <Icon name={icon} size={14} />}
      {children}
    </button>
  );
}

export interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
}

/** 22 px square; its label is its tooltip too. */
export function IconButton({ icon, label, onClick, pressed, disabled = false }: IconButtonProps): ReactElement {
  return (
    <button
      type="button"
      className="iconbtn"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      aria-disabled={disabled || undefined}
      onClick={() => disabled || onClick()}
    >
      <Icon name={icon} />
    </button>
  );
}
