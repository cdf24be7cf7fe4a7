// API methods about runtimes: how they are, and what they can do, measured.

import { featureNotFound, runtimeNotFound } from '#core/api/resolve.ts';
import type { RuntimeKind, RuntimeServices } from '#core/engine/runtimeKind.ts';
import { type FeatureId, features } from '#core/runtimes/parity/features.ts';
import type { ProbeHost } from '#core/runtimes/parity/host.ts';
import { measureParity } from '#core/runtimes/parity/measure.ts';
import { withoutTraces } from '#core/runtimes/parity/trace.ts';
import type { Store } from '#core/store/store.ts';
import type { CoreMethods } from '#protocol/api.ts';
import type { ParityReport, ParityTable } from '#protocol/parity.ts';

type ParityMethods = Pick<CoreMethods, Extract<keyof CoreMethods, `parity.${string}` | 'runtimes.status'>>;

export interface ParityMethodsDeps {
  /** Of the workspace, in the order in which they are shown. */
  readonly runtimes: { readonly kinds: readonly RuntimeKind[]; readonly services: ReadonlyMap<string, RuntimeServices> };
  readonly store: Pick<Store, 'parity'>;
  readonly host: ProbeHost;
  /** After reports were kept. */
  readonly changed: () => void;
}

export function parityMethods({ runtimes, store, host, changed }: ParityMethodsDeps): ParityMethods {
  const chosen = (runtime: string | undefined): readonly RuntimeKind[] => {
    const { kinds } = runtimes;
    const ids = kinds.map((kind) => kind.id);
    if (runtime !== undefined && !ids.includes(runtime)) throw runtimeNotFound(runtime, ids);
    return kinds.filter((kind) => runtime === undefined || kind.id === runtime);
  };
  const known = (feature: string): FeatureId => {
    const found = features.find(({ id }) => id === feature);
    if (found === undefined)
      throw featureNotFound(
        feature,
        features.map(({ id }) => id),
      );
    return found.id;
  };
  const latest = async (runtime?: string): Promise<ParityTable> => {
    const wanted = chosen(runtime);
    const reports = await store.parity.latest(runtime);
    return { features, reports: wanted.flatMap((kind) => reports.find((report) => report.runtime === kind.id) ?? []) };
  };
  return {
    'runtimes.status': () =>
      Promise.all(
        Array.from(runtimes.services, async ([id, service]) => {
          const [health, metrics] = await Promise.all([service.health(), service.metrics()]);
          return { id, health, metrics };
        }),
      ),
    'parity.run': async ({ runtime, feature } = {}) => {
      const only = feature === undefined ? undefined : known(feature);
      const reports: ParityReport[] = [];
      // One after the other: runtimes that are measured at the same time would slow each other down.
      for (const kind of chosen(runtime)) {
        const report = await measureParity(kind, host, only);
        await store.parity.save(report);
        reports.push(withoutTraces(report));
        changed();
      }
      return only === undefined ? { features, reports } : latest(runtime);
    },
    'parity.latest': async ({ runtime } = {}) => latest(runtime),
    'parity.outcomes': async ({ feature, runtime, limit }) => {
      chosen(runtime);
      return store.parity.outcomes({ feature: known(feature), runtime, ...(limit !== undefined && { limit }) });
    },
    'parity.history': async (request = {}) => {
      chosen(request.runtime);
      return store.parity.history(request);
    },
  };
}
