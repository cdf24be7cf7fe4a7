// The audit trail, newest first, read page by page as it is looked at; new entries are put in front as they come.

import { useRef, useState } from 'react';
import { type ErrorView, toErrorView } from '#base/errors.ts';
import type { AuditPage, AuditQuery, AuditRecord } from '#protocol/audit.ts';
import { call } from '#ui/rpc/core.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';

const PAGE = 200;

export type AuditFilter = Pick<AuditQuery, 'text' | 'kind'>;

export interface AuditPages {
  readonly entries: readonly AuditRecord[];
  /** Null before the first answer. */
  readonly total: number | null;
  readonly error: ErrorView | null;
  /** Reads the next page unless there is none or it is being read. */
  readonly more: () => void;
  readonly refresh: () => Promise<void>;
}

/** What was read with one filter, newest first and without gaps. */
interface Read {
  readonly filter: string;
  /** The newest page it was read with. */
  readonly page: AuditPage;
  readonly entries: readonly AuditRecord[];
  readonly next: number | null;
}

export function useAuditPages(filter: AuditFilter): AuditPages {
  const key = JSON.stringify(filter);
  const first = useQuery('audit.list', [{ ...filter, limit: PAGE }], { refreshOn: ['audit'] });
  const [read, setRead] = useState<Read | null>(null);
  const [error, setError] = useState<ErrorView | null>(null);
  const isReading = useRef(false);
  const page = first.data;
  // A newer first page is taken up while rendering, so that nothing is drawn from the one before.
  if (page !== undefined && (read?.page !== page || read.filter !== key)) setRead(inFront(key, page, read));
  const own = read?.filter === key ? read : null;
  const next = own?.next ?? null;

  const more = async (): Promise<void> => {
    if (next === null || isReading.current || error !== null) return;
    isReading.current = true;
    try {
      const older = await call('audit.list', { ...filter, before: next, limit: PAGE });
      setError(null);
      setRead((before) =>
        before?.filter === key && before.next === next
          ? { ...before, entries: [...before.entries, ...older.entries], next: older.next }
          : before,
      );
    } catch (thrown) {
      setError(toErrorView(thrown));
    } finally {
      isReading.current = false;
    }
  };

  const entries = own?.entries ?? page?.entries ?? [];
  const refresh = async (): Promise<void> => {
    setError(null);
    await first.refresh();
  };
  return { entries, total: page?.total ?? null, error: first.error ?? error, more: () => void more(), refresh };
}

/** The newest page before what is known; where they do not meet, what is known begins anew. */
function inFront(filter: string, page: AuditPage, before: Read | null): Read {
  const fresh: Read = { filter, page, entries: page.entries, next: page.next };
  const [newest] = before?.filter === filter ? before.entries : [];
  const last = page.entries.at(-1);
  if (before === null || newest === undefined || last === undefined || (last.id > newest.id && page.next !== null)) return fresh;
  return { filter, page, entries: [...page.entries, ...before.entries.filter(({ id }) => id < last.id)], next: before.next };
}
