// All runs, newest first: a table of which only the rows in view exist, with filters that the store applies.

import { type ReactElement, useDeferredValue, useEffect, useState } from 'react';
import type { RunStateFilter } from '#protocol/runPage.ts';
import { Button } from '#ui/components/Button.tsx';
import { EmptyState } from '#ui/components/EmptyState.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { FilterBox } from '#ui/components/FilterBox.tsx';
import { Loading } from '#ui/components/Loading.tsx';
import { RunRow } from '#ui/pages/dashboard/runs/list/RunRow.tsx';
import { type RunFilter, type RunPages, useRunPages } from '#ui/pages/dashboard/runs/list/useRunPages.ts';
import { useRovingRows } from '#ui/pages/dashboard/runs/useRovingRows.ts';
import { hasScreenReader, useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import { host } from '#ui/rpc/core.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { readSaved, save } from '#ui/rpc/vscodeApi.ts';
import { counted, t } from '#ui/text.ts';

const ROW = 24;
/** With a screen reader all rows exist; beyond this many the filters are the way. */
const PLAIN_ROWS = 500;

export function RunsList({ onOpen }: { readonly onOpen: (id: string) => void }): ReactElement {
  const [filter, setFilter] = useState<RunFilter>(savedFilter);
  const pages = useRunPages(useDeferredValue(filter));
  const change = (next: RunFilter): void => {
    setFilter(next);
    save('runsFilter', next);
  };
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <div className="runs col grow">
      <Filters filter={filter} total={pages.total} onChange={change} />
      {pages.error !== null && <ErrorNote error={pages.error} onRetry={pages.refresh} />}
      {pages.total === null && pages.error === null && <Loading rows={10} />}
      {pages.total === 0 && isFiltered && (
        <EmptyState title={t('No run fits these filters.')}>
          <Button onClick={() => change({})}>{t('Clear Filters')}</Button>
        </EmptyState>
      )}
      {pages.total === 0 && !isFiltered && (
        <EmptyState title={t('Runs appear here: what each step does, what it costs, and every checkpoint to go back to.')}>
          <Button kind="primary" icon="play" onClick={() => void host('command', { id: 'cas.workflow.run' })}>
            {t('Run Workflow…')}
          </Button>
        </EmptyState>
      )}
      {pages.total !== null && pages.total > 0 && <RunsTable pages={pages} total={pages.total} onOpen={onOpen} />}
    </div>
  );
}

function savedFilter(): RunFilter {
  const saved = readSaved('runsFilter');
  return typeof saved === 'object' && saved !== null ? saved : {};
}

interface FiltersProps {
  readonly filter: RunFilter;
  readonly total: number | null;
  readonly onChange: (filter: RunFilter) => void;
}

function Filters({ filter, total, onChange }: FiltersProps): ReactElement {
  const workflows = useQuery('runs.workflows', [], { refreshOn: ['runs'] });
  const set = (part: keyof RunFilter, value: string): void => {
    const { [part]: _, ...rest } = filter;
    onChange(value === '' ? rest : { ...rest, [part]: value });
  };
  const states: Readonly<Record<RunStateFilter, string>> = {
    live: t('Live'),
    waiting: t('Waiting for you'),
    completed: t('Done'),
    partial: t('Ended early'),
    failed: t('Failed'),
    cancelled: t('Cancelled'),
  };
  return (
    <div className="filters row" role="search">
      <FilterBox label={t('Filter by title, workflow or id')} value={filter.text ?? ''} onChange={(text) => set('text', text)} />
      <select aria-label={t('State')} value={filter.state ?? ''} onChange={(event) => set('state', event.target.value)}>
        <option value="">{t('All states')}</option>
        {Object.entries(states).map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
      <select aria-label={t('Workflow')} value={filter.workflow ?? ''} onChange={(event) => set('workflow', event.target.value)}>
        <option value="">{t('All workflows')}</option>
        {(workflows.data ?? []).map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <span className="dim small right num" role="status">
        {total !== null && counted(total, t('1 run'), t('{0} runs', total))}
      </span>
    </div>
  );
}

interface TableProps {
  readonly pages: RunPages;
  readonly total: number;
  readonly onOpen: (id: string) => void;
}

function RunsTable({ pages, total, onOpen }: TableProps): ReactElement {
  const { scroller, onScroll, ...rows } = useRovingRows(hasScreenReader() ? Math.min(total, PLAIN_ROWS) : total, ROW);
  const [first, last] = [rows.shown[0] ?? 0, rows.shown.at(-1) ?? 0];
  const { want } = pages;
  // Each rendering may show other rows; asking for those that are known costs nothing.
  useEffect(() => want(first, last));
  const now = useNow(true);
  const headings = [t('State'), t('Title'), t('Workflow'), t('Started'), t('Duration'), t('Steps'), t('Cost')];
  return (
    <div className="runtable" role="table" aria-label={t('Runs')} aria-rowcount={total + 1} onKeyDown={rows.onKeyDown}>
      <div role="rowgroup">
        <div role="row" className="runrow heads">
          {headings.map((heading) => (
            <span key={heading} role="columnheader">
              {heading}
            </span>
          ))}
        </div>
      </div>
      <div ref={scroller} role="rowgroup" className="scroll" tabIndex={-1} onScroll={onScroll}>
        <div style={{ height: rows.height, position: 'relative' }} role="presentation">
          {rows.shown.map((index) => (
            <RunRow
              key={index}
              index={index}
              top={index * ROW}
              run={pages.at(index)}
              now={now}
              isStop={index === rows.stop}
              onFocus={rows.onFocus}
              onOpen={onOpen}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
