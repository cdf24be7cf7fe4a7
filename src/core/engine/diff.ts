// What changed between two versions of a run, step by step.

import { stableStringify } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import type { StepChange, StepResultView } from '#protocol/runView.ts';
import type { RunState } from '#core/engine/state.ts';
import { resultView } from '#core/engine/view.ts';

/** In the order of `to`, then those that are only in `from`. O(steps). */
export function diffSteps(from: RunState, to: RunState): readonly StepChange[] {
  const paths = new Set([...to.steps.keys(), ...from.steps.keys()]);
  const changes: StepChange[] = [];
  for (const path of paths) {
    const before = resultAt(from, path);
    const after = resultAt(to, path);
    if (!isSame(before, after)) changes.push({ path, from: before, to: after });
  }
  return changes;
}

function resultAt(state: RunState, path: string): StepResultView | null {
  const instance = state.steps.get(path);
  return instance === undefined ? null : resultView(instance);
}

function isSame(before: StepResultView | null, after: StepResultView | null): boolean {
  return before === after || textOf(before) === textOf(after);
}

function textOf(view: StepResultView | null): string {
  if (view === null) return '';
  const { status, summary, error, output } = view;
  return stableStringify([status, summary, error as Json, output === undefined ? [] : [output]]);
}
