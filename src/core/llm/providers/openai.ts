// OpenAI: the Responses API for its own reasoning models, chat completions for older ones and behind other addresses.

import { credentialsOf, keyFor, keysOf } from '#core/llm/credential.ts';
import { authError } from '#core/llm/errors.ts';
import type { ModelProvider } from '#core/llm/provider.ts';
import { streamChat } from '#core/llm/providers/openaiChat.ts';
import { streamResponses } from '#core/llm/providers/openaiResponses.ts';
import type { ProviderPorts } from '#core/llm/providers/vendor.ts';
import type { HostSettings } from '#core/ports.ts';

const PROVIDER = 'openai';
const KEY = 'OPENAI_API_KEY';
const DEFAULT_MODEL = 'gpt-5.5';
const DEFAULT_URL = 'https://api.openai.com/v1';
/** Models that reason: only the Responses API streams what they think and takes it back. */
const REASONS = /^(gpt-[5-9]|o\d)/;
/** Those that take text alone (https://platform.openai.com/docs/models, 2026-11). */
const BLIND = /^(gpt-3|gpt-4(-\d{4}|-32k|$)|o1-(mini|preview)|o3-mini)/;
const REASONING_SIZES = { contextTokens: 256_000, maxOutputTokens: 32_000 };
/** GPT-4 and whatever a compatible server calls its models. */
const OLDER_SIZES = { contextTokens: 128_000, maxOutputTokens: 16_000 };

export function createOpenai(ports: ProviderPorts): ModelProvider {
  return {
    id: PROVIDER,
    get defaultModel() {
      return ports.settings().openaiModel ?? DEFAULT_MODEL;
    },
    missing: 'no key',
    sizes: (model) => ({
      ...(REASONS.test(model) ? REASONING_SIZES : OLDER_SIZES),
      images: !BLIND.test(model),
      reasoning: speaksResponses(model, ports.settings()) && REASONS.test(model),
    }),
    available: async () => (await keysOf(ports.secrets, KEY)).length > 0,
    credentials: async () => credentialsOf(await keysOf(ports.secrets, KEY)),
    async *stream(request, { signal, credential }) {
      const apiKey = keyFor(await keysOf(ports.secrets, KEY), credential)?.value;
      if (apiKey === undefined) throw authError({ provider: PROVIDER });
      const settings = ports.settings();
      const endpoint = { provider: PROVIDER, apiKey, baseURL: settings.openaiBaseUrl ?? DEFAULT_URL };
      if (speaksResponses(request.model, settings)) yield* streamResponses(endpoint, request, { ...ports, signal });
      else yield* streamChat({ ...endpoint, compatible: false }, request, { ...ports, signal });
    },
  };
}

/** A proxy behind another base URL may know chat completions only; the setting `openaiApi` decides where this guess is wrong. */
function speaksResponses(model: string, settings: HostSettings): boolean {
  if (settings.openaiApi !== undefined) return settings.openaiApi === 'responses';
  return settings.openaiBaseUrl === undefined && REASONS.test(model);
}
