// The rows of a run's timeline and the marks of its axis.

import type { LiveSteps } from '#protocol/pages/runFeed.ts';
import type { RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import type { Span } from '#ui/pages/dashboard/runs/model/spans.ts';
import { depthOf } from '#ui/pages/dashboard/runs/model/stepOrder.ts';
import type { StepNow } from '#ui/pages/dashboard/runs/model/steps.ts';

export type TimelineRow =
  | { readonly kind: 'step'; readonly key: string; readonly step: StepNow; readonly depth: number }
  /** Calls of one tool in a row are one row: `times` tells how many. */
  | {
      readonly kind: 'span';
      readonly key: string;
      readonly path: string;
      readonly depth: number;
      readonly span: Span;
      readonly times: number;
    };

/** What an unfolded step did, in the rows after its own. */
interface Unfolded {
  /** Index of the step among all steps. */
  readonly index: number;
  readonly rows: readonly TimelineRow[];
}

/** Rows are made when they are asked for: of thousands, only those in view are. */
export class TimelineRows {
  readonly #model: RunPicture;
  readonly #paths: readonly string[];
  readonly #unfolded: readonly Unfolded[];
  readonly count: number;

  /** Steps in the order in which they came up, inner ones under theirs; what they did under those in `unfolded`. */
  constructor(model: RunPicture, live: LiveSteps, unfolded: ReadonlySet<string>) {
    this.#model = model;
    this.#paths = model.steps.inOrder;
    this.#unfolded = [...unfolded]
      .map((path) => ({ index: this.#paths.indexOf(path), rows: spanRows(model, live, path) }))
      .filter(({ index }) => index !== -1)
      .toSorted((a, b) => a.index - b.index);
    this.count = this.#paths.length + this.#unfolded.reduce((sum, { rows }) => sum + rows.length, 0);
  }

  at(index: number): TimelineRow | undefined {
    let before = 0;
    for (const { index: step, rows } of this.#unfolded) {
      const first = step + before + 1;
      if (index < first) break;
      if (index < first + rows.length) return rows[index - first];
      before += rows.length;
    }
    const path = this.#paths[index - before];
    const step = path === undefined ? undefined : this.#model.steps.at(path);
    return step && { kind: 'step', key: step.path, step, depth: depthOf(step.path) };
  }
}

function spanRows(model: RunPicture, live: LiveSteps, path: string): readonly TimelineRow[] {
  const depth = depthOf(path) + 1;
  const spans = [...model.steps.spans(path), ...liveSpans(model, live, path)].toSorted((a, b) => a.from - b.from);
  return inGroups(spans).map(({ span, times }, index) => ({ kind: 'span', key: `${path}:${index}`, path, depth, span, times }));
}

/** What is under way in a step: the call to a model and the tools that are not recorded yet. */
export function liveSpans(model: RunPicture, live: LiveSteps, path: string): readonly Span[] {
  const now = live[path];
  if (now === undefined) return [];
  const spans: Span[] = [];
  const { call } = now;
  if (call !== null && model.steps.at(path)?.status === 'running')
    spans.push({ kind: 'model', label: '', from: call.at, to: null, ok: true });
  const open = new Map<string, Span>();
  for (const { tool, title, phase, at } of now.tools) {
    const key = `${tool} ${title}`;
    if (phase === 'ended') open.delete(key);
    else if (at !== undefined) open.set(key, { kind: 'tool', label: tool, from: at, to: null, ok: true });
  }
  return [...spans, ...open.values()];
}

function inGroups(spans: readonly Span[]): readonly { readonly span: Span; readonly times: number }[] {
  const groups: { span: Span; times: number }[] = [];
  for (const span of spans) {
    const last = groups.at(-1);
    if (last !== undefined && span.kind === 'tool' && last.span.kind === 'tool' && last.span.label === span.label) {
      const to = span.to === null || last.span.to === null ? null : Math.max(last.span.to, span.to);
      last.span = { ...last.span, to, ok: last.span.ok && span.ok };
      last.times += 1;
    } else groups.push({ span, times: 1 });
  }
  return groups;
}

const STEPS_MS = [
  5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000,
  3_600_000, 7_200_000, 14_400_000, 43_200_000, 86_400_000,
];

/** Marks from 0 to the first beyond `lengthMs`, `most` at most; the last one is the length of the axis. */
export function axisMarks(lengthMs: number, most = 6): readonly number[] {
  const fits = (step: number): boolean => Math.ceil(lengthMs / step) + 1 <= most;
  const days = 86_400_000;
  const step = STEPS_MS.find(fits) ?? Math.ceil(lengthMs / (days * (most - 1))) * days;
  const count = Math.max(1, Math.ceil(lengthMs / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}
