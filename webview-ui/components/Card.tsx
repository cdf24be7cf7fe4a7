import { type ReactElement, type ReactNode, useId } from 'react';

export interface CardProps {
  readonly title: ReactNode;
  /** Beside the title, in secondary text. */
  readonly sub?: ReactNode;
  /** At the right of the head. */
  readonly actions?: ReactNode;
  /** The chosen one of several: focus border. */
  readonly active?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Card({ title, sub, actions, active = false, className = '', children }: CardProps): ReactElement {
  const id = useId();
  return (
    <section className={`card ${active ? 'active' : ''} ${className}`} aria-labelledby={id}>
      <header className="cardhead">
        <h2 id={id}>{title}</h2>
        {sub !== undefined && <span className="sub">{sub}</span>}
        {actions !== undefined && <span className="right row">{actions}</span>}
      </header>
      <div className="cardbody">{children}</div>
    </section>
  );
}
