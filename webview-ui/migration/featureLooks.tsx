// One vocabulary for the state of a feature and its priority.

import type { ReactElement } from 'react';
import type { FeatureState, FeatureStatus, PlanPriority } from '#protocol/migration.ts';
import { Icon } from '#ui/components/Icon.tsx';
import type { IconName } from '#ui/components/icons.ts';
import { t } from '#ui/text.ts';

const GLYPHS: { readonly [S in FeatureState]: readonly [IconName, string] } = {
  done: ['pass', 'ok'],
  'in progress': ['circle-large-filled', 'run'],
  blocked: ['lock', 'warn'],
  'not started': ['circle-large-outline', 'mute'],
  unknown: ['circle-large-outline', 'mute'],
};

export const stateWords: { readonly [S in FeatureState]: string } = {
  done: t('Done'),
  'in progress': t('In progress'),
  blocked: t('Blocked'),
  'not started': t('Not started'),
  unknown: t('Not known yet'),
};

/** What a person can set; blocked is computed. */
export const settable: readonly FeatureStatus[] = ['not started', 'in progress', 'done', 'unknown'];

export const priorities: readonly PlanPriority[] = ['critical', 'important', 'nice to have'];

/** As wide as its widest, so that names stand below one another. */
export function FeatureGlyph({ state, labelled = false }: { readonly state: FeatureState; readonly labelled?: boolean }): ReactElement {
  const [name, tone] = GLYPHS[state];
  return (
    <span className="glyphbox">
      <Icon name={name} size={name.startsWith('circle') ? 12 : 14} className={tone} {...(labelled && { label: stateWords[state] })} />
    </span>
  );
}

export const priorityWords: { readonly [P in PlanPriority]: string } = {
  critical: t('Critical'),
  important: t('Important'),
  'nice to have': t('Nice to have'),
};

const TAGS: { readonly [P in PlanPriority]: string } = { critical: 'crit', important: 'imp', 'nice to have': 'nice' };

/** Weight is for priority: filled, outlined, plain. */
export function PriorityTag({ priority }: { readonly priority: PlanPriority }): ReactElement {
  return <span className={`tag ${TAGS[priority]}`}>{priorityWords[priority]}</span>;
}
