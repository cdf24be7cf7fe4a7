// Runs on the bus: each of their events as `cas.run.*`, in brief. A run that a trigger started says which message led to it.

import type { Bus } from '#core/bus/bus.ts';
import type { Log } from '#core/ports.ts';
import { runBusType } from '#protocol/bus.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

export interface BridgePorts {
  readonly bus: Bus;
  readonly log: Log;
  /** The workflow of a run that began before this process; null when there is no such run. */
  readonly workflowOf: (runId: string) => Promise<string | null>;
  /** The message that led to the run; null for one that a person started. */
  readonly causeOf: (runId: string) => string | null;
}

/** The id of a run's event on the bus: the same whoever bridges it, so that it is kept once. */
export const bridgedId = (runId: string, seq: number): string => `${runId}.${seq}`;

/** Takes the events of all runs, in order per run. */
export function bridgeRuns(ports: BridgePorts): (event: RunEvent) => void {
  const workflows = new Map<string, string>();
  /** Runs whose workflow is being looked up: what they say waits. */
  const waiting = new Map<string, RunEvent[]>();

  const publish = (event: RunEvent, workflow: string): void => {
    const { type, runId, seq } = event;
    const error = 'error' in event ? { code: event.error.code, message: event.error.message } : null;
    const payload = { runId, workflow, seq, path: 'path' in event ? event.path : null, error };
    const ends = type === 'run.completed' || type === 'run.partial' || type === 'run.failed' || type === 'run.cancelled';
    if (ends) workflows.delete(runId);
    ports.bus
      .publish({ type: runBusType(type), payload, id: bridgedId(runId, seq), correlationId: runId, cause: ports.causeOf(runId) })
      .catch((thrown: unknown) => ports.log.error('an event of a run did not reach the bus', { runId, seq }, thrown));
  };

  const lookUp = async (runId: string): Promise<void> => {
    const workflow = await ports.workflowOf(runId);
    const events = waiting.get(runId) ?? [];
    waiting.delete(runId);
    if (workflow === null) return;
    workflows.set(runId, workflow);
    for (const event of events) publish(event, workflow);
  };

  return (event) => {
    const { runId } = event;
    if (event.type === 'run.created') workflows.set(runId, event.workflow);
    const workflow = workflows.get(runId);
    if (workflow !== undefined) return publish(event, workflow);
    const queue = waiting.get(runId);
    if (queue !== undefined) return void queue.push(event);
    waiting.set(runId, [event]);
    lookUp(runId).catch((thrown: unknown) => {
      waiting.delete(runId);
      ports.log.error('the events of a run did not reach the bus', { runId }, thrown);
    });
  };
}
