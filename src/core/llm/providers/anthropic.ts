// Anthropic's Messages API through the official SDK, which is loaded at the first call.

import type Anthropic from '@anthropic-ai/sdk';
import { credentialsOf, keyFor, keysOf } from '#core/llm/credential.ts';
import { authError } from '#core/llm/errors.ts';
import type { ModelProvider } from '#core/llm/provider.ts';
import { anthropicError } from '#core/llm/providers/anthropicErrors.ts';
import { anthropicBody, anthropicEvents, takesEffort } from '#core/llm/providers/anthropicWire.ts';
import { type ProviderPorts, text } from '#core/llm/providers/vendor.ts';
import { callVendor } from '#core/llm/vendorCall.ts';

const KEY = 'ANTHROPIC_API_KEY';
const DEFAULT_MODEL = 'claude-sonnet-5-5';
/** Before the third generation models saw nothing. */
const BLIND = /^claude-(2|instant)/;
const DEFAULT_URL = 'https://api.anthropic.com';

export function createAnthropic(ports: ProviderPorts): ModelProvider {
  return {
    id: 'anthropic',
    get defaultModel() {
      return ports.settings().anthropicModel ?? DEFAULT_MODEL;
    },
    missing: 'no key',
    sizes: (model) => ({ contextTokens: 200_000, maxOutputTokens: 32_000, images: !BLIND.test(model), reasoning: takesEffort(model) }),
    available: async () => (await keysOf(ports.secrets, KEY)).length > 0,
    credentials: async () => credentialsOf(await keysOf(ports.secrets, KEY)),
    async *stream(request, { signal, credential }) {
      const apiKey = keyFor(await keysOf(ports.secrets, KEY), credential)?.value;
      if (apiKey === undefined) throw authError({ provider: 'anthropic' });
      const { default: Sdk, APIError } = await import('@anthropic-ai/sdk');
      const { Stream } = await import('@anthropic-ai/sdk/streaming');
      let client: Anthropic;
      yield* callVendor<Anthropic.RawMessageStreamEvent>({
        provider: 'anthropic',
        clock: ports.clock,
        limits: ports.limits,
        signal,
        key: apiKey,
        open(watch) {
          client = new Sdk({
            apiKey,
            baseURL: ports.settings().anthropicBaseUrl ?? DEFAULT_URL,
            maxRetries: 0,
            timeout: ports.limits.totalMs + 1000, // Ours ends first and says which limit it was.
            logLevel: 'off',
            fetch: watch.fetch,
          });
          return client.messages.create(anthropicBody(request), { signal: watch.controller.signal }).asResponse();
        },
        events: (response, controller) => Stream.fromSSEResponse(response, controller, client),
        decode: (raw) => anthropicEvents(raw, request.model),
        vendorError(thrown) {
          if (!(thrown instanceof APIError) || (thrown.status === undefined && thrown.error === undefined)) return null;
          const report = {
            status: thrown.status,
            type: thrown.type ?? undefined,
            code: thrown.errorCode ?? undefined,
            message: text(thrown.apiMessage),
            headers: thrown.headers,
            cause: thrown,
          };
          return anthropicError(report, ports.clock.now());
        },
        throwBody(body, headers) {
          const type = (body as { error?: { type?: string } } | null)?.error?.type;
          if (type !== undefined) throw new APIError(undefined, body as object, undefined, headers);
        },
      });
    },
  };
}
