// The first event of a run: everything it was started with, and the rules of the engine it is replayed by.

import { createHash } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { IdSource } from '#base/ids.ts';
import { type JsonObject, stableStringify } from '#base/json.ts';
import { currentFlags } from '#core/engine/flags.ts';
import type { RuntimeStart } from '#core/engine/runtime.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import type { RunEventOf } from '#protocol/runEvents.ts';

interface CreatedPorts {
  readonly ids: Pick<IdSource, 'next'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Under a new id, as of now, for the runtime with this id; nothing is stored yet. */
export function createdEvent(request: RuntimeStart, runtime: string, { ids, clock }: CreatedPorts): RunEventOf<'run.created'> {
  const { definition, library, inputs, mode, title, idempotencyKey, hasModel, priority, notBefore, spending } = request;
  return {
    type: 'run.created',
    runId: ids.next('run'),
    seq: 1,
    at: clock.now(),
    workflow: definition.name,
    definition: definition as never,
    library: library as never,
    definitionHash: hashOf(definition),
    inputs,
    mode,
    runtime,
    title,
    hasModel,
    flags: [...currentFlags],
    idempotencyKey,
    ...(priority !== undefined && { priority }),
    ...(spending !== undefined && { spending }),
    ...(notBefore !== undefined && { notBefore }),
    forkedFrom: null,
  };
}

const hashes = new WeakMap<WorkflowDefinition, string>();

/** Checked definitions are never changed, and many runs share one. */
function hashOf(definition: WorkflowDefinition): string {
  let hash = hashes.get(definition);
  if (hash === undefined) {
    hash = createHash('sha256')
      .update(stableStringify(definition as unknown as JsonObject))
      .digest('hex');
    hashes.set(definition, hash);
  }
  return hash;
}
