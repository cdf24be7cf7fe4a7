// API methods about the message bus and the queue.

import type { Bus } from '#core/bus/bus.ts';
import { closedType } from '#core/bus/errors.ts';
import type { RunQueue } from '#core/engine/queue.ts';
import type { CoreMethods } from '#protocol/api.ts';
import { busSchemas, busTypeOf } from '#protocol/bus.ts';

type BusMethods = Pick<CoreMethods, Extract<keyof CoreMethods, `bus.${string}` | `queue.${string}`>>;

export function busMethods({ bus, queue }: { readonly bus: Bus; readonly queue: RunQueue }): BusMethods {
  return {
    'bus.publish': async (request) => {
      if (busTypeOf(request.type)?.open === false) throw closedType(request.type);
      return bus.publish(request);
    },
    'bus.replay': (query) => bus.replay(query ?? {}),
    'bus.schemas': async () => busSchemas(),
    'queue.status': async () => {
      const { scopes, delayed } = queue.state();
      return { delayed, scopes: scopes.map((one) => ({ ...one, limit: Number.isFinite(one.limit) ? one.limit : null })) };
    },
  };
}
