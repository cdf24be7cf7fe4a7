// Takes a key out of whatever comes back from where it was sent: an endpoint may echo it in an error or in its answer.

import { AppError, isAppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import type { ModelEvent } from '#core/llm/provider.ts';

const REDACTED = '[redacted]';
/** Shorter ones are no keys but words such as `none`: they may stand in any text. */
const MIN_KEY_LENGTH = 8;

export class KeyScrub {
  readonly #forms: readonly string[];

  /** Null: there is no key, and everything passes as it is. */
  constructor(key: string | null) {
    const secret = key !== null && key.length >= MIN_KEY_LENGTH ? key : null;
    const forms =
      secret === null
        ? []
        : [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('base64')];
    this.#forms = [...new Set(forms)].sort((a, b) => b.length - a.length);
  }

  text(text: string): string {
    return this.#forms.reduce((clean, form) => clean.replaceAll(form, REDACTED), text);
  }

  value<T>(value: T): T {
    const text = JSON.stringify(value);
    const clean = this.text(text);
    return clean === text ? value : (JSON.parse(clean) as T);
  }

  /** The same error, its words and details clean; what caused it is left out where it holds the key. */
  error(thrown: unknown): unknown {
    if (!isAppError(thrown)) return thrown;
    const cause = thrown.cause instanceof Error ? `${thrown.cause.message}${thrown.cause.stack ?? ''}` : '';
    const held = JSON.stringify([thrown.message, thrown.details]) + cause;
    if (this.text(held) === held) return thrown;
    const { code, message, retryable, details } = thrown;
    return new AppError({ code, message: this.text(message), retryable, details: this.value(details) });
  }

  /** The same events; a key that comes in pieces is found too, so the end of a text may wait for the next piece. */
  async *events(source: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent> {
    let held: Extract<ModelEvent, { kind: 'text' | 'reasoning' }> | null = null;
    for await (const event of source) {
      if (held !== null && held.kind !== event.kind) {
        yield held;
        held = null;
      }
      if (event.kind !== 'text' && event.kind !== 'reasoning') {
        yield this.#whole(event);
        continue;
      }
      const text = this.text((held?.text ?? '') + event.text);
      const begun = this.#beginning(text);
      if (text.length > begun) yield { kind: event.kind, text: text.slice(0, text.length - begun) };
      held = begun === 0 ? null : { kind: event.kind, text: text.slice(text.length - begun) };
    }
    if (held !== null) yield held;
  }

  #whole(event: ModelEvent): ModelEvent {
    if (event.kind === 'toolCall') return { ...event, args: this.value<JsonObject>(event.args) };
    return event.kind === 'carried' ? { ...event, data: this.value<JsonObject>(event.data) } : event;
  }

  /** How many characters at the end of the text may be the beginning of a key. */
  #beginning(text: string): number {
    let longest = 0;
    for (const form of this.#forms) {
      for (let length = Math.min(form.length - 1, text.length); length > longest; length -= 1) {
        if (text.endsWith(form.slice(0, length))) longest = length;
      }
    }
    return longest;
  }
}
