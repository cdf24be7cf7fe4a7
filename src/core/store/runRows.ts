// A run's row for lists. What changes with every step (its progress) is written with the events, in their row; the rest (its head)
// has a row of its own, written only when it changes. Reading puts the two together.

import { type AliasedRawBuilder, sql } from 'kysely';
import type { RunRow } from '#core/store/store.ts';

type Progress = Pick<RunRow, 'lastSeq' | 'stepsDone' | 'stepsTotal' | 'currentStep' | 'version'>;
type Packed = readonly [Progress['lastSeq'], Progress['stepsDone'], Progress['stepsTotal'], Progress['currentStep'], Progress['version']];

const NO_PROGRESS: Progress = { lastSeq: 0, stepsDone: 0, stepsTotal: 0, currentStep: null, version: 0 };

/** As it is stored. */
export interface StoredRun {
  readonly summary: string;
  /** Null in rows that an earlier version wrote: their summary has it. */
  readonly progress: string | null;
}

/** Beside the columns of `runs`. */
export const progressColumn: AliasedRawBuilder<string | null, 'progress'> = sql<string | null>`(select progress from event_batches
  where run_id = runs.id order by last_seq desc limit 1)`.as('progress');

export function headOf(row: RunRow): string {
  return JSON.stringify({ ...row, ...NO_PROGRESS });
}

export function progressOf({ lastSeq, stepsDone, stepsTotal, currentStep, version }: RunRow): string {
  return JSON.stringify([lastSeq, stepsDone, stepsTotal, currentStep, version] satisfies Packed);
}

export function runRowOf({ summary, progress }: StoredRun): RunRow {
  const row = JSON.parse(summary) as RunRow;
  if (progress === null) return row;
  const [lastSeq, stepsDone, stepsTotal, currentStep, version] = JSON.parse(progress) as Packed;
  return { ...row, lastSeq, stepsDone, stepsTotal, currentStep, version };
}
