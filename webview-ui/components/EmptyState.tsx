import type { ReactElement, ReactNode } from 'react';

/** What will appear here and how to start: one sentence, one button, one link at most. */
export function EmptyState({ title, children }: { readonly title: string; readonly children?: ReactNode }): ReactElement {
  return (
    <div className="empty">
      <p>{title}</p>
      {children}
    </div>
  );
}
