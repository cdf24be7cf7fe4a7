// Decisions of a person that change no run and no proposal: each leaves an entry in the audit trail once it has taken effect.
// Those about runs and proposals are written where they are made, in the commit or beside it.

import type { Json } from '#base/json.ts';
import { PERSON } from '#core/api/runDeps.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import type { CoreMethods } from '#protocol/api.ts';

type Audited = 'budgets.set' | 'triggers.set' | 'agents.resetBreakers' | 'agents.setEnabled';

interface Note {
  readonly action: string;
  readonly target: string;
  readonly data: Json;
}

const notes: { readonly [M in Audited]: (...args: Parameters<CoreMethods[M]>) => Note } = {
  'budgets.set': ({ scope, budget }) => ({
    action: budget === null ? 'budget.remove' : 'budget.set',
    target: scope.kind === 'day' ? 'each day' : `tag ${scope.tag}`,
    data: budget === null ? null : { costMicroUsd: budget.costMicroUsd ?? null, tokens: budget.tokens ?? null },
  }),
  'triggers.set': ({ name, enabled }) => ({ action: enabled ? 'trigger.on' : 'trigger.off', target: name ?? 'all triggers', data: null }),
  'agents.resetBreakers': (id) => ({ action: 'breaker.reset', target: id, data: null }),
  'agents.setEnabled': ({ id, enabled }) => ({ action: enabled ? 'agent.enable' : 'agent.disable', target: id, data: null }),
};

/** The same methods; each of those above is audited after it succeeded. */
export function audited<T extends Pick<CoreMethods, Audited>>(
  handlers: T,
  deps: { readonly ports: Pick<HostPorts, 'clock'>; readonly store: Pick<Store, 'audit'> },
): T {
  const wrapped = <M extends Audited>(method: M): CoreMethods[M] => {
    const handler = handlers[method] as (...args: Parameters<CoreMethods[M]>) => Promise<unknown>;
    return (async (...args: Parameters<CoreMethods[M]>) => {
      const result = await handler(...args);
      await deps.store.audit.append({ at: deps.ports.clock.now(), actor: PERSON, ...notes[method](...args) });
      return result;
    }) as unknown as CoreMethods[M];
  };
  const names = Object.keys(notes) as readonly Audited[];
  return { ...handlers, ...Object.fromEntries(names.map((name) => [name, wrapped(name)])) };
}

/** The same store; whoever writes to its audit trail, `changed` is told. */
export function announced(store: Store, changed: () => void): Store {
  const append: Store['audit']['append'] = async (entry) => {
    await store.audit.append(entry);
    changed();
  };
  return { ...store, audit: { ...store.audit, append } };
}
