// What a run said and did, line by line: the text of its agents, their tools, questions and answers, beginnings and ends.

import type { ErrorView } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { RunEvent, RunEventOf } from '#protocol/runEvents.ts';
import { restartsOf, toolName } from '#ui/pages/dashboard/runs/model/spans.ts';

/** `path` is null for what concerns the whole run. `id` is unique within the run and never changes. */
export type OutputEntry = { readonly id: string; readonly at: number; readonly path: string | null } & (
  | { readonly kind: 'began'; readonly title: string; readonly agent: string | null; readonly attempt: number }
  /** Markdown. `missing`: characters that the record left out. */
  | { readonly kind: 'text'; readonly text: string; readonly missing: number }
  | { readonly kind: 'tool'; readonly tool: string; readonly title: string; readonly durationMs: number; readonly error: string | null }
  | { readonly kind: 'retry'; readonly message: string; readonly waitMs: number }
  | {
      readonly kind: 'proposal';
      readonly proposalId: string;
      readonly title: string;
      readonly files: number;
      readonly added: number;
      readonly removed: number;
    }
  | { readonly kind: 'asked'; readonly title: string; readonly detail: string }
  | { readonly kind: 'decided'; readonly choice: string; readonly by: string; readonly reason: string }
  | { readonly kind: 'rewound'; readonly toVersion: number; readonly reason: string }
  | { readonly kind: 'note'; readonly text: string; readonly ok: boolean }
  | {
      readonly kind: 'ended';
      readonly title: string;
      readonly as: 'done' | 'skipped' | 'cancelled' | 'overridden';
      readonly text: string;
      readonly durationMs: number | null;
    }
  | { readonly kind: 'failed'; readonly title: string; readonly error: ErrorView; readonly retryAt: number | null }
);

type Titled = (path: string) => string;

/** What one event adds; nothing for most of them. `title` gives the name of a step. */
export function outputOf(event: RunEvent, title: Titled): readonly OutputEntry[] {
  const { at } = event;
  const whole = { id: `${event.seq}`, at, path: 'path' in event ? event.path : null };
  switch (event.type) {
    case 'step.assigned':
    case 'step.queued':
    case 'scope.opened':
    case 'run.created':
    case 'run.parsed':
    case 'run.validated':
    case 'run.started':
    case 'run.recovered':
    case 'run.cancelRequested':
    case 'run.compensating':
    case 'step.deadLettered':
      return [];
    case 'step.started':
      return [{ ...whole, kind: 'began', title: title(event.path), agent: null, attempt: event.attempt }];
    case 'agent.recorded':
      return recordOutput(event, whole);
    case 'proposal.created': {
      const { proposalId, files, added, removed } = event;
      return [{ ...whole, kind: 'proposal', proposalId, title: event.title, files, added, removed }];
    }
    case 'decision.requested':
      return [{ ...whole, kind: 'asked', title: event.title, detail: event.detail }];
    case 'decision.made':
      return [{ ...whole, kind: 'decided', choice: event.choice, by: event.by, reason: event.reason }];
    case 'step.succeeded':
      return [{ ...whole, kind: 'ended', title: title(event.path), as: 'done', text: event.summary, durationMs: event.durationMs }];
    case 'step.skipped':
      return [{ ...whole, kind: 'ended', title: title(event.path), as: 'skipped', text: event.reason, durationMs: null }];
    case 'step.cancelled':
      return [{ ...whole, kind: 'ended', title: title(event.path), as: 'cancelled', text: event.reason, durationMs: null }];
    case 'step.overridden':
      return [{ ...whole, kind: 'ended', title: title(event.path), as: 'overridden', text: event.reason, durationMs: null }];
    case 'step.failed':
    case 'step.compensationFailed':
      return [{ ...whole, kind: 'failed', title: title(event.path), error: event.error, retryAt: event.retryAt }];
    case 'step.compensating':
      return [{ ...whole, kind: 'began', title: event.action, agent: event.agent, attempt: event.attempt }];
    case 'step.compensated':
      return [{ ...whole, kind: 'ended', title: title(event.path), as: 'done', text: event.summary, durationMs: event.durationMs }];
    case 'run.rewound':
      return [{ ...whole, kind: 'rewound', toVersion: event.toVersion, reason: event.reason }];
    case 'run.paused':
    case 'run.partial':
    case 'run.cancelled':
      return event.reason === '' ? [] : [{ ...whole, kind: 'note', text: event.reason, ok: event.type !== 'run.partial' }];
    case 'run.failed':
      return [{ ...whole, kind: 'note', text: event.error.message, ok: false }];
    case 'run.resumed':
    case 'run.completed':
      return [];
  }
}

type Whole = Pick<OutputEntry, 'id' | 'at' | 'path'>;

function recordOutput(event: RunEventOf<'agent.recorded'>, whole: Whole): readonly OutputEntry[] {
  const { kind, title, durationMs, ok } = event;
  if (kind === 'tool') {
    const tool = toolName(event);
    const shown = title.startsWith(`${tool} `) ? title.slice(tool.length + 1) : '';
    return [{ ...whole, kind: 'tool', tool, title: shown, durationMs, error: ok ? null : errorOf(event.data) }];
  }
  if (kind !== 'model') return [{ ...whole, kind: 'note', text: title, ok }];
  const entries = restartsOf(event).map(({ at, message, waitMs }, index): OutputEntry => {
    return { id: `${whole.id}.${index}`, at, path: whole.path, kind: 'retry', message, waitMs };
  });
  const { text, textLength } = event.data as { readonly text?: Json; readonly textLength?: Json };
  if (!ok) entries.push({ ...whole, kind: 'note', text: title, ok });
  else if (typeof text === 'string' && text.trim() !== '') {
    const missing = typeof textLength === 'number' ? textLength - text.length : 0;
    entries.push({ ...whole, kind: 'text', text, missing });
  }
  return entries;
}

function errorOf(data: Json): string {
  const { error } = data as { readonly error?: Json };
  return typeof error === 'string' ? error : '';
}
