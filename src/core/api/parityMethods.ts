// API methods about runtimes: how they are, and what they can do, measured.

import { runtimeNotFound } from '#core/api/resolve.ts';
import type { RuntimeKind, RuntimeServices } from '#core/engine/runtimeKind.ts';
import { features } from '#core/runtimes/parity/features.ts';
import type { ProbeHost } from '#core/runtimes/parity/host.ts';
import { measureParity } from '#core/runtimes/parity/measure.ts';
import type { Store } from '#core/store/store.ts';
import type { CoreMethods } from '#protocol/api.ts';
import type { ParityReport } from '#protocol/parity.ts';

type ParityMethods = Pick<CoreMethods, Extract<keyof CoreMethods, `parity.${string}` | 'runtimes.status'>>;

export interface ParityMethodsDeps {
  /** Of the workspace, in the order in which they are shown. */
  readonly runtimes: { readonly kinds: readonly RuntimeKind[]; readonly services: ReadonlyMap<string, RuntimeServices> };
  readonly store: Pick<Store, 'parity'>;
  readonly host: ProbeHost;
}

export function parityMethods({ runtimes, store, host }: ParityMethodsDeps): ParityMethods {
  const chosen = (runtime: string | undefined): readonly RuntimeKind[] => {
    const { kinds } = runtimes;
    const ids = kinds.map((kind) => kind.id);
    if (runtime !== undefined && !ids.includes(runtime)) throw runtimeNotFound(runtime, ids);
    return kinds.filter((kind) => runtime === undefined || kind.id === runtime);
  };
  return {
    'runtimes.status': () =>
      Promise.all(
        Array.from(runtimes.services, async ([id, service]) => {
          const [health, metrics] = await Promise.all([service.health(), service.metrics()]);
          return { id, health, metrics };
        }),
      ),
    'parity.run': async ({ runtime } = {}) => {
      const reports: ParityReport[] = [];
      // One after the other: runtimes that are measured at the same time would slow each other down.
      for (const kind of chosen(runtime)) {
        const report = await measureParity(kind, host);
        await store.parity.save(report);
        reports.push(report);
      }
      return { features, reports };
    },
    'parity.latest': async ({ runtime } = {}) => {
      const wanted = chosen(runtime);
      const latest = await store.parity.latest(runtime);
      return { features, reports: wanted.flatMap((kind) => latest.find((report) => report.runtime === kind.id) ?? []) };
    },
    'parity.history': async (request = {}) => {
      chosen(request.runtime);
      return store.parity.history(request);
    },
  };
}
