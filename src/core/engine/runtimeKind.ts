// A kind of runtime that can be made more than once: for a workspace, or over a throw-away store to be measured.

import type { Clock } from '#base/clock.ts';
import type { IdSource } from '#base/ids.ts';
import type { Admission } from '#core/engine/admission.ts';
import type { StepExecutor } from '#core/engine/executor.ts';
import type { Runtime } from '#core/engine/runtime.ts';
import type { Log } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import type { RuntimeHealth, RuntimeMetrics, WorkflowGraph } from '#protocol/runtimeStatus.ts';

export interface RuntimePorts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  readonly store: Store;
  readonly executor: StepExecutor;
  /** Default: every run begins at once. */
  readonly admission?: Admission;
}

/** What a runtime tells about itself besides its runs. */
export interface RuntimeServices {
  /** Pure; sub-workflows are single nodes. */
  graph(definition: WorkflowDefinition): WorkflowGraph;
  metrics(): Promise<RuntimeMetrics>;
  /** Never rejects: a store that does not answer is part of the answer. */
  health(): Promise<RuntimeHealth>;
}

export interface RuntimeKind {
  /** The `id` of the runtimes it makes. */
  readonly id: string;
  /** The runtime does not own the store. */
  create(ports: RuntimePorts): Runtime;
  /** Of a runtime that `create` made with the same ports. */
  services(runtime: Runtime, ports: Pick<RuntimePorts, 'clock' | 'store'>): RuntimeServices;
}
