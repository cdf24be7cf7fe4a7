// What calling any vendor over HTTP has in common: the watch, the check that the answer is an event stream, one place
// where whatever an SDK throws becomes an `llm.*` error.

import { isAppError } from '#base/errors.ts';
import type { Clock } from '#base/clock.ts';
import { networkError, serverError, timeoutError, truncatedError } from '#core/llm/errors.ts';
import { KeyScrub } from '#core/llm/keyScrub.ts';
import type { ModelEvent } from '#core/llm/provider.ts';
import { soundEvents } from '#core/llm/providers/soundEvents.ts';
import { type StreamLimits, StreamWatch } from '#core/llm/timeouts.ts';

export interface VendorCall<Raw> {
  readonly provider: string;
  readonly clock: Clock;
  readonly limits: StreamLimits;
  readonly signal: AbortSignal;
  /** The key that is sent; null: none. It is taken out of whatever comes back. */
  readonly key: string | null;
  /** Sends the request with the watch's fetch and signal; resolves with the response, its body unread. */
  readonly open: (watch: StreamWatch) => Promise<Response>;
  /** The SDK's decoder for the body. */
  readonly events: (response: Response, controller: AbortController) => AsyncIterable<Raw>;
  readonly decode: (raw: AsyncIterable<Raw>) => AsyncIterable<ModelEvent>;
  /** An error the vendor reported (a status, an error event, an error body); null for anything else. */
  readonly vendorError: (thrown: unknown) => Error | null;
  /** Throws what the vendor's SDK would for this error body of a 200. */
  readonly throwBody: (body: unknown, headers: Headers) => void;
}

/** Ends with `done`, or throws an `llm.*` error or an AbortError; ends the request when the consumer stops early. */
export async function* callVendor<Raw>(call: VendorCall<Raw>): AsyncGenerator<ModelEvent> {
  const watch = new StreamWatch(call);
  const scrub = new KeyScrub(call.key);
  let answered = false;
  try {
    const response = await watch.connect(call.open(watch));
    answered = true;
    await requireEventStream(call, response, watch);
    yield* scrub.events(soundEvents(call.provider, call.decode(watch.guard(call.events(response, watch.controller)))));
  } catch (thrown) {
    throw scrub.error(watch.failure ?? call.vendorError(thrown) ?? transportError(call.provider, thrown, answered));
  } finally {
    watch.dispose();
  }
}

async function requireEventStream<Raw>(call: VendorCall<Raw>, response: Response, watch: StreamWatch): Promise<void> {
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) return;
  if (type.includes('json')) call.throwBody(await watch.race(response.json()), response.headers);
  throw serverError({ provider: call.provider, status: response.status }, `answered with "${type}" and not with a stream of events`);
}

/** A broken connection, by where it broke: before the answer it is the network, in the answer a truncation. */
function transportError(provider: string, thrown: unknown, answered: boolean): Error {
  if (isAppError(thrown)) return thrown;
  const about = { provider, cause: thrown };
  if (errorCodes(thrown).includes('UND_ERR_CONNECT_TIMEOUT')) return timeoutError(about, 'connect', null);
  if (!answered) return networkError(about);
  return truncatedError(about, thrown instanceof SyntaxError ? 'malformed' : 'cut');
}

function errorCodes(thrown: unknown): readonly unknown[] {
  const codes: unknown[] = [];
  for (let at = thrown, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth += 1) {
    codes.push((at as { code?: unknown }).code);
    at = (at as { cause?: unknown }).cause;
  }
  return codes;
}
