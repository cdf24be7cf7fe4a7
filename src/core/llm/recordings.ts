// Model calls kept by the hash of what was asked, so that a run can be made again without a network.

import { createHash } from 'node:crypto';
import type { Json } from '#base/json.ts';
import type { ModelRequest } from '#core/llm/provider.ts';

/** Where recorded calls are. Names are `<provider>/<64 hex digits>-<n>`: the n-th time this was asked at one step, from 1. */
export interface Recordings {
  read(name: string): Promise<string | null>;
  write(name: string, text: string): Promise<void>;
  /** Providers that have at least one recorded call. */
  providers(): Promise<readonly string[]>;
}

/** Ids that CAS makes anew in each run (src/base/ids.ts). */
const OWN_ID = /\b[a-z]+_[0-9a-hjkmnp-tv-z]{17}\b/g;
const PLACE = /\[id (\d+)\]/g;

/** How one request is found again: the same in every run that asks the same, though ids differ. */
export class RecordingKey {
  readonly name: string;
  readonly #ids: readonly string[];

  /** `step`: the path of the step that asks, null outside a run: parallel steps that ask the same have answers of their own. */
  constructor(provider: string, request: ModelRequest, step: string | null) {
    const text = canonical(request as unknown as Json);
    this.#ids = [...new Set(text.match(OWN_ID))];
    const asked = step === null ? this.withPlaces(text) : `${step}\n${this.withPlaces(text)}`;
    this.name = `${provider}/${createHash('sha256').update(asked).digest('hex')}`;
  }

  /** The request's ids as their places in it. */
  withPlaces(text: string): string {
    return text.replaceAll(OWN_ID, (id) => (this.#ids.includes(id) ? `[id ${this.#ids.indexOf(id)}]` : id));
  }

  /** The reverse, with the ids of this request. */
  withIds(text: string): string {
    return text.replaceAll(PLACE, (place, at: string) => this.#ids[Number(at)] ?? place);
  }
}

/** Counts how often each run has had an answer to each question, so that the same question asked again finds its next answer. */
export class Occurrences {
  readonly #counts = new Map<string, number>();

  /** From 1. */
  next(runId: string, name: string): number {
    const id = `${runId}\n${name}`;
    const count = (this.#counts.get(id) ?? 0) + 1;
    this.#counts.set(id, count);
    return count;
  }
}

/** The same for the same values, whatever the order of their fields. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
