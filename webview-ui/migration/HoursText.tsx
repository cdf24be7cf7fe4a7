import type { ReactElement } from 'react';
import type { HoursState } from '#protocol/migration.ts';
import { shortHours, spokenHours } from '#ui/format.ts';
import { t } from '#ui/text.ts';

const TONES: { readonly [S in HoursState]: string } = { under: 'ok', over: 'over', none: '', unplanned: '' };

export interface HoursTextProps {
  readonly hours: { readonly planned: number | null; readonly actual: number | null; readonly state: HoursState };
  /** Features that are in no estimate. */
  readonly unestimated?: number;
}

/** `10h (3h)`, planned and actual: green up to the plan, orange above; said in words to screen readers. */
export function HoursText({ hours: { planned, actual, state }, unestimated = 0 }: HoursTextProps): ReactElement {
  const partial = unestimated > 0 && planned !== null;
  const isUnknown = planned === null && actual === null;
  return (
    <span
      className={state === 'none' ? 'num hours dim' : 'num hours'}
      title={partial ? t('{0} features are not estimated', unestimated) : undefined}
    >
      <span aria-hidden="true">
        {planned === null ? t('not estimated') : shortHours(planned)}
        {partial && '+'}
        {!isUnknown && <span className={TONES[state]}> ({actual === null ? '–' : shortHours(actual)})</span>}
      </span>
      <span className="sr">
        {spokenHours(planned, actual)}
        {partial && `, ${t('{0} features are not estimated', unestimated)}`}
      </span>
    </span>
  );
}
