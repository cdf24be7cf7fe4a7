// API methods about the audit trail.

import { PERSON } from '#core/api/runDeps.ts';
import type { BreakerMove } from '#core/llm/registry.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import type { AuditMethods } from '#protocol/audit.ts';

export interface AuditMethodsDeps {
  readonly ports: Pick<HostPorts, 'clock'>;
  readonly store: Pick<Store, 'audit'>;
}

export function auditMethods({ ports: { clock }, store: { audit } }: AuditMethodsDeps): AuditMethods {
  return {
    'audit.list': (query) => audit.page(query),
    'audit.verify': async ({ head } = {}) => {
      const checkedAt = clock.now();
      const found = await audit.verify(head);
      return { ...found, checkedAt, durationMs: clock.now() - checkedAt };
    },
    'audit.export': ({ after = 0 } = {}) => audit.export({ after, now: clock.now() }),
    'audit.note': async ({ action, target, rows }) => {
      await audit.append({ at: clock.now(), actor: PERSON, action, target, data: rows === undefined ? null : { rows } });
    },
  };
}

/** What the engine did about a provider that failed again and again. A trail that cannot be written is the log's news, not the call's. */
export async function recordBreaker(
  { store, clock, log }: Pick<HostPorts, 'clock' | 'log'> & { readonly store: Pick<Store, 'audit'> },
  { provider, model, status, agents, openUntil }: BreakerMove,
): Promise<void> {
  const action = status === 'open' ? 'breaker.open' : 'breaker.close';
  try {
    await store.audit.append({ at: clock.now(), actor: 'engine', action, target: `${provider}/${model}`, data: { agents, openUntil } });
  } catch (error) {
    log.error('A change of a circuit breaker could not be audited.', { provider, model, status }, error);
  }
}
