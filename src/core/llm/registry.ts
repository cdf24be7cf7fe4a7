// All breakers and rate gates of this process: shared per provider, model and credential, seen per agent, kept over a reload.

import type { Clock } from '#base/clock.ts';
import { type Disposable } from '#base/disposable.ts';
import { Emitter } from '#base/emitter.ts';
import type { Json } from '#base/json.ts';
import type { AgentHealth, BreakerStatus } from '#protocol/agent.ts';
import type { Log } from '#core/ports.ts';
import { Breaker, type BreakerOptions, defaultBreakerOptions } from '#core/llm/breaker.ts';
import { CallGuard, type CallKey } from '#core/llm/callGuard.ts';
import { RateGate } from '#core/llm/rateGate.ts';
import { type BreakerEntry, type GateEntry, readSaved, type Saved, toSaved } from '#core/llm/savedHealth.ts';

/** Where the state lives between two starts: one small JSON value. */
export interface HealthPersistence {
  load(): Promise<Json | undefined>;
  save(value: Json): Promise<void>;
}

/** A breaker that opened, or closed again. */
export interface BreakerMove {
  readonly provider: string;
  readonly model: string;
  readonly status: 'open' | 'closed';
  /** Those whose calls go through it. */
  readonly agents: readonly string[];
  /** Epoch ms of the next try; null when it is closed. */
  readonly openUntil: number | null;
}

interface RegistryPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly persistence: HealthPersistence;
  readonly options?: BreakerOptions | undefined;
}

export class BreakerRegistry implements Disposable {
  readonly #ports: RegistryPorts;
  readonly #breakers = new Map<string, BreakerEntry>();
  readonly #gates = new Map<string, GateEntry>();
  readonly #changed: Emitter<void>;
  readonly #moved: Emitter<BreakerMove>;
  #loading: Promise<void> | undefined;
  #saving: Promise<void> | undefined;

  constructor(ports: RegistryPorts) {
    this.#ports = ports;
    this.#changed = new Emitter((error) => ports.log.error('A listener of breaker changes failed.', {}, error));
    this.#moved = new Emitter((error) => ports.log.error('A listener of breakers failed.', {}, error));
  }

  /** Fires after a breaker or a credential changed its status, or an agent used one for the first time. */
  get onChanged(): Emitter<void>['event'] {
    return this.#changed.event;
  }

  /** Fires when a breaker opens, and when it closes. */
  get onMoved(): Emitter<BreakerMove>['event'] {
    return this.#moved.event;
  }

  /** Takes up the state of the last start, once; a state that cannot be read is dropped with a warning. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  forCall(key: CallKey): CallGuard {
    const entry = this.#breaker(key);
    if (!entry.agents.has(key.agent)) {
      entry.agents.add(key.agent);
      this.#touch();
    }
    return new CallGuard(key, entry.breaker, this.#gate(key), this.#ports.clock);
  }

  /** Closed for what was never called. */
  statusOf({ provider, model, credential }: Omit<CallKey, 'agent'>): BreakerStatus {
    return this.#breakers.get(`${provider}\n${model}\n${credential}`)?.breaker.status ?? 'closed';
  }

  /** When the next open breaker shows as half-open, which nothing tells (epoch ms); null: none is open. */
  get nextHalfOpenAt(): number | null {
    const times = Array.from(this.#breakers.values(), ({ breaker }) => breaker.openUntil ?? Number.POSITIVE_INFINITY);
    const next = Math.min(...times);
    return Number.isFinite(next) ? next : null;
  }

  /** The breakers this agent's calls went through; those of changed keys and models included while they are remembered. */
  views(agent: string): AgentHealth['breakers'] {
    const used = [...this.#breakers.values()].filter((entry) => entry.agents.has(agent));
    return used.map(({ provider, model, breaker }) => ({ provider, model, status: breaker.status, openUntil: breaker.openUntil }));
  }

  /** Closes the breakers this agent used and enables their credentials again, for all agents that share them. */
  reset(agent: string): void {
    for (const entry of this.#breakers.values()) {
      if (!entry.agents.has(agent)) continue;
      entry.breaker.reset();
      this.#gate(entry).reset();
    }
    this.#touch();
  }

  /** Waits for the save under way. */
  async flush(): Promise<void> {
    await this.#saving;
  }

  dispose(): void {
    this.#changed.dispose();
    this.#moved.dispose();
  }

  #breaker(key: Omit<CallKey, 'agent'>, saved?: Saved['breakers'][number]): BreakerEntry {
    const id = `${key.provider}\n${key.model}\n${key.credential}`;
    const known = this.#breakers.get(id);
    if (known !== undefined) return known;
    const { clock, options = defaultBreakerOptions } = this.#ports;
    const { provider, model, credential } = key;
    const agents = new Set(saved?.agents);
    const onChange = (): void => {
      const { kind } = breaker.state;
      if (kind !== 'half-open') this.#moved.fire({ provider, model, status: kind, agents: [...agents], openUntil: breaker.openUntil });
      this.#touch();
    };
    const breaker = new Breaker({ options, clock, onChange, initial: saved?.state });
    const entry = { provider, model, credential, breaker, agents };
    this.#breakers.set(id, entry);
    return entry;
  }

  #gate(key: { readonly provider: string; readonly credential: string }, saved?: Saved['gates'][number]): RateGate {
    const id = `${key.provider}\n${key.credential}`;
    const known = this.#gates.get(id);
    if (known !== undefined) return known.gate;
    const gate = new RateGate({ clock: this.#ports.clock, onChange: () => this.#touch(), initial: saved?.state });
    this.#gates.set(id, { provider: key.provider, credential: key.credential, gate });
    return gate;
  }

  #touch(): void {
    this.#changed.fire();
    // One save at a time, with the state at its start: a burst of changes costs two saves, not one each.
    this.#saving ??= Promise.resolve().then(async () => {
      this.#saving = undefined;
      const saved = toSaved(this.#breakers.values(), this.#gates.values(), this.#ports.clock.now());
      try {
        await this.#ports.persistence.save(saved);
      } catch (error) {
        this.#ports.log.warn('The state of the model providers could not be saved.', { reason: String(error) });
      }
    });
  }

  async #load(): Promise<void> {
    let saved: Saved | null = null;
    try {
      saved = readSaved(await this.#ports.persistence.load(), this.#ports.clock.now());
    } catch (error) {
      this.#ports.log.warn('The saved state of the model providers could not be read.', { reason: String(error) });
    }
    for (const entry of saved?.breakers ?? []) this.#breaker(entry, entry);
    for (const entry of saved?.gates ?? []) this.#gate(entry, entry);
  }
}
