// One line for each that judged the proposal after it was drafted.

import type { ReactElement } from 'react';
import type { ReviewState } from '#protocol/pages/review.ts';
import type { VerdictLine } from '#protocol/review.ts';
import { Icon } from '#ui/components/Icon.tsx';
import type { IconName } from '#ui/components/icons.ts';
import { t } from '#ui/text.ts';

const LOOKS: { readonly [V in VerdictLine['verdict']]: { readonly icon: IconName; readonly tone: string; readonly word: string } } = {
  approves: { icon: 'pass', tone: 'ok', word: t('Approves') },
  objects: { icon: 'error', tone: 'bad', word: t('Objects') },
  note: { icon: 'comment', tone: 'warn', word: t('Note') },
};

export function Verdicts({ state }: { readonly state: ReviewState }): ReactElement | null {
  const { verdicts } = state.sheet;
  if (verdicts.length === 0) return null;
  return (
    <section className="verdicts">
      <h2 className="small dim">{t('Verdicts')}</h2>
      <ul>
        {verdicts.map(({ who, verdict, text }, index) => {
          const { icon, tone, word } = LOOKS[verdict];
          return (
            <li key={index} className="verdict">
              <Icon name={icon} size={14} className={tone} />
              <span className="who">{who}</span>
              <span className="dim">{text === '' ? word : `${word}: ${text}`}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
