// Google's Gemini API through the official SDK (its build without Node's Google Cloud sign-in), loaded at the first call.

import type { GenerateContentResponse } from '@google/genai/web';
import { credentialsOf, keyFor, keysOf } from '#core/llm/credential.ts';
import { authError } from '#core/llm/errors.ts';
import type { ModelProvider } from '#core/llm/provider.ts';
import { geminiError, geminiReport } from '#core/llm/providers/geminiErrors.ts';
import { geminiEvents, geminiRequest, takesThinkingLevel } from '#core/llm/providers/geminiWire.ts';
import type { ProviderPorts } from '#core/llm/providers/vendor.ts';
import { callVendor } from '#core/llm/vendorCall.ts';

const PROVIDER = 'gemini';
/** Google's own tools know both names; both are used, in this order. */
const KEYS = ['GEMINI_API_KEY', 'GOOGLE_API_KEY'] as const;
const DEFAULT_MODEL = 'gemini-3.8-flash';
const DEFAULT_URL = 'https://generativelanguage.googleapis.com';

export function createGemini(ports: ProviderPorts): ModelProvider {
  return {
    id: PROVIDER,
    get defaultModel() {
      return ports.settings().geminiModel ?? DEFAULT_MODEL;
    },
    missing: 'no key',
    sizes: (model) => ({ contextTokens: 1_000_000, maxOutputTokens: 32_000, images: true, reasoning: takesThinkingLevel(model) }),
    available: async () => (await keysOf(ports.secrets, ...KEYS)).length > 0,
    credentials: async () => credentialsOf(await keysOf(ports.secrets, ...KEYS)),
    async *stream(request, { signal, credential }) {
      const apiKey = keyFor(await keysOf(ports.secrets, ...KEYS), credential)?.value;
      if (apiKey === undefined) throw authError({ provider: PROVIDER });
      const { GoogleGenAI, ApiError } = await import('@google/genai/web');
      let chunks: AsyncGenerator<GenerateContentResponse>;
      let headers: Headers | undefined;
      yield* callVendor<GenerateContentResponse>({
        provider: PROVIDER,
        clock: ports.clock,
        limits: ports.limits,
        signal,
        key: apiKey,
        async open(watch) {
          let answer: Response | undefined;
          const client = new GoogleGenAI({
            apiKey,
            httpOptions: {
              baseUrl: ports.settings().geminiBaseUrl ?? DEFAULT_URL,
              fetch: async (url, init) => {
                answer = await watch.fetch(url, init);
                headers = answer.headers;
                return answer;
              },
            },
          });
          chunks = await client.models.generateContentStream(geminiRequest(request, watch.controller.signal));
          if (answer === undefined) throw new Error('the SDK gave a stream without a request');
          return answer;
        },
        events: () => chunks,
        decode: (raw) => geminiEvents(raw, request.model),
        vendorError: (thrown) => (thrown instanceof ApiError ? geminiError(geminiReport(thrown, headers), ports.clock.now()) : null),
        throwBody(body) {
          const error = (body as { error?: { code?: number } } | null)?.error;
          if (error) throw new ApiError({ message: JSON.stringify(body), status: error.code ?? 0 });
        },
      });
    },
  };
}
