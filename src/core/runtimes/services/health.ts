// How a runtime is: whether its store answers, and what its live runs are doing.

import type { Clock } from '#base/clock.ts';
import { AppError, type ErrorView, toErrorView } from '#base/errors.ts';
import type { Runtime } from '#core/engine/runtime.ts';
import type { Store } from '#core/store/store.ts';
import type { RunView, StepView } from '#protocol/runView.ts';
import type { RuntimeHealth } from '#protocol/runtimeStatus.ts';

/** A store that takes longer is called degraded, in ms. */
const SLOW_MS = 250;
/** A store that takes longer is called down, in ms. */
const SILENT_MS = 2_000;

export interface HealthPorts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'values'>;
}

export async function runtimeHealth(runtime: Pick<Runtime, 'live' | 'view'>, { clock, store }: HealthPorts): Promise<RuntimeHealth> {
  const at = clock.now();
  const error = await ping(store, clock);
  const pingMs = clock.now() - at;
  const views = await Promise.all(runtime.live().map((id) => viewOrNull(runtime, id)));
  const steps = { queued: 0, running: 0, waiting: 0 };
  for (const view of views) count(view?.steps ?? [], steps);
  const status = error === null ? (pingMs > SLOW_MS ? 'degraded' : 'ok') : 'down';
  return { status, at, store: { pingMs, error }, liveRuns: views.filter((view) => view !== null).length, steps };
}

function ping(store: HealthPorts['store'], clock: Clock): Promise<ErrorView | null> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(() => resolve(toErrorView(storeSilent())), SILENT_MS);
    const answered = store.values.get('health', 'ping').then(
      () => null,
      (thrown: unknown) => toErrorView(thrown),
    );
    void answered.then((error) => {
      timer.dispose();
      resolve(error);
    });
  });
}

/** Null for a run that ended since it was listed. */
async function viewOrNull(runtime: Pick<Runtime, 'live' | 'view'>, id: string): Promise<RunView | null> {
  try {
    return await runtime.view(id);
  } catch (error) {
    if (runtime.live().includes(id)) throw error;
    return null;
  }
}

function count(steps: readonly StepView[], into: { queued: number; running: number; waiting: number }): void {
  for (const { status, children, kind } of steps) {
    if (status === 'queued' || status === 'assigned' || status === 'retrying') into.queued += 1;
    if (status === 'waiting') into.waiting += 1;
    if (status === 'running' && kind === 'task') into.running += 1;
    count(children, into);
  }
}

function storeSilent(): AppError {
  return new AppError({ code: 'store.silent', message: `The store did not answer within ${SILENT_MS} ms.`, retryable: true });
}
