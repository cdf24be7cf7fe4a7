// Triggers of the workflows that can run, which start runs as a person would.

import type { Catalogue } from '#core/api/catalogue.ts';
import type { runMethods } from '#core/api/runMethods.ts';
import type { Bus } from '#core/bus/bus.ts';
import type { CompositionBase } from '#core/composition/base.ts';
import { triggersOf, type Trigger } from '#core/triggers/trigger.ts';
import { Triggers } from '#core/triggers/triggers.ts';
import type { Watch } from '#core/triggers/watchPort.ts';
import type { Usage } from '#protocol/usage.ts';

interface TriggersDeps extends CompositionBase {
  readonly bus: Bus;
  readonly catalogue: Catalogue;
  readonly ofRuns: Pick<ReturnType<typeof runMethods>, 'runs.start' | 'runs.get'>;
  /** Without it triggers on files wait for what others publish. */
  readonly watch: Watch | undefined;
}

interface ComposedTriggers {
  readonly triggers: Triggers;
  /** As the workflow files say now. */
  readonly allTriggers: () => Promise<readonly Trigger[]>;
}

/** At work once they are told to stay; released with the resources. */
export function composeTriggers({ ports, store, permissions, resources, bus, catalogue, ofRuns, watch }: TriggersDeps): ComposedTriggers {
  const { clock, log } = ports;
  const allTriggers = async (): Promise<readonly Trigger[]> => (await catalogue.runnable()).flatMap((one) => triggersOf(one));
  const triggers = resources.add(
    new Triggers({
      bus,
      clock,
      log,
      store,
      permissions,
      trusted: ports.trusted,
      triggers: allTriggers,
      start: (request) => ofRuns['runs.start'](request),
      costOf: async (runId) => costUsd((await ofRuns['runs.get'](runId)).usage),
      watch,
    }),
  );
  return { triggers, allTriggers };
}

/** 0 where nothing is known. */
function costUsd(usage: readonly Usage[]): number {
  return usage.reduce((sum, { costMicroUsd }) => sum + (costMicroUsd ?? 0), 0) / 1_000_000;
}
