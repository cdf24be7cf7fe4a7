import type { ReactElement } from 'react';
import type { FeatureView, MigrationEdit } from '#protocol/migration.ts';
import { HoursText } from '#ui/migration/HoursText.tsx';
import { FieldCell } from '#ui/pages/dashboard/migration/FieldCell.tsx';
import type { Cockpit } from '#ui/pages/dashboard/migration/useCockpit.ts';
import { useField } from '#ui/pages/dashboard/migration/useField.ts';
import { t } from '#ui/text.ts';

export interface HoursCellProps {
  readonly feature: FeatureView;
  readonly isStop: boolean;
  readonly cockpit: Cockpit;
}

/** Planned and actual hours; two fields when it is opened. An empty plan takes the estimate away. */
export function HoursCell({ feature, isStop, cockpit }: HoursCellProps): ReactElement {
  const { id, name, hours } = feature;
  const save = (form: FormData): void => {
    const planned = numberIn(form, 'planned');
    const actual = numberIn(form, 'actual');
    const edits: MigrationEdit[] = [];
    if (planned !== hours.planned) edits.push({ kind: 'estimatedHours', feature: id, hours: planned });
    if (actual !== null && actual !== hours.actual) edits.push({ kind: 'actualHours', feature: id, hours: actual });
    if (edits.length > 0) void cockpit.edit(...edits);
  };
  const field = useField(save);
  const shown = <HoursText hours={hours} />;
  if (!cockpit.canEdit) return shown;
  return (
    <FieldCell field={field} shown={shown} title={t('Change hours')} label={t('Change hours of {0}', name)} isStop={isStop}>
      <input
        name="planned"
        type="number"
        min="0"
        max="10000"
        step="any"
        defaultValue={hours.planned ?? ''}
        aria-label={t('Planned hours of {0}', name)}
      />
      <input
        name="actual"
        type="number"
        min="0"
        max="10000"
        step="any"
        defaultValue={hours.actual ?? ''}
        aria-label={t('Actual hours of {0}', name)}
      />
    </FieldCell>
  );
}

/** Null when it is empty. */
function numberIn(form: FormData, name: string): number | null {
  const text = form.get(name);
  return typeof text !== 'string' || text.trim() === '' ? null : Number(text);
}
