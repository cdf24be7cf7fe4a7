// Where the features of the graph stand: a column after all they need, rows close to what they come from.

import type { FeatureView } from '#protocol/migration.ts';

export interface GraphLayout {
  readonly places: ReadonlyMap<string, { readonly column: number; readonly row: number }>;
  readonly columns: number;
  readonly rows: number;
}

/** Needs that are not shown count as none. Expects no cycles: the checker refuses them. */
export function layoutOf(features: readonly Pick<FeatureView, 'id' | 'dependencies'>[]): GraphLayout {
  const byId = new Map(features.map((feature) => [feature.id, feature]));
  const columnOf = new Map<string, number>();
  const pending = [...features];
  // A feature waits at the end of the line until all it needs has its column.
  for (let feature = pending.shift(), waits = 0; feature !== undefined && waits <= pending.length; feature = pending.shift()) {
    const needs = feature.dependencies.filter((id) => byId.has(id));
    if (needs.every((id) => columnOf.has(id))) {
      columnOf.set(feature.id, Math.max(-1, ...needs.map((id) => columnOf.get(id) ?? 0)) + 1);
      waits = 0;
    } else {
      pending.push(feature);
      waits += 1;
    }
  }
  const columns = new Map<number, string[]>();
  for (const { id } of features) {
    const column = columnOf.get(id) ?? 0;
    columns.set(column, [...(columns.get(column) ?? []), id]);
  }
  const needed = new Set(features.flatMap(({ dependencies }) => dependencies));
  const places = new Map<string, { column: number; row: number }>();
  for (const [column, ids] of [...columns].toSorted(([a], [b]) => a - b)) {
    const wish = (id: string): number => {
      const rows = (byId.get(id)?.dependencies ?? []).flatMap((need) => places.get(need)?.row ?? []);
      return rows.length === 0 ? Infinity : rows.reduce((sum, row) => sum + row, 0) / rows.length;
    };
    // In the first column what others need stands on top, and what nothing needs below.
    const ordered = ids.toSorted((a, b) => (column === 0 ? Number(needed.has(b)) - Number(needed.has(a)) : wish(a) - wish(b)));
    for (const [row, id] of ordered.entries()) places.set(id, { column, row });
  }
  return { places, columns: columns.size, rows: Math.max(0, ...Array.from(columns.values(), (ids) => ids.length)) };
}
