// A feature in the checklist. Its status, priority, hours and completion date are changed where they stand.

import type { KeyboardEvent, ReactElement } from 'react';
import type { FeatureView } from '#protocol/migration.ts';
import { Icon } from '#ui/components/Icon.tsx';
import { spokenHours } from '#ui/format.ts';
import { FeatureGlyph, priorities, priorityWords, PriorityTag, settable, stateWords } from '#ui/migration/featureLooks.tsx';
import { CompletedCell } from '#ui/pages/dashboard/migration/CompletedCell.tsx';
import { HoursCell } from '#ui/pages/dashboard/migration/HoursCell.tsx';
import { PickCell } from '#ui/pages/dashboard/migration/PickCell.tsx';
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
  /** All of its values, to be changed. */
  readonly onEdit: () => void;
  readonly cockpit: Cockpit;
}

export function FeatureRow({ feature, names, isChosen, isStop, onFocus, onChoose, onEdit, cockpit }: FeatureRowProps): ReactElement {
  const needs = feature.dependencies.map((id) => names.get(id) ?? id);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target === event.currentTarget && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      onChoose();
    }
    if (event.target === event.currentTarget && event.key === 'F2' && cockpit.canEdit) onEdit();
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
        <PriorityCell feature={feature} isStop={isStop} cockpit={cockpit} />
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

/** What can be set is where the work is; that it is blocked follows from others. */
function StatusCell({ feature, isStop, cockpit }: CellProps): ReactElement {
  if (!cockpit.canEdit) return <FeatureGlyph state={feature.state} labelled />;
  return (
    <PickCell
      className="status"
      label={t('Status of {0}', feature.name)}
      title={stateWords[feature.state]}
      value={feature.status}
      options={settable}
      words={stateWords}
      isStop={isStop}
      onPick={(status) => void cockpit.edit({ kind: 'status', feature: feature.id, status })}
    >
      <FeatureGlyph state={feature.state} />
    </PickCell>
  );
}

function PriorityCell({ feature, isStop, cockpit }: CellProps): ReactElement {
  const tag = <PriorityTag priority={feature.priority} />;
  if (!cockpit.canEdit) return tag;
  return (
    <PickCell
      className="priority"
      label={t('Priority of {0}', feature.name)}
      title={t('Change the priority')}
      value={feature.priority}
      options={priorities}
      words={priorityWords}
      isStop={isStop}
      onPick={(priority) => void cockpit.edit({ kind: 'priority', feature: feature.id, priority })}
    >
      {tag}
    </PickCell>
  );
}
