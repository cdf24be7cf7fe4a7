// The entries as a table whose rows fold open. Of a long one only the rows in sight exist.

import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useState } from 'react';
import type { AuditRecord, AuditVerification } from '#protocol/audit.ts';
import { EntryDetail } from '#ui/pages/dashboard/audit/EntryDetail.tsx';
import { EntryRow } from '#ui/pages/dashboard/audit/EntryRow.tsx';
import type { AuditPages } from '#ui/pages/dashboard/audit/useAuditPages.ts';
import { useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import { useRovingRows } from '#ui/pages/dashboard/runs/useRovingRows.ts';
import type { TabProps } from '#ui/pages/dashboard/tabs.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { t } from '#ui/text.ts';

const ROW = 28;
const DETAIL = 168;
/** This many rows before the end of what is known, the next page is read. */
const AHEAD = 60;

export type Link = 'verified' | 'broken' | 'unchecked';

export interface AuditTableProps {
  readonly pages: AuditPages;
  readonly total: number;
  /** Undefined while it was never checked. */
  readonly chain: AuditVerification | undefined;
  readonly go: TabProps['go'];
}

export function AuditTable({ pages, total, chain, go }: AuditTableProps): ReactElement {
  const { entries, more } = pages;
  const [openId, setOpen] = useState<number | null>(null);
  const { scroller, onScroll, onKeyDown, ...rows } = useRovingRows(entries.length, ROW);
  const open = openId === null ? -1 : entries.findIndex(({ id }) => id === openId);
  const now = useNow(true);
  const proposals = useQuery('proposals.list', [], { refreshOn: ['proposals'] });
  const titles = useMemo(() => new Map(proposals.data?.map(({ id, title }) => [id, title])), [proposals.data]);
  const last = rows.shown.at(-1) ?? 0;
  useEffect(() => {
    if (last > entries.length - AHEAD) more();
  }, [last, entries.length, more]);

  const toggle = ({ id }: AuditRecord): void => setOpen(openId === id ? null : id);
  const onKey = (event: KeyboardEvent): void => {
    const entry = entries[rows.stop];
    if (entry === undefined) return;
    const isOpen = entry.id === openId;
    if (event.key === 'Enter' || event.key === ' ') toggle(entry);
    else if (event.key === 'ArrowRight' && !isOpen) setOpen(entry.id);
    else if ((event.key === 'ArrowLeft' || event.key === 'Escape') && isOpen) setOpen(null);
    else return onKeyDown(event);
    event.preventDefault();
  };
  const close = (index: number): void => {
    setOpen(null);
    scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus();
  };
  const headings = [t('When'), t('Who'), t('What'), t('Target'), t('Verdict'), t('Hash'), t('Chain')];
  return (
    <div className="audittable" role="treegrid" aria-label={t('Audit trail')} aria-rowcount={total + 1}>
      <div role="rowgroup">
        <div role="row" className="auditrow heads" aria-rowindex={1}>
          <span aria-hidden="true" />
          {headings.map((heading) => (
            <span key={heading} role="columnheader">
              {heading}
            </span>
          ))}
        </div>
      </div>
      <div ref={scroller} role="rowgroup" className="scroll" tabIndex={-1} onScroll={onScroll}>
        <div role="presentation" style={{ height: rows.height + (open < 0 ? 0 : DETAIL), position: 'relative' }}>
          {rows.shown.map((index) => {
            const entry = entries[index];
            return (
              entry && (
                <EntryRow
                  key={entry.id}
                  entry={entry}
                  index={index}
                  top={index * ROW + (open >= 0 && index > open ? DETAIL : 0)}
                  now={now}
                  link={linkOf(entry, chain)}
                  title={titles.get(entry.target)}
                  isOpen={index === open}
                  isStop={index === rows.stop}
                  onFocus={() => rows.onFocus(index)}
                  onKeyDown={onKey}
                  onToggle={() => toggle(entry)}
                />
              )
            );
          })}
          {open >= 0 && entries[open] && (
            <EntryDetail entry={entries[open]} top={(open + 1) * ROW} height={DETAIL} go={go} onClose={() => close(open)} />
          )}
        </div>
      </div>
    </div>
  );
}

function linkOf({ id }: AuditRecord, chain: AuditVerification | undefined): Link {
  if (chain === undefined) return 'unchecked';
  if (chain.broken !== null && id >= chain.broken.id) return 'broken';
  return id <= (chain.head?.id ?? 0) ? 'verified' : 'unchecked';
}
