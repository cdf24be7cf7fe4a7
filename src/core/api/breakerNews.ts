// Tells that breakers changed, also when it is only time that passed: an open one shows as half-open when its time is over.

import type { Clock } from '#base/clock.ts';
import { type Disposable, DisposableStore, toDisposable } from '#base/disposable.ts';
import type { BreakerRegistry } from '#core/llm/registry.ts';

export function tellBreakerStates(
  breakers: Pick<BreakerRegistry, 'onChanged' | 'nextHalfOpenAt'>,
  ports: { readonly clock: Clock; readonly changed: () => void },
): Disposable {
  let timer: Disposable | undefined;
  const look = (): void => {
    timer?.dispose();
    timer = undefined;
    ports.changed();
    const next = breakers.nextHalfOpenAt;
    if (next !== null) timer = ports.clock.setTimer(look, next - ports.clock.now());
  };
  const resources = new DisposableStore();
  resources.add(toDisposable(() => timer?.dispose()));
  resources.add(breakers.onChanged(look));
  look(); // Those that were open when the last process ended.
  return resources;
}
