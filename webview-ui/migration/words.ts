// Sentences about a plan, for its page and its view.

import type { Forecast, MigrationFigures, NextStep } from '#protocol/migration.ts';
import { calendarDay, shortHours } from '#ui/format.ts';
import { counted, t } from '#ui/text.ts';

/** `Finish Rewind and fork`. */
export function stepTitle({ action, name }: Pick<NextStep, 'action' | 'name'>): string {
  return action === 'finish' ? t('Finish {0}', name) : t('Start {0}', name);
}

/** What the primary button does: `Continue …` or `Start …`. */
export function stepAction({ action, name }: Pick<NextStep, 'action' | 'name'>): string {
  return action === 'finish' ? t('Continue {0}', name) : t('Start {0}', name);
}

/** “Rewind and fork comes first: it is in progress, 2 features wait for it, and about 7h are left.” */
export function stepReason(step: NextStep): string {
  const reasons = [
    firstReason(step),
    ...(step.unblocks > 0 ? [counted(step.unblocks, t('1 feature waits for it'), t('{0} features wait for it', step.unblocks))] : []),
    ...(step.onCriticalPath ? [t('it is on the longest chain')] : []),
    ...(step.remainingHours === null ? [] : [t('about {0} are left', shortHours(step.remainingHours))]),
  ];
  const list = new Intl.ListFormat(document.documentElement.lang || 'en', { type: 'conjunction' }).format(reasons);
  return t('{0} comes first: {1}.', step.name, list);
}

function firstReason({ action, because }: NextStep): string {
  if (action === 'finish') return t('it is in progress');
  if (because === 'unblocks most') return t('everything it needs is done and it holds up the most work');
  return t('everything it needs is done');
}

/** `12 of 40 features`. */
export function doneText({ done, total }: MigrationFigures['progress']): string {
  return counted(total, t('{0} of 1 feature', done), t('{0} of {1} features', done, total));
}

/** `28 Dec`, or `–` with a reason beside it. */
export function forecastDay(forecast: Forecast): string {
  if (forecast.kind === 'forecast') return calendarDay(forecast.likely);
  return forecast.why === 'finished' ? t('Done') : '–';
}

export function forecastNote(forecast: Forecast): string {
  if (forecast.kind === 'forecast') {
    const { daysAfterPlan: late } = forecast;
    if (late === null) return t('expected end');
    if (late === 0) return t('on plan');
    return late > 0
      ? counted(late, t('1 day after plan'), t('{0} days after plan', late))
      : counted(-late, t('1 day before plan'), t('{0} days before plan', -late));
  }
  const { have, need } = forecast;
  switch (forecast.why) {
    case 'finished':
      return t('expected end');
    case 'empty':
      return t('no features yet');
    case 'fewWeeks':
      return t('forecast after {0} full weeks, {1} so far', need, have);
    case 'fewFeatures':
      return t('forecast after {0} completed features, {1} so far', need, have);
    case 'tooFar':
      return t('more than ten years at this pace');
  }
}

/** How the date came about, for a tooltip. */
export function forecastTitle(forecast: Forecast): string {
  if (forecast.kind !== 'forecast') return forecastNote(forecast);
  const { earliest, latest, weeks, completed } = forecast;
  return t(
    'Between {0} and {1} in 70 of 100 simulated futures, drawn from the last {2} full weeks with {3} completed features.',
    calendarDay(earliest),
    calendarDay(latest),
    weeks,
    completed,
  );
}
