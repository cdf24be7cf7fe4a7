// A run as a page follows it: one snapshot, then its events and signals as they come. Types, and one pure step both ends share.

import type { RunEvent, StepSignal } from '#protocol/runEvents.ts';

/** Characters kept of what one step streams; older text goes first. */
const KEPT_CHARS = 200_000;
const KEPT_TOOLS = 200;

/** What a step streams while it works. Never stored: known from the moment this window began to follow. */
export interface LiveStep {
  readonly text: string;
  readonly reasoning: string;
  /** Text before this was dropped, in characters. */
  readonly dropped: number;
  /** The call to a model that is under way; text and reasoning are its own. Null when it began before this window followed. */
  readonly call: Extract<StepSignal, { type: 'model' }> | null;
  readonly progress: Extract<StepSignal, { type: 'progress' }> | null;
  readonly tools: readonly Extract<StepSignal, { type: 'tool' }>[];
}

export type LiveSteps = { readonly [path: string]: LiveStep };

/** `seq` of the topic is that of the newest event; the events up to it are read with `runs.events`. */
export interface RunSnapshot {
  readonly live: LiveSteps;
}

export type RunNews = { readonly kind: 'event'; readonly event: RunEvent } | { readonly kind: 'signal'; readonly signal: StepSignal };

const NOTHING: LiveStep = { text: '', reasoning: '', dropped: 0, call: null, progress: null, tools: [] };

/** What is known of the steps after one more signal; `before` stays as it is. */
export function withSignal(before: LiveSteps, signal: StepSignal): LiveSteps {
  return { ...before, [signal.path]: stepAfter(before[signal.path] ?? NOTHING, signal) };
}

/** What is known of the steps after one more event: an attempt begins with nothing streamed, and what was said is recorded when a call ends. */
export function withEvent(before: LiveSteps, event: RunEvent): LiveSteps {
  if (!('path' in event) || !(event.path in before)) return before;
  if (event.type === 'agent.recorded' && event.kind === 'model') {
    return { ...before, [event.path]: { ...(before[event.path] ?? NOTHING), text: '', reasoning: '', dropped: 0, call: null } };
  }
  if (!BOUNDS.has(event.type)) return before;
  const { [event.path]: _gone, ...rest } = before;
  return rest;
}

/** Where what a step streamed is over. */
const BOUNDS: ReadonlySet<RunEvent['type']> = new Set([
  'step.started',
  'step.succeeded',
  'step.failed',
  'step.skipped',
  'step.cancelled',
  'step.overridden',
]);

function stepAfter(step: LiveStep, signal: StepSignal): LiveStep {
  switch (signal.type) {
    case 'text': {
      const text = step.text + signal.text;
      const over = Math.max(0, text.length - KEPT_CHARS);
      return { ...step, text: text.slice(over), dropped: step.dropped + over };
    }
    case 'reasoning':
      return { ...step, reasoning: (step.reasoning + signal.text).slice(-KEPT_CHARS) };
    case 'model':
      // What was streamed before is recorded, or void.
      return { ...step, text: '', reasoning: '', dropped: 0, call: signal };
    case 'progress':
      return { ...step, progress: signal };
    case 'tool':
      return { ...step, tools: [...step.tools, signal].slice(-KEPT_TOOLS) };
  }
}
