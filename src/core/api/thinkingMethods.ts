// API method about what went on in the agents of a run.

import { resolveRun } from '#core/api/resolve.ts';
import type { Store } from '#core/store/store.ts';
import { type ThinkingMethods, thinkingEvents, thoughtOf } from '#protocol/thinking.ts';

export function thinkingMethods(store: Store): ThinkingMethods {
  return {
    'runs.thinking': async ({ id, step }) => {
      const run = await resolveRun(store, id);
      const events = await store.runs.events(run.id, { types: thinkingEvents });
      const thoughts = events.flatMap((event) => thoughtOf(event) ?? []);
      return step === undefined
        ? thoughts
        : thoughts.filter(({ path }) => path === step || path.startsWith(`${step}/`) || path.startsWith(`${step}[`));
    },
  };
}
