// Any endpoint that speaks OpenAI's chat completions: Ollama, LM Studio, vLLM, llama.cpp, OpenRouter, a company's gateway.

import { credentialOf, fingerprint } from '#core/llm/credential.ts';
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
    sizes: () => ({ contextTokens: 32_000, maxOutputTokens: 8000, images: ports.settings().compatibleImages === true }),
    async available() {
      const { compatibleUrl, compatibleModel } = ports.settings();
      return compatibleUrl !== undefined && compatibleModel !== undefined;
    },
    async credential() {
      const url = ports.settings().compatibleUrl;
      return url === undefined ? null : ((await credentialOf(ports.secrets, KEY)) ?? fingerprint(url));
    },
    async *stream(request, { signal }) {
      const baseURL = ports.settings().compatibleUrl;
      if (baseURL === undefined) throw badRequestError({ provider: PROVIDER, vendorMessage: 'no URL is set' });
      const apiKey = (await ports.secrets.get(KEY)) || NO_KEY;
      yield* streamChat({ provider: PROVIDER, apiKey, baseURL, compatible: true }, request, { ...ports, signal });
    },
  };
}
