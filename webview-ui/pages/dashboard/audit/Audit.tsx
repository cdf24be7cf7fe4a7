// The audit trail: verified or not and since when, its entries, and what each holds.

import { type ReactElement, useDeferredValue, useState } from 'react';
import { Button } from '#ui/components/Button.tsx';
import { EmptyState } from '#ui/components/EmptyState.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { FilterBox } from '#ui/components/FilterBox.tsx';
import { Loading } from '#ui/components/Loading.tsx';
import { Segmented } from '#ui/components/Segmented.tsx';
import type { AuditKind } from '#protocol/audit.ts';
import { AuditTable } from '#ui/pages/dashboard/audit/AuditTable.tsx';
import { ChainBar } from '#ui/pages/dashboard/audit/ChainBar.tsx';
import { type AuditFilter, useAuditPages } from '#ui/pages/dashboard/audit/useAuditPages.ts';
import type { TabProps } from '#ui/pages/dashboard/tabs.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { counted, t } from '#ui/text.ts';

const CHECK_EVERY_MS = 60_000;

export function Audit({ go }: TabProps): ReactElement {
  const [filter, setFilter] = useState<AuditFilter>({});
  const chain = useQuery('audit.verify', [{}], { everyMs: CHECK_EVERY_MS });
  const pages = useAuditPages(useDeferredValue(filter));
  const isFiltered = Object.keys(filter).length > 0;
  const { total } = pages;
  return (
    <div className="audit col grow">
      <ChainBar chain={chain} />
      <div className="row filters" role="search">
        <FilterBox
          label={t('Filter by who, what or target')}
          value={filter.text ?? ''}
          onChange={(text) => setFilter(changed(filter, 'text', text))}
        />
        <Segmented<AuditKind | 'all'>
          label={t('Which entries')}
          value={filter.kind ?? 'all'}
          onChange={(kind) => setFilter(changed(filter, 'kind', kind === 'all' ? '' : kind))}
          segments={[
            { id: 'all', label: t('All') },
            { id: 'decisions', label: t('Your decisions') },
            { id: 'council', label: t('Council') },
            { id: 'denied', label: t('Denied') },
            { id: 'runtime', label: t('Runtime') },
          ]}
        />
        <span className="dim small right num" role="status">
          {total !== null && counted(total, t('1 entry'), t('{0} entries', total.toLocaleString('en-US')))}
        </span>
      </div>
      {pages.error !== null && <ErrorNote error={pages.error} onRetry={() => void pages.refresh()} />}
      {total === null && pages.error === null && <Loading rows={10} />}
      {total === 0 && isFiltered && (
        <EmptyState title={t('No entry fits these filters.')}>
          <Button onClick={() => setFilter({})}>{t('Clear Filters')}</Button>
        </EmptyState>
      )}
      {total === 0 && !isFiltered && (
        <EmptyState title={t('Every decision will appear here: yours, the engine’s and the team’s, each chained to the one before.')} />
      )}
      {total !== null && total > 0 && <AuditTable pages={pages} total={total} chain={chain.data} go={go} />}
    </div>
  );
}

/** An empty value takes the part away. */
function changed(filter: AuditFilter, part: keyof AuditFilter, value: string): AuditFilter {
  const { [part]: _, ...rest } = filter;
  return value === '' ? rest : { ...rest, [part]: value };
}
