// One vocabulary for state: glyph, colour and word go together everywhere.

import * as vscode from 'vscode';
import type { BreakerStatus } from '#protocol/agent.ts';
import type { RunStatus, RunSummary, StepStatus } from '#protocol/runView.ts';

const { t } = vscode.l10n;

export interface Look {
  readonly icon: vscode.ThemeIcon;
  readonly word: string;
}

type Tone = 'ok' | 'warn' | 'bad' | 'run' | 'mute';

const colours: { readonly [T in Tone]: string } = {
  ok: 'charts.green',
  warn: 'charts.yellow',
  bad: 'charts.red',
  run: 'charts.blue',
  mute: 'disabledForeground',
};

function look(glyph: string, tone: Tone, word: string): Look {
  return { icon: new vscode.ThemeIcon(glyph, new vscode.ThemeColor(colours[tone])), word };
}

const steps: { readonly [S in StepStatus]: Look } = {
  pending: look('circle-outline', 'mute', t('queued')),
  queued: look('circle-outline', 'mute', t('queued')),
  assigned: look('circle-outline', 'mute', t('queued')),
  running: look('sync~spin', 'run', t('running')),
  waiting: look('person', 'warn', t('waiting for you')),
  retrying: look('sync~spin', 'run', t('trying again')),
  succeeded: look('pass', 'ok', t('done')),
  failed: look('error', 'bad', t('failed')),
  skipped: look('circle-slash', 'mute', t('skipped')),
  cancelled: look('circle-slash', 'mute', t('cancelled')),
};

const runs: { readonly [S in RunStatus]: Look } = {
  idle: look('circle-outline', 'mute', t('starting')),
  parsing: look('circle-outline', 'mute', t('starting')),
  validating: look('circle-outline', 'mute', t('starting')),
  executing: look('sync~spin', 'run', t('running')),
  paused: look('debug-pause', 'warn', t('paused')),
  completed: look('pass', 'ok', t('done')),
  partial: look('color-mode', 'warn', t('partly done')),
  failed: look('error', 'bad', t('failed')),
  cancelled: look('circle-slash', 'mute', t('cancelled')),
};

const breakers: { readonly [S in BreakerStatus]: Look } = {
  closed: look('pass', 'ok', t('closed')),
  'half-open': look('color-mode', 'warn', t('half-open')),
  open: look('error', 'bad', t('open')),
};

export function stepLook(status: StepStatus): Look {
  return steps[status];
}

export function runLook(run: Pick<RunSummary, 'status' | 'waitingDecisions'>): Look {
  return run.waitingDecisions > 0 && !isFinished(run.status) ? steps.waiting : runs[run.status];
}

export function breakerLook(status: BreakerStatus): Look {
  return breakers[status];
}

/** Nothing measured yet. */
export function unknownLook(): Look {
  return look('circle-outline', 'mute', t('not run yet'));
}

/** Taken out of work by a person. */
export function disabledLook(): Look {
  return look('circle-slash', 'mute', t('disabled'));
}

export function failureLook(): Look {
  return steps.failed;
}

export function isFinished(status: RunStatus): boolean {
  return status === 'completed' || status === 'partial' || status === 'failed' || status === 'cancelled';
}
