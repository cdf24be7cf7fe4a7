// The list of runs, read in parts as they are looked at, and anew when runs changed.

import { useCallback, useEffect, useRef, useState } from 'react';
import { type ErrorView, toErrorView } from '#base/errors.ts';
import type { RunPageQuery } from '#protocol/runPage.ts';
import type { RunSummary } from '#protocol/runView.ts';
import { call } from '#ui/rpc/core.ts';
import { useTopic } from '#ui/rpc/topics.ts';

const PART = 100;
/** Readings are at least this far apart, in ms, however often runs change. */
const APART_MS = 700;

export type RunFilter = Pick<RunPageQuery, 'state' | 'workflow' | 'text'>;

export interface RunPages {
  /** Runs the filter lets through; null before the first answer. */
  readonly total: number | null;
  readonly error: ErrorView | null;
  /** Undefined while its part is being read. */
  readonly at: (index: number) => RunSummary | undefined;
  /** Sees to it that these are read. */
  readonly want: (first: number, last: number) => void;
  readonly refresh: () => void;
}

interface Parts {
  readonly filter: string;
  readonly total: number | null;
  readonly parts: ReadonlyMap<number, readonly RunSummary[]>;
}

/** What was read last: shown at once when the tab comes back, while it is read anew. */
let lastRead: Parts | null = null;

export function useRunPages(filter: RunFilter): RunPages {
  const key = JSON.stringify(filter);
  const [read, setRead] = useState<Parts>(() => (lastRead?.filter === key ? lastRead : { filter: key, total: null, parts: new Map() }));
  const [error, setError] = useState<ErrorView | null>(null);
  const wanted = useRef<readonly [number, number]>([0, 0]);
  const reading = useRef(new Set<string>());
  const known = useRef(read);
  useEffect(() => {
    known.current = read;
    lastRead = read;
  });

  const load = useCallback(
    async (part: number): Promise<void> => {
      const name = `${key} ${part}`;
      if (reading.current.has(name)) return;
      reading.current.add(name);
      try {
        const { total, runs } = await call('runs.page', { ...(JSON.parse(key) as RunFilter), offset: part * PART, limit: PART });
        setError(null);
        setRead((before) => {
          // When the count changed, rows moved: only what was read since stands where it stood.
          const parts = new Map(before.filter === key && before.total === total ? before.parts : []);
          return { filter: key, total, parts: parts.set(part, runs) };
        });
      } catch (thrown) {
        setError(toErrorView(thrown));
      } finally {
        reading.current.delete(name);
      }
    },
    [key],
  );

  const refresh = useCallback(() => {
    const [first, last] = wanted.current;
    for (let part = first; part <= last; part += 1) void load(part);
  }, [load]);

  useEffect(refresh, [refresh]);
  /** Parts that nobody looks at are read again when they are looked at. */
  const refreshSeen = useCallback(() => {
    const [first, last] = wanted.current;
    setRead((before) => ({ ...before, parts: new Map([...before.parts].filter(([part]) => part >= first && part <= last)) }));
    refresh();
  }, [refresh]);
  useChanges(refreshSeen);

  return {
    total: read.filter === key ? read.total : null,
    error,
    at: (index) => (read.filter === key ? read.parts.get(Math.floor(index / PART))?.[index % PART] : undefined),
    want(first, last) {
      wanted.current = [Math.floor(first / PART), Math.floor(Math.max(first, last) / PART)];
      for (let part = wanted.current[0]; part <= wanted.current[1]; part += 1) {
        const have = known.current.filter === key && known.current.parts.has(part);
        if (!have && part * PART < (known.current.total ?? 1)) void load(part);
      }
    },
    refresh,
  };
}

/** Calls back when runs changed, not too often. */
function useChanges(onChange: () => void): void {
  const changes = useTopic('changes');
  const revision = `${changes?.['runs'] ?? 0} ${changes?.['core'] ?? 0}`;
  const seen = useRef(revision);
  const last = useRef(0);
  useEffect(() => {
    if (seen.current === revision) return undefined;
    const timer = setTimeout(
      () => {
        seen.current = revision;
        last.current = Date.now();
        onChange();
      },
      Math.max(0, last.current + APART_MS - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [revision, onChange]);
}
