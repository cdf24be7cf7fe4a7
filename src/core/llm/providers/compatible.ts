// Any endpoint that speaks OpenAI's chat completions: Ollama, LM Studio, vLLM, llama.cpp, OpenRouter, a company's gateway.

import { credentialsOf, fingerprint, keyFor, keysOf } from '#core/llm/credential.ts';
import { badRequestError } from '#core/llm/errors.ts';
import type { ModelProvider } from '#core/llm/provider.ts';
import { streamChat } from '#core/llm/providers/openaiChat.ts';
import type { ProviderPorts } from '#core/llm/providers/vendor.ts';

const PROVIDER = 'compatible';
const KEY = 'CAS_OPENAI_COMPATIBLE_KEY';
/** Servers without keys still get an Authorization header from the SDK. */
const NO_KEY = 'none';

/** Available when a URL and a model are set; the key is optional. */
export function createCompatible(ports: ProviderPorts): ModelProvider {
  return {
    id: PROVIDER,
    get defaultModel() {
      return ports.settings().compatibleModel ?? '';
    },
    missing: 'no URL or no model',
    sizes: () => ({ contextTokens: 32_000, maxOutputTokens: 8000, images: ports.settings().compatibleImages === true }),
    async available() {
      const { compatibleUrl, compatibleModel } = ports.settings();
      return compatibleUrl !== undefined && compatibleModel !== undefined;
    },
    async credentials() {
      const url = ports.settings().compatibleUrl;
      if (url === undefined) return [];
      const keys = await keysOf(ports.secrets, KEY);
      return keys.length > 0 ? credentialsOf(keys) : [{ id: fingerprint(url), secret: null }];
    },
    async *stream(request, { signal, credential }) {
      const baseURL = ports.settings().compatibleUrl;
      if (baseURL === undefined) throw badRequestError({ provider: PROVIDER, vendorMessage: 'no URL is set' });
      const apiKey = keyFor(await keysOf(ports.secrets, KEY), credential)?.value ?? NO_KEY;
      yield* streamChat({ provider: PROVIDER, apiKey, baseURL, compatible: true }, request, { ...ports, signal });
    },
  };
}
