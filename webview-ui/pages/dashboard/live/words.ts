// The words of Live Status.

import { duration } from '#base/figures.ts';
import type { ParityFeature, ParityResult } from '#protocol/parity.ts';
import type { State } from '#ui/components/StateGlyph.tsx';
import { ago, spokenDuration } from '#ui/format.ts';
import { STALE_MS, type ParityCell, type ParityRow } from '#ui/pages/dashboard/live/parityModel.ts';
import { t } from '#ui/text.ts';

const NAMES: Readonly<Record<string, string>> = { custom: 'Custom', langgraph: 'LangGraph' };

export function runtimeName(id: string): string {
  return NAMES[id] ?? id;
}

export function verdictWord(result: ParityResult | null): string {
  switch (result?.verdict) {
    case undefined:
      return t('Not measured yet');
    case 'available':
      return t('Available');
    case 'partial':
      return t('Partial');
    case 'unavailable':
      return t('Unavailable');
    case 'probe error':
      return t('Probe error');
  }
}

export function verdictState(result: ParityResult | null): State | null {
  switch (result?.verdict) {
    case undefined:
      return 'queued';
    case 'available':
      return 'ok';
    case 'partial':
      return 'partial';
    case 'unavailable':
      return 'none';
    case 'probe error':
      return null;
  }
}

/** What is missing, or why the probe broke; null when there is nothing to say. */
export function lackOf(result: ParityResult | null): string | null {
  if (result === null) return null;
  if (result.verdict === 'probe error') return result.error.message;
  return result.missing[0] ?? null;
}

/** `2 min ago · 14 ms`; null before the first measurement. */
export function measuredText({ result, isStale }: ParityCell, now: number): string | null {
  if (result === null) return null;
  return isStale ? t('stale, {0}', ago(result.at, now)) : `${ago(result.at, now)} · ${duration(result.durationMs)}`;
}

export function priorityWord({ priority }: ParityFeature): string {
  switch (priority) {
    case 'critical':
      return t('Critical');
    case 'important':
      return t('Important');
    case 'nice to have':
      return t('Nice to have');
  }
}

/** The row in one breath: “Task Cancellation, critical. LangGraph partial, measured 2 min ago, 2.31 seconds. Custom available …” */
export function rowLabel({ feature, cells }: ParityRow, now: number): string {
  const head = `${feature.name}, ${priorityWord(feature).toLowerCase()}`;
  return `${[head, ...cells.map((cell) => spokenCell(cell, now))].join('. ')}.`;
}

function spokenCell({ runtime, result }: ParityCell, now: number): string {
  const words = `${runtimeName(runtime)} ${verdictWord(result).toLowerCase()}`;
  if (result === null) return words;
  const when = now - result.at > STALE_MS ? t('stale, {0}', ago(result.at, now)) : t('measured {0}', ago(result.at, now));
  return `${words}, ${when}, ${spokenDuration(result.durationMs)}`;
}
