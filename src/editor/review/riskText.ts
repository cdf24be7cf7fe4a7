// Why a proposal is of medium or high risk, in words.

import * as vscode from 'vscode';
import { plural } from '#base/figures.ts';
import type { ReviewSheet, RiskLevel, RiskReason } from '#protocol/review.ts';

const { t } = vscode.l10n;

const PATHS_NAMED = 3;

function named(paths: readonly string[]): string {
  const shown = paths.slice(0, PATHS_NAMED).join(', ');
  return paths.length > PATHS_NAMED ? t('{0} and {1} more', shown, paths.length - PATHS_NAMED) : shown;
}

export function riskWord(level: RiskLevel): string {
  return { low: t('Low'), medium: t('Medium'), high: t('High') }[level];
}

export function reasonText({ code, count, paths }: RiskReason): string {
  switch (code) {
    case 'checksFailed':
      return plural(count, t('1 check failed'), t('{0} checks failed', count));
    case 'objected':
      return plural(count, t('1 reviewer objects'), t('{0} reviewers object', count));
    case 'notChecked':
      return t('no checks were run on it');
    case 'checksOutdated':
      return t('its text has changed since the checks');
    case 'changedSince':
      return t('{0} changed after this proposal', named(paths));
    case 'protectedPaths':
      return t('it changes what is built or installed: {0}', named(paths));
    case 'deletesFiles':
      return t('it deletes {0}', named(paths));
    case 'manyFiles':
      return plural(count, t('it changes 1 file'), t('it changes {0} files', count));
    case 'manyLines':
      return plural(count, t('it changes 1 line'), t('it changes {0} lines', count));
    case 'noTestTouched':
      return t('no test is part of it');
  }
}

/** Why accepting all of it is asked about first; empty when it is not. */
export function worries({ risk }: ReviewSheet): readonly string[] {
  return risk.reasons.filter(({ level }) => level === 'high').map(reasonText);
}
