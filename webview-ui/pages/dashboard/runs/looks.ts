// Glyph, colour and word of each state of runs and steps: always together, everywhere the same.

import type { IconName } from '#ui/components/icons.ts';
import { menuContext } from '#ui/components/menuContext.ts';
import type { RunNow } from '#ui/pages/dashboard/runs/model/runModel.ts';
import type { StepStatus } from '#protocol/runView.ts';
import { t } from '#ui/text.ts';

export interface Look {
  readonly icon: IconName;
  /** The class of its text and glyph; empty for the plain colour. */
  readonly tone: 'ok' | 'warn' | 'bad' | 'run' | 'mute';
  readonly word: string;
  readonly spins?: true;
}

export function stepLook(status: StepStatus): Look {
  switch (status) {
    case 'pending':
    case 'queued':
    case 'assigned':
      return { icon: 'circle-outline', tone: 'mute', word: t('Queued') };
    case 'running':
      return { icon: 'sync', tone: 'run', word: t('Running'), spins: true };
    case 'waiting':
      return { icon: 'person', tone: 'warn', word: t('Waiting for you') };
    case 'retrying':
      return { icon: 'history', tone: 'warn', word: t('Waits to try again') };
    case 'succeeded':
      return { icon: 'pass', tone: 'ok', word: t('Done') };
    case 'failed':
      return { icon: 'error', tone: 'bad', word: t('Failed') };
    case 'skipped':
      return { icon: 'circle-slash', tone: 'mute', word: t('Skipped') };
    case 'cancelled':
      return { icon: 'circle-slash', tone: 'mute', word: t('Cancelled') };
  }
}

/** `waiting`: decisions a person is asked for. */
export function runLook(status: RunNow, waiting: number): Look {
  switch (status) {
    case 'idle':
    case 'parsing':
    case 'validating':
      return { icon: 'circle-outline', tone: 'mute', word: t('Queued') };
    case 'executing':
      return waiting > 0
        ? { icon: 'person', tone: 'warn', word: t('Waiting for you') }
        : { icon: 'sync', tone: 'run', word: t('Running'), spins: true };
    case 'paused':
      return { icon: 'debug-pause', tone: 'warn', word: t('Paused') };
    case 'cancelling':
      return { icon: 'sync', tone: 'run', word: t('Cancelling…'), spins: true };
    case 'undoing':
      return { icon: 'sync', tone: 'run', word: t('Undoing…'), spins: true };
    case 'completed':
      return { icon: 'pass', tone: 'ok', word: t('Done') };
    case 'partial':
      return { icon: 'color-mode', tone: 'warn', word: t('Ended early') };
    case 'failed':
      return { icon: 'error', tone: 'bad', word: t('Failed') };
    case 'cancelled':
      return { icon: 'circle-slash', tone: 'mute', word: t('Cancelled') };
  }
}

/** For the commands on runs in the editor's own menu. */
export function runMenu(runId: string, status: RunNow, casEnded: boolean): string {
  return menuContext('run', { runId, casStatus: status, casEnded });
}
