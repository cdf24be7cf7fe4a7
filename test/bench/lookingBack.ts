// What people see of a long past: the report of figures over 10,000 runs and 100,000 executions, and a check of 2,000 audit entries.

import path from 'node:path';
import { systemClock } from '#base/clock.ts';
import { metricsMethods } from '#core/api/metricsMethods.ts';
import type { Store } from '#core/store/store.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import { atMost, median, row, type Row, type Section, timed } from '#test/bench/measure.ts';
import { writePast } from '#test/support/pastRuns.ts';
import { silentLog } from '#test/unit/owner/serverFixture.ts';

const RUNS = 10_000;
const EXECUTIONS_PER_RUN = 10;
const ENTRIES = 2_000;
const REPORTS = 15;
const DAYS = 27;

export async function run(folder: string): Promise<Section> {
  const store = await openStore({ file: path.join(folder, 'past', 'store.db'), clock: systemClock, log: silentLog });
  try {
    await writePast(store, { runs: RUNS, executionsPerRun: EXECUTIONS_PER_RUN, now: Date.now(), days: DAYS });
    return {
      title: 'Looking back',
      about: `The whole store with its worker, on the disk: ${RUNS.toLocaleString('en-US')} runs over ${DAYS} days with ${EXECUTIONS_PER_RUN} executions each.`,
      rows: [...(await reports(store)), await chain(store)],
    };
  } finally {
    await store.close();
  }
}

async function reports(store: Store): Promise<readonly Row[]> {
  const { 'metrics.report': report } = metricsMethods({ ports: { clock: systemClock, log: silentLog }, store });
  const since = Date.now() - 28 * 86_400_000;
  const measured = async (name: string, query: Parameters<typeof report>[0]): Promise<Row> => {
    await report(query);
    const times: number[] = [];
    for (let n = 0; n < REPORTS; n += 1) times.push(await timed(() => report(query)));
    return row(name, median(times), 'ms', { floor: atMost(50) });
  };
  return [
    await measured('report of figures over all of it', { since }),
    await measured('of the last week, with the week before', {}),
    await measured('of one agent', { since, agent: 'tester' }),
  ];
}

async function chain(store: Store): Promise<Row> {
  const entry = { at: 1, actor: 'person', action: 'run.decide', target: 'run_1', data: { choice: 'approve', reason: '' } };
  for (let n = 0; n < ENTRIES; n += 500) await Promise.all(Array.from({ length: 500 }, () => store.audit.append(entry)));
  const times: number[] = [];
  for (let n = 0; n < 5; n += 1) times.push(await timed(() => store.audit.verify()));
  return row('check of 2,000 audit entries', median(times), 'ms', { floor: atMost(200) });
}
