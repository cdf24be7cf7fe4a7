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
      return step === undefined ? thoughts : thoughts.filter(({ path }) => stands(path, step));
    },
  };
}

/** At the step or below it: in a sub-workflow (`key/`), a pass of a loop (`key#2/`) or an item of a map (`key[0]/`). */
function stands(path: string, step: string): boolean {
  return path === step || (path.startsWith(step) && '/#['.includes(path.charAt(step.length)));
}
