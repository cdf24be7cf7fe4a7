// One streamed call in the format of OpenAI's chat completions, for OpenAI and for whoever speaks it.

import type OpenAI from 'openai';
import type { ModelEvent, ModelRequest } from '#core/llm/provider.ts';
import { openaiVendor } from '#core/llm/providers/openaiClient.ts';
import { openaiBody, openaiEvents } from '#core/llm/providers/openaiWire.ts';
import type { ProviderPorts } from '#core/llm/providers/vendor.ts';
import { callVendor } from '#core/llm/vendorCall.ts';

export interface ChatEndpoint {
  readonly provider: string;
  readonly apiKey: string;
  readonly baseURL: string;
  /** Not OpenAI itself: older parameter names, and `[DONE]` is enough of an end. */
  readonly compatible: boolean;
}

export async function* streamChat(
  endpoint: ChatEndpoint,
  request: ModelRequest,
  options: ProviderPorts & { readonly signal: AbortSignal },
): AsyncGenerator<ModelEvent> {
  const { provider, compatible } = endpoint;
  const vendor = await openaiVendor(endpoint, options);
  const tail = new StreamTail();
  yield* callVendor<OpenAI.ChatCompletionChunk>({
    provider,
    clock: options.clock,
    limits: options.limits,
    signal: options.signal,
    key: endpoint.apiKey,
    open: (watch) =>
      vendor.client(watch).chat.completions.create(openaiBody(request, { compatible }), { signal: watch.controller.signal }).asResponse(),
    events: (response, controller) => vendor.decode(compatible ? tail.follow(response) : response, controller),
    decode: (raw) => openaiEvents(raw, { provider, sawDone: () => tail.sawDone }),
    vendorError: vendor.error,
    throwBody: vendor.throwBody,
  });
}

/** Remembers the last bytes of a stream: the SDK does not tell a closing `[DONE]` from a broken connection. */
class StreamTail {
  #tail = '';

  get sawDone(): boolean {
    return /(^|\n)data: ?\[DONE\]\s*$/.test(this.#tail);
  }

  follow(response: Response): Response {
    const decoder = new TextDecoder();
    const tap = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, out) => {
        this.#tail = (this.#tail + decoder.decode(chunk, { stream: true })).slice(-32);
        out.enqueue(chunk);
      },
    });
    return new Response(response.body?.pipeThrough(tap) ?? null, { status: response.status, headers: response.headers });
  }
}
