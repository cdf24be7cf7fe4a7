// Which plan is shown, and how a new one begins.

import type { ReactElement } from 'react';
import type { MigrationSummary } from '#protocol/migration.ts';
import { Button } from '#ui/components/Button.tsx';
import { host } from '#ui/rpc/core.ts';
import { t } from '#ui/text.ts';

export interface PlanPickerProps {
  readonly trusted: boolean;
  readonly plans: readonly MigrationSummary[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

export function PlanPicker({ trusted, plans, chosen, onChoose }: PlanPickerProps): ReactElement {
  return (
    <div className="row planbar">
      {plans.length > 1 && (
        <span className="row">
          <span className="dim small" aria-hidden="true">
            {t('Plan')}
          </span>
          <select className="select" aria-label={t('Plan')} value={chosen} onChange={(event) => onChoose(event.target.value)}>
            {plans.map(({ id, name, source }) => (
              <option key={id} value={id}>
                {source === 'built-in' ? t('{0} (comes with CAS)', name) : name}
              </option>
            ))}
          </select>
        </span>
      )}
      <span className="right row wrap">
        <Templates trusted={trusted} />
      </span>
    </div>
  );
}

export function Templates({ trusted }: { readonly trusted: boolean }): ReactElement {
  const look = { small: true, icon: 'add', disabled: !trusted, ...(!trusted && { title: t('Trust this folder first.') }) } as const;
  return (
    <>
      <Button {...look} onClick={() => void host('command', { id: 'cas.migration.newDelivery' })}>
        {t('New Feature Delivery…')}
      </Button>
      <Button {...look} onClick={() => void host('command', { id: 'cas.migration.newMigration' })}>
        {t('New Migration…')}
      </Button>
    </>
  );
}
