// What the nodes, boxes and edges of a run's graph show now.

import { dotted, duration, elapsed } from '#base/figures.ts';
import type { LiveSteps } from '#protocol/pages/runFeed.ts';
import { type Look, stepLook } from '#ui/pages/dashboard/runs/looks.ts';
import type { GraphEdge, RunGraph } from '#ui/pages/dashboard/runs/model/graph.ts';
import type { RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import type { PlannedStep } from '#ui/pages/dashboard/runs/model/shape.ts';
import type { StepGroup } from '#ui/pages/dashboard/runs/model/steps.ts';
import { t } from '#ui/text.ts';

export interface NodeShown {
  readonly id: string;
  readonly title: string;
  readonly look: Look;
  readonly state: 'queued' | 'running' | 'waiting' | 'done' | 'failed' | 'passed';
  readonly detail: string;
  /** Elapsed, or how long it took; empty before it began. */
  readonly time: string;
  /** 0 to 1 of what it has to do; null where that is not known. */
  readonly progress: number | null;
}

export type EdgeState = 'queued' | 'running' | 'done';

export function nodeShown(
  step: PlannedStep,
  { model, live, now }: { readonly model: RunPicture; readonly live: LiveSteps; readonly now: number },
): NodeShown {
  const group = model.steps.group(step.id);
  const latest = group?.latest;
  const look = stepLook(latest?.status ?? 'pending');
  const state = stateOf(group);
  const all = Math.max(group?.total ?? 0, itemsOf(step, model));
  const time =
    group === undefined || all > 1 || latest === undefined || latest.startedAt === null
      ? ''
      : latest.endedAt === null
        ? elapsed(now - latest.startedAt)
        : duration(latest.endedAt - latest.startedAt);
  const detail = detailOf(step, group, all);
  const progress = state === 'running' ? progressOf(group, all, live) : null;
  return {
    id: step.id,
    title: step.title,
    look,
    state,
    detail,
    time,
    progress,
  };
}

/** An edge is what its beginning is. */
export function edgeState({ from, to, loop }: GraphEdge, model: RunPicture): EdgeState {
  if (loop !== null) {
    const group = model.steps.group(loop);
    return group === undefined || (group.opened ?? 0) < 2 ? 'queued' : group.running > 0 ? 'running' : 'done';
  }
  const state = stateOf(model.steps.group(from));
  if (state === 'running' || state === 'waiting') return 'running';
  // A step that failed is passed over where its dependents go on.
  if (state === 'failed') return isBegun(stateOf(model.steps.group(to))) ? 'done' : 'queued';
  return state === 'done' || model.steps.group(from)?.latest.status === 'skipped' ? 'done' : 'queued';
}

function isBegun(state: NodeShown['state']): boolean {
  return state !== 'queued' && state !== 'passed';
}

/** `until tests pass, 3 tries left`, or how many it took. */
export function loopLabel(loop: PlannedStep, model: RunPicture): string {
  const group = model.steps.group(loop.id);
  const opened = group?.opened ?? 0;
  const most = loop.maxIterations ?? 0;
  if (group !== undefined && group.done > 0) return opened === 1 ? t('1 try') : t('{0} tries', opened);
  const left = Math.max(0, most - opened);
  return left === 1 ? t('1 try left') : t('{0} tries left', left);
}

export function boxTitle(step: PlannedStep, model: RunPicture): string {
  const group = model.steps.group(step.id);
  if (group === undefined || group.opened === null) return step.title;
  if (step.kind === 'loop') return dotted(step.title, t('try {0} of {1}', group.opened, step.maxIterations ?? group.opened));
  return step.kind === 'map' ? dotted(step.title, group.opened === 1 ? t('1 item') : t('{0} items', group.opened)) : step.title;
}

/** Nodes in the order of the plan, for those who do not see the graph. */
export function stateOf(group: StepGroup | undefined): NodeShown['state'] {
  if (group === undefined) return 'queued';
  const { latest, failed, running } = group;
  if (latest.status === 'waiting') return 'waiting';
  if (running > 0) return 'running';
  if (failed > 0) return 'failed';
  switch (latest.status) {
    case 'succeeded':
      return 'done';
    case 'skipped':
    case 'cancelled':
      return 'passed';
    default:
      return 'queued';
  }
}

/** How often a step of a map will be done, once its items are known: not all of them have come up yet. */
function itemsOf({ id }: PlannedStep, model: RunPicture): number {
  const outer = model.steps.group(id.slice(0, Math.max(0, id.lastIndexOf('/'))));
  return outer?.latest.kind === 'map' && outer.total === 1 ? (outer.opened ?? 0) : 0;
}

/** `all`: how many times it is done in all, as far as is known. */
function detailOf(step: PlannedStep, group: StepGroup | undefined, all: number): string {
  const who = group?.latest.agent ?? step.agent ?? '';
  if (group !== undefined && all > 1) {
    return dotted(t('{0} of {1} done', group.done, all), group.failed > 0 && t('{0} failed', group.failed));
  }
  const latest = group?.latest;
  if (latest !== undefined && latest.error !== null) return latest.error.message;
  if (latest?.status === 'waiting') return t('waiting for you');
  return dotted(who, latest?.summary ?? latest?.reason ?? step.action) || kindWord(step);
}

function kindWord(step: PlannedStep): string {
  switch (step.kind) {
    case 'gate':
      return t('Gate');
    case 'loop':
      return t('Loop');
    case 'map':
      return t('For each');
    case 'workflow':
      return t('Workflow');
    case 'task':
      return t('Task');
  }
}

function progressOf(group: StepGroup | undefined, all: number, live: LiveSteps): number | null {
  if (group === undefined) return null;
  if (all > 1) return (group.done + group.failed) / all;
  const { done, total } = live[group.latest.path]?.progress ?? {};
  return done === undefined || total === undefined || total === 0 ? null : Math.min(1, done / total);
}

/** Ids of nodes and boxes, for a selection that came from elsewhere. */
export function isDrawn(graph: RunGraph, id: string): boolean {
  return graph.nodes.some((node) => node.id === id) || graph.boxes.some(({ step }) => step.id === id);
}
