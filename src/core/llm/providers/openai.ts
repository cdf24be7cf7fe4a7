// OpenAI's chat completions through the official SDK, which is loaded at the first call.

import type OpenAI from 'openai';
import { credentialOf } from '#core/llm/credential.ts';
import { authError } from '#core/llm/errors.ts';
import type { ModelProvider } from '#core/llm/provider.ts';
import { openaiError } from '#core/llm/providers/openaiErrors.ts';
import { openaiBody, openaiEvents } from '#core/llm/providers/openaiWire.ts';
import { type ProviderPorts, text } from '#core/llm/providers/vendor.ts';
import { callVendor } from '#core/llm/vendorCall.ts';

const KEY = 'OPENAI_API_KEY';
const DEFAULT_MODEL = 'gpt-5.5';
/** GPT-4 and whatever a compatible server calls its models. */
const OLDER_SIZES = { contextTokens: 128_000, maxOutputTokens: 16_000 };
const DEFAULT_URL = 'https://api.openai.com/v1';

export function createOpenai(ports: ProviderPorts): ModelProvider {
  return {
    id: 'openai',
    get defaultModel() {
      return ports.settings().openaiModel ?? DEFAULT_MODEL;
    },
    sizes: (model) => (/^(gpt-[5-9]|o\d)/.test(model) ? { contextTokens: 256_000, maxOutputTokens: 32_000 } : OLDER_SIZES),
    available: async () => (await credentialOf(ports.secrets, KEY)) !== null,
    credential: () => credentialOf(ports.secrets, KEY),
    async *stream(request, { signal }) {
      const apiKey = await ports.secrets.get(KEY);
      if (apiKey === undefined || apiKey === '') throw authError({ provider: 'openai' });
      const { default: Sdk, APIError } = await import('openai');
      const { Stream } = await import('openai/streaming');
      let client: OpenAI;
      yield* callVendor<OpenAI.ChatCompletionChunk>({
        provider: 'openai',
        clock: ports.clock,
        limits: ports.limits,
        signal,
        open(watch) {
          client = new Sdk({
            apiKey,
            baseURL: ports.settings().openaiBaseUrl ?? DEFAULT_URL,
            maxRetries: 0,
            timeout: ports.limits.totalMs + 1000, // Ours ends first and says which limit it was.
            logLevel: 'off',
            fetch: watch.fetch,
          });
          return client.chat.completions.create(openaiBody(request), { signal: watch.controller.signal }).asResponse();
        },
        events: (response, controller) => Stream.fromSSEResponse(response, controller, client),
        decode: openaiEvents,
        vendorError(thrown) {
          if (!(thrown instanceof APIError) || (thrown.status === undefined && thrown.error === undefined)) return null;
          const report = {
            status: thrown.status,
            type: text(thrown.type),
            code: text(thrown.code),
            message: text((thrown.error as { message?: unknown } | undefined)?.message),
            headers: thrown.headers,
            cause: thrown,
          };
          return openaiError(report, ports.clock.now());
        },
        throwBody(body, headers) {
          const error = (body as { error?: object } | null)?.error;
          if (error) throw new APIError(undefined, error, undefined, headers);
        },
      });
    },
  };
}
