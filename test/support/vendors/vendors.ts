// Every provider that is called over HTTP, with the server that speaks its format: what the contract suite and the fault matrix run over.

import { systemClock } from '#base/clock.ts';
import type { ModelProvider } from '#core/llm/provider.ts';
import { createAnthropic } from '#core/llm/providers/anthropic.ts';
import { createCompatible } from '#core/llm/providers/compatible.ts';
import { createGemini } from '#core/llm/providers/gemini.ts';
import { createOpenai } from '#core/llm/providers/openai.ts';
import type { ProviderPorts } from '#core/llm/providers/vendor.ts';
import type { StreamLimits } from '#core/llm/timeouts.ts';
import type { HostSettings } from '#core/ports.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { startGeminiServer } from '#test/support/vendors/geminiServer.ts';
import { startOpenaiServer } from '#test/support/vendors/openaiServer.ts';
import { startResponsesServer } from '#test/support/vendors/responsesServer.ts';
import type { Script, Turn } from '#test/support/vendors/turn.ts';
import type { VendorServer } from '#test/support/vendors/vendorServer.ts';

export const CANARY_KEY = 'canary-key-0123456789';

export interface Vendor {
  /** The provider's id, as errors name it. */
  readonly id: string;
  readonly start: (script: Script) => Promise<VendorServer>;
  readonly settings: (baseUrl: string) => Partial<HostSettings>;
  readonly create: (baseUrl: string, limits: StreamLimits, key?: string) => ModelProvider;
  /** A model that takes a forced tool. */
  readonly forcedModel: string;
  readonly needsKey: boolean;
  /** How the vendor says that the output limit was reached. */
  readonly cutStop: string;
  readonly overloadEvent: { readonly type: string; readonly code: string };
  readonly authType: string;
  readonly quota: Turn;
  readonly contextTooLong: Turn;
  readonly refusal: Turn;
}

const status = (code: number, type: string, message?: string): Turn => ({
  fault: { kind: 'status', status: code, type, ...(message === undefined ? {} : { message }) },
});

const NO_SETTINGS: HostSettings = {
  anthropicBaseUrl: undefined,
  openaiBaseUrl: undefined,
  anthropicModel: undefined,
  openaiModel: undefined,
  maxParallelSteps: 4,
};

function vendor(from: Omit<Vendor, 'create'>, make: (ports: ProviderPorts) => ModelProvider): Vendor {
  return {
    ...from,
    create: (baseUrl, limits, key = CANARY_KEY) =>
      make({
        secrets: { get: async () => key },
        settings: () => ({ ...NO_SETTINGS, ...from.settings(baseUrl) }),
        clock: systemClock,
        limits,
      }),
  };
}

const openaiLike = {
  needsKey: true,
  cutStop: 'length',
  overloadEvent: { type: 'server_error', code: 'llm.server' },
  authType: 'authentication_error',
  quota: status(429, 'insufficient_quota'),
  contextTooLong: status(400, 'context_length_exceeded'),
  refusal: { stop: 'content_filter' },
  forcedModel: 'gpt-5.5',
} as const;

export const vendors: { readonly [name: string]: Vendor } = {
  anthropic: vendor(
    {
      id: 'anthropic',
      start: startAnthropicServer,
      settings: (url) => ({ anthropicBaseUrl: url }),
      needsKey: true,
      forcedModel: 'claude-haiku-4-5',
      cutStop: 'max_tokens',
      overloadEvent: { type: 'overloaded_error', code: 'llm.overloaded' },
      authType: 'authentication_error',
      quota: status(400, 'invalid_request_error', 'Your credit balance is too low to access the API.'),
      contextTooLong: status(400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
      refusal: { stop: 'refusal' },
    },
    createAnthropic,
  ),
  openai: vendor(
    { ...openaiLike, id: 'openai', start: startOpenaiServer, settings: (url) => ({ openaiBaseUrl: url, openaiApi: 'chat' }) },
    createOpenai,
  ),
  responses: vendor(
    {
      ...openaiLike,
      id: 'openai',
      start: startResponsesServer,
      settings: (url) => ({ openaiBaseUrl: url, openaiApi: 'responses' }),
      cutStop: 'max_output_tokens',
    },
    createOpenai,
  ),
  gemini: vendor(
    {
      id: 'gemini',
      start: startGeminiServer,
      settings: (url) => ({ geminiBaseUrl: url }),
      needsKey: true,
      forcedModel: 'gemini-3.8-flash',
      cutStop: 'MAX_TOKENS',
      overloadEvent: { type: 'UNAVAILABLE', code: 'llm.overloaded' },
      authType: 'UNAUTHENTICATED',
      quota: status(429, 'RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted.'),
      contextTooLong: status(
        400,
        'INVALID_ARGUMENT',
        'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      ),
      refusal: { stop: 'blocked' },
    },
    createGemini,
  ),
  compatible: vendor(
    {
      ...openaiLike,
      id: 'compatible',
      start: startOpenaiServer,
      settings: (url) => ({ compatibleUrl: url, compatibleModel: 'qwen3-coder' }),
      needsKey: false,
      contextTooLong: status(400, '', 'the request exceeds the available context size, try increasing it'),
    },
    createCompatible,
  ),
};
