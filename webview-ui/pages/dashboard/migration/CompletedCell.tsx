import type { ReactElement } from 'react';
import type { FeatureView } from '#protocol/migration.ts';
import { calendarDay } from '#ui/format.ts';
import { stateWords } from '#ui/migration/featureLooks.tsx';
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
  if (!field.isOpen)
    return (
      <button
        type="button"
        className="plain"
        tabIndex={isStop ? 0 : -1}
        title={t('Change the completion date')}
        onClick={(event) => {
          event.stopPropagation();
          field.open();
        }}
      >
        {shown}
        <span className="sr">{t('Change the completion date of {0}', name)}</span>
      </button>
    );
  return (
    <form className="row fields" {...field.bind}>
      <input name="date" type="date" defaultValue={completedDate ?? ''} aria-label={t('Completion date of {0}', name)} />
      <button type="submit" className="sr" tabIndex={-1}>
        {t('Keep')}
      </button>
    </form>
  );
}

function Shown({ feature: { completedDate } }: { readonly feature: FeatureView }): ReactElement {
  return completedDate === null ? (
    <span className="dim">{t('no date')}</span>
  ) : (
    <span title={completedDate}>{calendarDay(completedDate)}</span>
  );
}
