// What a person can do with a plan from its page. Each edit names the text it was made for, so it never overwrites a newer one.

import { useState } from 'react';
import { type ErrorView, toErrorView } from '#base/errors.ts';
import type { FeatureView, MigrationEdit, MigrationView } from '#protocol/migration.ts';
import { call, host } from '#ui/rpc/core.ts';

export interface Cockpit {
  /** False: the plan comes with CAS, its file has errors, or the folder is not trusted. */
  readonly canEdit: boolean;
  /** What the last action was refused with. */
  readonly error: ErrorView | null;
  /** One after the other; the first that is refused ends it. The plan afterwards, or null when one was refused. */
  readonly edit: (...edits: readonly MigrationEdit[]) => Promise<MigrationView | null>;
  /** The same for the text of an older view: refused when it is another one by now. */
  readonly editFrom: (base: MigrationView, edits: readonly MigrationEdit[]) => Promise<MigrationView | null>;
  readonly startClock: (feature: FeatureView['id']) => void;
  readonly stopClock: (feature: FeatureView['id'], discard?: boolean) => void;
  /** Runs a workflow whose time counts for the feature. */
  readonly runFor: (feature: FeatureView['id']) => void;
  /** Opens the plan's file. */
  readonly openAt: (line: number) => void;
  /** A copy of this plan that can be edited. */
  readonly copy: () => void;
}

export function useCockpit(view: MigrationView, refresh: () => Promise<void>): Cockpit {
  const [error, setError] = useState<ErrorView | null>(null);
  const act = async <T>(work: () => Promise<T>): Promise<T | null> => {
    setError(null);
    try {
      return await work();
    } catch (thrown) {
      setError(toErrorView(thrown));
      return null;
    } finally {
      void refresh();
    }
  };
  const { id: plan } = view;
  const write = async (base: MigrationView, edits: readonly MigrationEdit[]): Promise<MigrationView> => {
    let now = base;
    for (const edit of edits) now = await call('migrations.edit', { plan, edit, ...(now.hash !== null && { hash: now.hash }) });
    return now;
  };
  return {
    canEdit: view.readOnly === null,
    error,
    edit: (...edits) => act(() => write(view, edits)),
    editFrom: (base, edits) => act(() => write(base, edits)),
    startClock: (feature) => void act(() => call('migrations.startClock', { plan, feature })),
    stopClock: (feature, discard = false) => void act(() => call('migrations.stopClock', { plan, feature, discard })),
    runFor: (feature) => void act(() => host('command', { id: 'cas.workflow.run', args: [{ tags: [tagFor(plan, feature)] }] })),
    openAt: (line) => void act(() => host('openFile', { path: `.cas/migrations/${fileName(view)}`, line })),
    copy: () => void act(() => host('command', { id: 'cas.migration.copy', args: [plan] })),
  };
}

/** Tags hold 64 characters; the longest ids go without their plan. */
function tagFor(plan: string, feature: string): string {
  const whole = `feature:${plan}/${feature}`;
  return whole.length <= 64 ? whole : `feature:${feature}`;
}

function fileName({ file, id }: MigrationView): string {
  return file?.split(/[\\/]/).at(-1) ?? `${id}.yaml`;
}
