// When steps ran, for figures over many runs. Read from their events, once for each run as long as it does not change.

import type { StoreConnection } from '#core/store/connection.ts';
import { eventsOf } from '#core/store/eventRows.ts';
import { endedTasks } from '#core/store/projection.ts';
import { compiled, readAll } from '#core/store/query.ts';
import type { EndedTask, Store } from '#core/store/store.ts';

/** Runs whose steps are remembered. */
const REMEMBERED = 2_000;

interface Remembered {
  readonly lastSeq: number;
  readonly tasks: readonly EndedTask[];
}

export function createTasksRepository(connection: StoreConnection): Store['tasks'] {
  const { builder } = connection.dialect;
  const remembered = new Map<string, Remembered>();

  async function tasksOf(id: string, lastSeq: number): Promise<readonly EndedTask[]> {
    const known = remembered.get(id);
    remembered.delete(id);
    const events = builder.selectFrom('event_batches').select('data').where('run_id', '=', id).orderBy('last_seq');
    const tasks = known?.lastSeq === lastSeq ? known.tasks : endedTasks(eventsOf(await readAll(connection, compiled(events))));
    remembered.set(id, { lastSeq, tasks });
    const [oldest] = remembered.keys();
    if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return tasks;
  }

  return {
    async ended(runIds) {
      if (runIds.length === 0) return [];
      const runs = builder
        .selectFrom('event_batches')
        .select(({ fn }) => ['run_id as id', fn.max('last_seq').as('lastSeq')])
        .where('run_id', 'in', [...runIds])
        .groupBy('run_id');
      const found: EndedTask[] = [];
      for (const { id, lastSeq } of await readAll(connection, compiled(runs))) found.push(...(await tasksOf(id, lastSeq)));
      return found;
    },
  };
}
