// Which runs have taken in untrusted input. It never wears off: what a model has read cannot be unread.

import type { Json } from '#base/json.ts';
import type { Store } from '#core/store/store.ts';

const SCOPE = 'taint';
const MAX_SOURCES = 20;

export class TaintLedger {
  readonly #values: Store['values'];
  readonly #known = new Map<string, Promise<readonly string[]>>();

  constructor(values: Store['values']) {
    this.#values = values;
  }

  /** What came in, oldest first. */
  of(runId: string): Promise<readonly string[]> {
    const known = this.#known.get(runId) ?? this.#values.get(SCOPE, runId).then(sourcesOf);
    this.#known.set(runId, known);
    return known;
  }

  /** Durable when it resolves: a run that goes on after a crash is still tainted. */
  async add(runId: string, source: string): Promise<void> {
    const before = await this.of(runId);
    if (before.includes(source) || before.length >= MAX_SOURCES) return;
    const sources = [...before, source];
    this.#known.set(runId, Promise.resolve(sources));
    await this.#values.set(SCOPE, runId, sources);
  }
}

function sourcesOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((one): one is string => typeof one === 'string') : [];
}
