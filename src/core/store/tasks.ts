// Steps as their events left them, for figures over many runs.

import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, readAll } from '#core/store/query.ts';
import type { Store } from '#core/store/store.ts';

export function createTasksRepository(connection: StoreConnection): Store['tasks'] {
  const { builder } = connection.dialect;
  return {
    async ended(runIds) {
      if (runIds.length === 0) return [];
      const query = builder
        .selectFrom('tasks')
        .select(['run_id as runId', 'path', 'status', 'started_at as startedAt', 'ended_at as endedAt'])
        .where('run_id', 'in', [...runIds])
        .where('status', 'in', ['succeeded', 'failed'])
        .where('started_at', 'is not', null)
        .where('ended_at', 'is not', null);
      return readAll(connection, compiled(query.$castTo<Awaited<ReturnType<Store['tasks']['ended']>>[number]>()));
    },
  };
}
