// Measurements of runtimes, kept with their history. One of a single feature renews that feature's result alone.

import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, readAll } from '#core/store/query.ts';
import type { Store } from '#core/store/store.ts';
import type { ParityReport, ParityResult } from '#protocol/parity.ts';

/** Newest results of single features that are looked at; a sweep makes those before it needless. */
const SINGLES_READ = 500;

interface StoredReport extends Omit<ParityReport, 'results'> {
  readonly id: number;
  readonly results: string;
}

export function createParityRepository(connection: StoreConnection): Store['parity'] {
  const { builder } = connection.dialect;
  const reports = builder
    .selectFrom('parity_results')
    .select(['id', 'runtime', 'at', 'duration_ms as durationMs', 'available', 'total', 'results']);
  /** The last whole measurement of each runtime, and single features, newest first. */
  async function newest(): Promise<{ readonly whole: readonly StoredReport[]; readonly single: readonly StoredReport[] }> {
    const ids = builder
      .selectFrom('parity_results')
      .select(({ fn }) => fn.max<number>('id').as('id'))
      .where('total', '>', 1)
      .groupBy('runtime');
    const whole = await readAll(connection, compiled(reports.where('id', 'in', ids)));
    const single = await readAll(connection, compiled(reports.where('total', '=', 1).orderBy('id', 'desc').limit(SINGLES_READ)));
    return { whole, single };
  }

  return {
    async save({ runtime, at, durationMs, available, total, results }) {
      const row = { runtime, at: Math.round(at), duration_ms: durationMs, available, total, results: JSON.stringify(results) };
      await connection.commit([compiled(builder.insertInto('parity_results').values(row))]);
    },

    async latest(runtime) {
      const { whole, single } = await newest();
      const runtimes = [...new Set([...whole, ...single].map((row) => row.runtime))].sort();
      return runtimes
        .filter((id) => runtime === undefined || id === runtime)
        .map((id) =>
          renewed(
            whole.find((row) => row.runtime === id),
            single.filter((row) => row.runtime === id),
          ),
        );
    },

    async history({ runtime, limit = 100 } = {}) {
      let query = builder
        .selectFrom('parity_results')
        .select(['runtime', 'at', 'duration_ms as durationMs', 'available', 'total'])
        .where('total', '>', 1)
        .orderBy('id', 'desc')
        .limit(limit);
      if (runtime !== undefined) query = query.where('runtime', '=', runtime);
      return readAll(connection, compiled(query));
    },

    async outcomes({ feature, runtime, limit = 24 }) {
      const rows = await readAll(
        connection,
        compiled(
          reports
            .where('runtime', '=', runtime)
            .where('results', 'like', `%"feature":${JSON.stringify(feature)}%`)
            .orderBy('id', 'desc')
            .limit(limit),
        ),
      );
      return rows.flatMap((row) => resultsOf(row).filter((result) => result.feature === feature));
    },
  };
}

/** The last whole measurement with what was measured alone after it. `singles`: newest first. */
function renewed(whole: StoredReport | undefined, singles: readonly StoredReport[]): ParityReport {
  const later = singles.filter(({ id }) => id > (whole?.id ?? 0)).toReversed();
  const byFeature = new Map<string, ParityResult>();
  for (const row of [...(whole ? [whole] : []), ...later]) {
    for (const { trace: _long, ...result } of resultsOf(row)) byFeature.set(result.feature, result);
  }
  const results = [...byFeature.values()];
  const { runtime, at, durationMs } = (whole ?? later.at(-1)) as StoredReport;
  const available = later.length === 0 && whole ? whole.available : results.filter(({ verdict }) => verdict === 'available').length;
  return { runtime, at, durationMs, available, total: whole?.total ?? results.length, results };
}

/** Results of older versions have no time of their own. */
function resultsOf({ at, results }: StoredReport): readonly ParityResult[] {
  return (JSON.parse(results) as readonly (Omit<ParityResult, 'at'> & { readonly at?: number })[]).map(
    (result) => ({ ...result, at: result.at ?? at }) as ParityResult,
  );
}
