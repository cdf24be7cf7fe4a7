// What calls to models are made of: prices, the accounts of runs, the trail of keys, providers behind their breakers.

import { recordBreaker } from '#core/api/auditMethods.ts';
import { tellBreakerStates } from '#core/api/breakerNews.ts';
import { KeyAudit } from '#core/api/keyAudit.ts';
import { createPrices, type Prices } from '#core/api/spending/prices.ts';
import { createSpending, type RunSpending } from '#core/api/spending/spending.ts';
import type { CompositionBase } from '#core/composition/base.ts';
import type { RunQueue } from '#core/engine/queue.ts';
import { createModels, type Models, type ModelsPorts } from '#core/llm/models.ts';

interface ModelsDeps extends CompositionBase {
  readonly queue: RunQueue;
  /** The host's own models, and calls that are recorded or answered from a record. */
  readonly hostModels: Pick<ModelsPorts, 'extraProviders' | 'recorder'> | undefined;
  /** Answers a question of a run about its budget. */
  readonly decide: Parameters<typeof createSpending>[0]['decide'];
}

interface ComposedModels {
  readonly prices: Prices;
  readonly spending: RunSpending;
  /** To be flushed before the store closes. */
  readonly keyAudit: KeyAudit;
  readonly models: Models;
}

/** Prices and the states of breakers are loaded; what must be released is among the resources. */
export async function composeModels(deps: ModelsDeps): Promise<ComposedModels> {
  const { ports, store, resources, changed, queue, hostModels, decide } = deps;
  const { clock, ids, log } = ports;
  const prices = await createPrices(ports);
  await prices.load();
  const spending = createSpending({ store, clock, log, prices, decide });
  const keyAudit = resources.add(new KeyAudit({ store, clock, log }));
  const models = resources.add(
    createModels({
      onKeyUse: keyAudit,
      ...hostModels,
      prices: prices.current,
      answers: store.answers,
      secrets: ports.secrets,
      settings: ports.settings,
      clock,
      ids,
      log,
      enter: (provider, wait) => queue.enter('provider', provider, wait),
      persistence: { load: () => store.values.get('llm', 'health'), save: (value) => store.values.set('llm', 'health', value) },
      healthPersistence: { load: () => store.values.get('llm', 'figures'), save: (value) => store.values.set('llm', 'figures', value) },
    }),
  );
  await models.breakers.load();
  resources.add(tellBreakerStates(models.breakers, { clock, changed: () => changed('agents') }));
  resources.add(models.breakers.onMoved((move) => void recordBreaker({ store, clock, log }, move)));
  return { prices, spending, keyAudit, models };
}
