// Which plan is shown, and how a new one begins.

import type { ReactElement } from 'react';
import type { MigrationSummary } from '#protocol/migration.ts';
import { Button } from '#ui/components/Button.tsx';
import { host } from '#ui/rpc/core.ts';
import { t } from '#ui/text.ts';

export interface PlanPickerProps {
  readonly plans: readonly MigrationSummary[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

export function PlanPicker({ plans, chosen, onChoose }: PlanPickerProps): ReactElement {
  return (
    <div className="row planbar">
      {plans.length > 1 && (
        <label className="row">
          <span className="dim small">{t('Plan')}</span>
          <select className="select" value={chosen} onChange={(event) => onChoose(event.target.value)}>
            {plans.map(({ id, name, source }) => (
              <option key={id} value={id}>
                {source === 'built-in' ? t('{0} (comes with CAS)', name) : name}
              </option>
            ))}
          </select>
        </label>
      )}
      <span className="right row">
        <Templates />
      </span>
    </div>
  );
}

export function Templates(): ReactElement {
  return (
    <>
      <Button small icon="add" onClick={() => void host('command', { id: 'cas.migration.newDelivery' })}>
        {t('New Feature Delivery…')}
      </Button>
      <Button small icon="add" onClick={() => void host('command', { id: 'cas.migration.newMigration' })}>
        {t('New Migration…')}
      </Button>
    </>
  );
}
