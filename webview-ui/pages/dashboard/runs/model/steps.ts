// The steps of a run as its events leave them: state, times, and what each of them spent its time on. O(1) an event.

import type { ErrorView } from '#base/errors.ts';
import type { RunEvent, RunEventOf } from '#protocol/runEvents.ts';
import type { StepKind, StepStatus } from '#protocol/runView.ts';
import { type Plan, type PlannedStep, planId } from '#ui/pages/dashboard/runs/model/shape.ts';
import { type Span, spansOf } from '#ui/pages/dashboard/runs/model/spans.ts';
import { StepOrder } from '#ui/pages/dashboard/runs/model/stepOrder.ts';

/** A stretch of a step's time. `to` is null while it goes on. */
export interface Stretch {
  readonly kind: 'work' | 'waiting' | 'failed' | 'retry';
  readonly from: number;
  readonly to: number | null;
}

/** One instance of a planned step; replaced whole by each event about it, so that views can compare by identity. */
export interface StepNow {
  readonly path: string;
  readonly id: string;
  readonly title: string;
  readonly kind: StepKind;
  readonly status: StepStatus;
  readonly agent: string | null;
  /** Why this agent. */
  readonly assignedFor: string | null;
  readonly attempt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly summary: string | null;
  readonly error: ErrorView | null;
  readonly reason: string | null;
  readonly stretches: readonly Stretch[];
}

/** All instances of one planned step together. */
export interface StepGroup {
  readonly latest: StepNow;
  /** Instances, by what has become of them. */
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly running: number;
  /** Passes a loop has begun, items a map has, null for others. */
  readonly opened: number | null;
}

const SETTLED: ReadonlySet<StepStatus> = new Set(['succeeded', 'failed', 'skipped', 'cancelled']);
export const isSettled = (status: StepStatus): boolean => SETTLED.has(status);

export class Steps {
  readonly #plan: Plan;
  /** In the order in which they came up. */
  readonly #byPath = new Map<string, StepNow>();
  readonly #order = new StepOrder();
  readonly #spans = new Map<string, Span[]>();
  readonly #groups = new Map<string, StepGroup>();
  readonly #asked = new Map<string, { readonly path: string }>();
  #settled = 0;
  #lastAt = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    for (const step of plan.roots) this.#set(blank(step, step.id));
  }

  get all(): IterableIterator<StepNow> {
    return this.#byPath.values();
  }

  /** Paths, inner ones under the step they belong to. */
  get inOrder(): readonly string[] {
    return this.#order.paths;
  }

  get count(): number {
    return this.#byPath.size;
  }

  get settled(): number {
    return this.#settled;
  }

  at(path: string): StepNow | undefined {
    return this.#byPath.get(path);
  }

  /** Calls to models, tools and waits between attempts, in the order they ended in. */
  spans(path: string): readonly Span[] {
    return this.#spans.get(path) ?? [];
  }

  group(id: string): StepGroup | undefined {
    return this.#groups.get(id);
  }

  apply(event: RunEvent): void {
    if (event.type === 'run.recovered') for (const path of event.interrupted) this.#interrupt(path);
    else if ('path' in event) this.#applyTo(this.#byPath.get(event.path) ?? this.#unseen(event.path), event);
    this.#lastAt = event.at;
  }

  #applyTo(step: StepNow | null, event: Extract<RunEvent, { readonly path: string }>): void {
    if (step === null) return;
    switch (event.type) {
      case 'scope.opened':
        this.#opened(step, event);
        return;
      case 'decision.requested':
        this.#asked.set(event.id, event);
        this.#set({ ...step, status: 'waiting', stretches: turned(step, 'waiting', event.at) });
        return;
      case 'decision.made': {
        this.#asked.delete(event.id);
        const more = [...this.#asked.values()].some(({ path }) => path === event.path);
        if (!more && step.status === 'waiting') this.#set({ ...step, status: 'running', stretches: turned(step, 'work', event.at) });
        return;
      }
      case 'agent.recorded':
        this.#record(event);
        return;
      default: {
        const next = stepAfter(step, event);
        if (isSettled(next.status)) this.#withdraw(event.path);
        this.#set(next);
      }
    }
  }

  #record(event: RunEventOf<'agent.recorded'>): void {
    const spans = this.#spans.get(event.path) ?? [];
    this.#spans.set(event.path, spans);
    spans.push(...spansOf(event));
  }

  #opened(step: StepNow, event: RunEventOf<'scope.opened'>): void {
    const group = this.#groups.get(step.id);
    if (group !== undefined) this.#groups.set(step.id, { ...group, opened: event.items?.length ?? event.iteration });
    if (event.items !== null) return;
    const prefix = step.kind === 'loop' ? `${step.path}#${event.iteration}/` : `${step.path}/`;
    for (const child of this.#plan.byId.get(step.id)?.children ?? []) this.#set(blank(child, prefix + child.key));
  }

  /** An item of a map has no event of its own: it is there when one of its steps is. */
  #unseen(path: string): StepNow | null {
    const planned = this.#plan.byId.get(planId(path));
    if (planned === undefined) return null;
    this.#set(blank(planned, path));
    return this.#byPath.get(path) ?? null;
  }

  /** The run went back: tasks that were in flight begin anew. */
  reopen(at: number): void {
    for (const step of this.#byPath.values()) {
      if (step.kind === 'task' && (isAtWork(step.status) || step.status === 'assigned')) {
        this.#set({
          ...step,
          status: 'queued',
          attempt: 0,
          startedAt: null,
          error: null,
          stretches: closed(step, Math.min(at, this.#lastAt)),
        });
      }
    }
  }

  /** Its work died with the process, at an unknown moment after the last event before. */
  #interrupt(path: string): void {
    const step = this.#byPath.get(path);
    if (step !== undefined) this.#set({ ...step, status: 'assigned', stretches: closed(step, this.#lastAt) });
  }

  #withdraw(path: string): void {
    for (const [id, asked] of this.#asked) if (asked.path === path) this.#asked.delete(id);
  }

  #set(step: StepNow): void {
    const before = this.#byPath.get(step.path);
    if (before === undefined) this.#order.add(step.path);
    this.#byPath.set(step.path, step);
    this.#settled += (isSettled(step.status) ? 1 : 0) - (before !== undefined && isSettled(before.status) ? 1 : 0);
    const group = this.#groups.get(step.id) ?? { latest: step, total: 0, done: 0, failed: 0, running: 0, opened: null };
    const counted = (from: StepNow | undefined): { total: number; done: number; failed: number; running: number } => ({
      total: from === undefined ? 0 : 1,
      done: from?.status === 'succeeded' || from?.status === 'skipped' ? 1 : 0,
      failed: from?.status === 'failed' ? 1 : 0,
      running: from !== undefined && isAtWork(from.status) ? 1 : 0,
    });
    const [minus, plus] = [counted(before), counted(step)];
    this.#groups.set(step.id, {
      latest: isAtWork(group.latest.status) && group.latest.path !== step.path && !isAtWork(step.status) ? group.latest : step,
      total: group.total + plus.total - minus.total,
      done: group.done + plus.done - minus.done,
      failed: group.failed + plus.failed - minus.failed,
      running: group.running + plus.running - minus.running,
      opened: group.opened,
    });
  }
}

function isAtWork(status: StepStatus): boolean {
  return status === 'running' || status === 'waiting' || status === 'retrying';
}

function blank(planned: PlannedStep, path: string): StepNow {
  return {
    path,
    id: planned.id,
    title: planned.title,
    kind: planned.kind,
    status: 'pending',
    agent: planned.agent,
    assignedFor: null,
    attempt: 0,
    startedAt: null,
    endedAt: null,
    summary: null,
    error: null,
    reason: null,
    stretches: [],
  };
}

function stepAfter(step: StepNow, event: Extract<RunEvent, { readonly path: string }>): StepNow {
  const { at } = event;
  switch (event.type) {
    case 'step.queued':
      return { ...step, status: 'queued' };
    case 'step.assigned':
      return { ...step, status: 'assigned', agent: event.agent, assignedFor: event.reason };
    case 'step.started':
      return {
        ...step,
        status: 'running',
        attempt: event.attempt,
        startedAt: step.startedAt ?? at,
        endedAt: null,
        error: null,
        stretches: turned(step, 'work', at),
      };
    case 'step.succeeded':
      return { ...step, status: 'succeeded', endedAt: at, summary: event.summary, error: null, stretches: closed(step, at) };
    case 'step.failed': {
      const { error, retryAt } = event;
      const stretches = failedAt(step, at);
      if (retryAt === null) return { ...step, status: 'failed', endedAt: at, error, stretches };
      return { ...step, status: 'retrying', error, stretches: [...stretches, { kind: 'retry', from: at, to: null }] };
    }
    case 'step.skipped':
    case 'step.cancelled':
      return {
        ...step,
        status: event.type === 'step.skipped' ? 'skipped' : 'cancelled',
        endedAt: at,
        reason: event.reason,
        stretches: closed(step, at),
      };
    case 'step.overridden':
      return {
        ...step,
        status: 'succeeded',
        endedAt: at,
        summary: `overridden by ${event.by}`,
        reason: event.reason,
        error: null,
        stretches: closed(step, at),
      };
    case 'step.compensating':
    case 'step.compensated':
    case 'step.compensationFailed':
    case 'step.deadLettered':
    case 'proposal.created':
    case 'scope.opened':
    case 'agent.recorded':
    case 'decision.requested':
    case 'decision.made':
      return step;
  }
}

function closed({ stretches }: StepNow, at: number): readonly Stretch[] {
  const last = stretches.at(-1);
  return last === undefined || last.to !== null ? stretches : [...stretches.slice(0, -1), { ...last, to: at }];
}

function turned(step: StepNow, kind: Stretch['kind'], at: number): readonly Stretch[] {
  return [...closed(step, at), { kind, from: at, to: null }];
}

function failedAt(step: StepNow, at: number): readonly Stretch[] {
  const last = step.stretches.at(-1);
  return last === undefined || last.to !== null ? step.stretches : [...step.stretches.slice(0, -1), { ...last, kind: 'failed', to: at }];
}
