// A tab that breaks says so; the others work on.

import { Component, type ReactNode } from 'react';
import { toErrorView } from '#base/errors.ts';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';

interface Broken {
  readonly thrown: unknown;
}

export class TabBoundary extends Component<{ readonly children: ReactNode }, { readonly broken: Broken | null }> {
  override readonly state: { readonly broken: Broken | null } = { broken: null };

  static getDerivedStateFromError(thrown: unknown): { readonly broken: Broken } {
    return { broken: { thrown } };
  }

  override render(): ReactNode {
    const { broken } = this.state;
    if (broken === null) return this.props.children;
    return <ErrorNote error={toErrorView(broken.thrown)} onRetry={() => this.setState({ broken: null })} />;
  }
}
