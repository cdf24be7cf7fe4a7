// A feature in the checklist. Its status, hours and completion date are changed where they stand.

import type { KeyboardEvent, ReactElement } from 'react';
import type { FeatureStatus, FeatureView } from '#protocol/migration.ts';
import { Icon } from '#ui/components/Icon.tsx';
import { spokenHours } from '#ui/format.ts';
import { FeatureGlyph, priorityWords, PriorityTag, settable, stateWords } from '#ui/migration/featureLooks.tsx';
import { CompletedCell } from '#ui/pages/dashboard/migration/CompletedCell.tsx';
import { HoursCell } from '#ui/pages/dashboard/migration/HoursCell.tsx';
import type { Cockpit } from '#ui/pages/dashboard/migration/useCockpit.ts';
import { t } from '#ui/text.ts';

export interface FeatureRowProps {
  readonly feature: FeatureView;
  /** Of all features, by id. */
  readonly names: ReadonlyMap<string, string>;
  readonly isChosen: boolean;
  readonly isStop: boolean;
  readonly onFocus: () => void;
  readonly onChoose: () => void;
  readonly cockpit: Cockpit;
}

export function FeatureRow({ feature, names, isChosen, isStop, onFocus, onChoose, cockpit }: FeatureRowProps): ReactElement {
  const needs = feature.dependencies.map((id) => names.get(id) ?? id);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target === event.currentTarget && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      onChoose();
    }
  };
  return (
    <tr
      data-row
      data-feature={feature.id}
      aria-level={2}
      aria-selected={isChosen}
      aria-label={spoken(feature, needs)}
      tabIndex={isStop ? 0 : -1}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      onClick={onChoose}
    >
      <td>
        <span className="row name">
          <StatusCell feature={feature} isStop={isStop} cockpit={cockpit} />
          <span className="clip" title={feature.description || feature.name}>
            {feature.name}
          </span>
          {feature.clockAt !== null && <Icon name="watch" size={14} className="run" label={t('Its clock is running')} />}
        </span>
      </td>
      <td>
        <PriorityTag priority={feature.priority} />
      </td>
      <td>
        <HoursCell feature={feature} isStop={isStop} cockpit={cockpit} />
      </td>
      <td className="num">
        <CompletedCell feature={feature} isStop={isStop} cockpit={cockpit} />
      </td>
      <td className="dim small needs" title={needs.join(', ')}>
        {needs.length === 0 ? '–' : needs.join(', ')}
      </td>
    </tr>
  );
}

/** In one breath. */
function spoken({ name, priority, state, hours, completedDate }: FeatureView, needs: readonly string[]): string {
  return [
    `${name}, ${priorityWords[priority]}`,
    completedDate === null ? stateWords[state] : t('{0}, {1}', stateWords[state], completedDate),
    spokenHours(hours.planned, hours.actual),
    ...(needs.length === 0 ? [] : [t('needs {0}', needs.join(', '))]),
  ].join('. ');
}

interface CellProps {
  readonly feature: FeatureView;
  readonly isStop: boolean;
  readonly cockpit: Cockpit;
}

/** The glyph is the field: a native list of the four statuses behind it. */
function StatusCell({ feature, isStop, cockpit }: CellProps): ReactElement {
  if (!cockpit.canEdit) return <FeatureGlyph state={feature.state} labelled />;
  return (
    <span className="statuscell" title={stateWords[feature.state]}>
      <FeatureGlyph state={feature.state} />
      <select
        aria-label={t('Status of {0}', feature.name)}
        tabIndex={isStop ? 0 : -1}
        value={feature.status}
        onClick={(event) => event.stopPropagation()}
        onChange={(event) => void cockpit.edit({ kind: 'status', feature: feature.id, status: event.target.value as FeatureStatus })}
      >
        {settable.map((status) => (
          <option key={status} value={status}>
            {stateWords[status]}
          </option>
        ))}
      </select>
    </span>
  );
}
