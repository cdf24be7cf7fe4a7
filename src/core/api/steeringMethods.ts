// API method to talk to an agent that is at work.

import type { Steering } from '#core/agents/steering.ts';
import { resolveRun } from '#core/api/resolve.ts';
import { PERSON } from '#core/api/runDeps.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import type { SteeringMethods } from '#protocol/steering.ts';

export function steeringMethods(deps: {
  readonly ports: Pick<HostPorts, 'clock'>;
  readonly store: Store;
  readonly steering: Steering;
}): SteeringMethods {
  const { ports, store, steering } = deps;
  return {
    'runs.steer': async ({ id, path, text }) => {
      const run = await resolveRun(store, id);
      steering.say(run.id, path, text);
      await store.audit.append({ at: ports.clock.now(), actor: PERSON, action: 'run.steer', target: run.id, data: { path, text } });
    },
  };
}
