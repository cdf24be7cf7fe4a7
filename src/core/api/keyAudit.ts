// Every use of a key in the audit trail, without a call ever waiting for it: uses are gathered and written together.

import type { Clock } from '#base/clock.ts';
import type { Disposable } from '#base/disposable.ts';
import type { Json } from '#base/json.ts';
import { ENGINE } from '#core/api/spending/budgetBook.ts';
import type { KeyUse, KeyUseListener } from '#core/llm/keyUse.ts';
import type { Log } from '#core/ports.ts';
import type { AuditEntry, Store } from '#core/store/store.ts';

/** Ms from the first use of a batch until it is written: what a killed process may lose. */
const GATHER_MS = 1_000;
/** Uses of one key in one entry. */
const MAX_BATCH = 200;

type Use = {
  readonly at: number;
  readonly agent: string;
  readonly model: string;
  readonly run: string | null;
  readonly step: string | null;
};

interface KeyAuditPorts {
  readonly store: Pick<Store, 'audit' | 'values'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * `key.used` lists each call with its time, agent, model, run and step; `key.refused` says which call found a key refused or
 * spent; `key.changed` that another key stands under the same name now. Keys are named by their secret and fingerprint.
 */
export class KeyAudit implements KeyUseListener, Disposable {
  readonly #ports: KeyAuditPorts;
  readonly #batches = new Map<string, { readonly key: KeyUse; readonly uses: Use[] }>();
  #timer: Disposable | undefined;
  #known: Promise<Map<string, string>> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(ports: KeyAuditPorts) {
    this.#ports = ports;
  }

  used(use: KeyUse): void {
    const id = `${use.provider}\n${use.credential}`;
    const batch = this.#batches.get(id) ?? { key: use, uses: [] };
    this.#batches.set(id, batch);
    const { agent, model, origin } = use;
    batch.uses.push({ at: this.#ports.clock.now(), agent, model, run: origin?.runId ?? null, step: origin?.path ?? null });
    if (batch.uses.length >= MAX_BATCH) this.#write();
    this.#timer ??= this.#ports.clock.setTimer(() => this.#write(), GATHER_MS);
  }

  refused(use: KeyUse, code: string): void {
    const { agent, model, origin } = use;
    const data = { ...keyData(use), code, agent, model, run: origin?.runId ?? null, step: origin?.path ?? null };
    this.#write();
    this.#append([{ at: this.#ports.clock.now(), actor: ENGINE, action: 'key.refused', target: targetOf(use), data }]);
  }

  /** Writes what was gathered and waits until it is durable. */
  async flush(): Promise<void> {
    this.#write();
    await this.#writing;
  }

  dispose(): void {
    this.#timer?.dispose();
  }

  #write(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    const batches = [...this.#batches.values()];
    this.#batches.clear();
    for (const { key, uses } of batches) {
      const at = uses[0]?.at ?? this.#ports.clock.now();
      const data = { ...keyData(key), uses: uses satisfies readonly Json[] };
      this.#append([{ at, actor: ENGINE, action: 'key.used', target: targetOf(key), data }], key);
    }
  }

  /** One after the other, in the order of the uses. */
  #append(entries: readonly AuditEntry[], key?: KeyUse): void {
    const { store, log } = this.#ports;
    this.#writing = this.#writing.then(async () => {
      try {
        if (key !== undefined) await this.#noteChange(key);
        for (const entry of entries) await store.audit.append(entry);
      } catch (error) {
        log.error('The use of a key could not be written to the audit trail.', {}, error);
      }
    });
  }

  async #noteChange(key: KeyUse): Promise<void> {
    const { store, clock } = this.#ports;
    this.#known ??= readKnown(store);
    const known = await this.#known;
    const before = known.get(key.secret);
    if (before === key.credential) return;
    known.set(key.secret, key.credential);
    await store.values.set('llm', 'keys', Object.fromEntries(known));
    if (before === undefined) return;
    const data = { provider: key.provider, secret: key.secret, from: before, to: key.credential };
    await store.audit.append({ at: clock.now(), actor: ENGINE, action: 'key.changed', target: targetOf(key), data });
  }
}

/** Which key stood under which name when it was last used. */
async function readKnown(store: KeyAuditPorts['store']): Promise<Map<string, string>> {
  const saved = (await store.values.get('llm', 'keys')) ?? {};
  const entries = typeof saved === 'object' && saved !== null && !Array.isArray(saved) ? Object.entries(saved) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function keyData({ provider, secret, credential }: KeyUse): { readonly [name: string]: string } {
  return { provider, secret, credential };
}

function targetOf({ secret, credential }: KeyUse): string {
  return `${secret} (${credential})`;
}
