// What a person can do with a plan from its page. Each edit names the text it was made for, so it never overwrites a newer one.

import { useState } from 'react';
import type { ErrorView } from '#base/errors.ts';
import type { FeatureView, MigrationEdit, MigrationView } from '#protocol/migration.ts';
import { call, host } from '#ui/rpc/core.ts';
import { toErrorView } from '#base/errors.ts';

export interface Cockpit {
  /** False: the plan comes with CAS, or its file has errors. */
  readonly canEdit: boolean;
  /** What the last action was refused with. */
  readonly error: ErrorView | null;
  /** Resolves to false when it was refused. */
  readonly edit: (edit: MigrationEdit) => Promise<boolean>;
  readonly startClock: (feature: FeatureView['id']) => Promise<boolean>;
  readonly stopClock: (feature: FeatureView['id'], discard?: boolean) => Promise<boolean>;
  /** Runs a workflow whose time counts for the feature. */
  readonly runFor: (feature: FeatureView['id']) => void;
  /** Opens the plan's file. */
  readonly openAt: (line: number) => void;
  /** A copy of this plan that can be edited. */
  readonly copy: () => void;
}

export function useCockpit(view: MigrationView, refresh: () => Promise<void>): Cockpit {
  const [error, setError] = useState<ErrorView | null>(null);
  const act = async (work: () => Promise<unknown>): Promise<boolean> => {
    setError(null);
    try {
      await work();
      return true;
    } catch (thrown) {
      setError(toErrorView(thrown));
      return false;
    } finally {
      void refresh();
    }
  };
  const { id: plan, hash } = view;
  return {
    canEdit: !view.readOnly && !view.stale,
    error,
    edit: (edit) => act(() => call('migrations.edit', { plan, edit, ...(hash !== null && { hash }) })),
    startClock: (feature) => act(() => call('migrations.startClock', { plan, feature })),
    stopClock: (feature, discard = false) => act(() => call('migrations.stopClock', { plan, feature, discard })),
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
