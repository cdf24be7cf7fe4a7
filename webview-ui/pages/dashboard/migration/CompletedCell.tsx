import type { ReactElement } from 'react';
import type { FeatureView } from '#protocol/migration.ts';
import { calendarDay } from '#ui/format.ts';
import { stateWords } from '#ui/migration/featureLooks.tsx';
import { FieldCell } from '#ui/pages/dashboard/migration/FieldCell.tsx';
import type { HoursCellProps } from '#ui/pages/dashboard/migration/HoursCell.tsx';
import { useField } from '#ui/pages/dashboard/migration/useField.ts';
import { t } from '#ui/text.ts';

/** The day of a done feature, which can be changed; the state of any other. */
export function CompletedCell({ feature, isStop, cockpit }: HoursCellProps): ReactElement {
  const { id, name, status, completedDate } = feature;
  const field = useField((form) => {
    const typed = form.get('date');
    const date = typeof typed === 'string' && typed !== '' ? typed : null;
    if (date !== completedDate) void cockpit.edit({ kind: 'completedDate', feature: id, date });
  });
  if (status !== 'done') return <span className="dim">{stateWords[feature.state]}</span>;
  const shown = <Shown feature={feature} />;
  if (!cockpit.canEdit) return shown;
  return (
    <FieldCell
      field={field}
      shown={shown}
      title={t('Change the completion date')}
      label={t('Change the completion date of {0}', name)}
      isStop={isStop}
    >
      <input name="date" type="date" defaultValue={completedDate ?? ''} aria-label={t('Completion date of {0}', name)} />
    </FieldCell>
  );
}

function Shown({ feature: { completedDate } }: { readonly feature: FeatureView }): ReactElement {
  return completedDate === null ? (
    <span className="dim">{t('no date')}</span>
  ) : (
    <span title={completedDate}>{calendarDay(completedDate)}</span>
  );
}
