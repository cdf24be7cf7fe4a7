// A core method's answer in a component, kept fresh.

import { useEffect, useSyncExternalStore } from 'react';
import type { CoreMethods } from '#protocol/api.ts';
import type { ChangeName, DashboardMethod } from '#protocol/pages/dashboard.ts';
import { type Answer, call } from '#ui/rpc/core.ts';
import { type QueryState, queryFor } from '#ui/rpc/queries.ts';
import { topics } from '#ui/rpc/topics.ts';

export interface QueryOptions {
  /** Read again when one of these changed. A workspace that was opened anew counts as a change of everything. */
  readonly refreshOn?: readonly ChangeName[];
  /** Read again after so many ms. Default: only when something changed. */
  readonly everyMs?: number;
}

export type QueryResult<T> = QueryState<T> & { readonly refresh: () => Promise<void> };

/** The method must only read. Answers are shared by all components that ask the same. */
export function useQuery<M extends DashboardMethod>(
  method: M,
  args: Parameters<CoreMethods[M]>,
  { refreshOn = [], everyMs }: QueryOptions = {},
): QueryResult<Answer<M>> {
  const query = queryFor(JSON.stringify([method, args]), () => call(method, ...args));
  const state = useSyncExternalStore(query.subscribe, query.get);
  useEffect(() => query.refreshIfOld(), [query]);
  const names = ['core', ...refreshOn].join(' ');
  useEffect(() => {
    const revision = (): string => {
      const changes = topics.changes.get() ?? {};
      return names
        .split(' ')
        .map((name) => changes[name] ?? 0)
        .join(' ');
    };
    let known = topics.changes.get() === undefined ? null : revision();
    return topics.changes.subscribe(() => {
      const now = revision();
      if (known !== null && now !== known) query.refreshSoon();
      known = now;
    });
  }, [query, names]);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(query.refreshSoon, everyMs);
    return () => clearInterval(timer);
  }, [query, everyMs]);
  return { ...state, refresh: query.refresh };
}
