// From a database connection to the Store of the contract. The schema must be migrated already.

import { createAgentsRepository } from '#core/store/agents.ts';
import { createAnswersRepository } from '#core/store/answers.ts';
import { createAuditRepository } from '#core/store/audit.ts';
import { createBusRepository } from '#core/store/bus.ts';
import { createCare } from '#core/store/care/care.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { createCostsRepository } from '#core/store/costs.ts';
import { createDeadLettersRepository } from '#core/store/deadLetters.ts';
import { createFeedbackRepository } from '#core/store/feedback.ts';
import { createMetricsRepository } from '#core/store/metrics.ts';
import { createParityRepository } from '#core/store/parity.ts';
import { createProposalsRepository } from '#core/store/proposals.ts';
import { createRunsRepository } from '#core/store/runs.ts';
import { createRuntimeCheckpointsRepository } from '#core/store/runtimeCheckpoints.ts';
import type { Store } from '#core/store/store.ts';
import { createTasksRepository } from '#core/store/tasks.ts';
import { createValuesRepository } from '#core/store/values.ts';

export function createStore(connection: StoreConnection): Store {
  const proposals = createProposalsRepository(connection);
  /** A blob comes before its proposal: what was put lately is not without use. */
  const freshBlobs = new Set<string>();
  return {
    runs: createRunsRepository(connection),
    deadLetters: createDeadLettersRepository(connection),
    proposals: {
      ...proposals,
      putBlob(hash, bytes) {
        freshBlobs.add(hash);
        return proposals.putBlob(hash, bytes);
      },
    },
    agents: createAgentsRepository(connection),
    audit: createAuditRepository(connection),
    tasks: createTasksRepository(connection),
    parity: createParityRepository(connection),
    runtimeCheckpoints: createRuntimeCheckpointsRepository(connection),
    bus: createBusRepository(connection),
    costs: createCostsRepository(connection),
    metrics: createMetricsRepository(connection),
    feedback: createFeedbackRepository(connection),
    answers: createAnswersRepository(connection),
    values: createValuesRepository(connection),
    care: createCare({ connection, fresh: freshBlobs }),
    close: () => connection.close(),
  };
}
