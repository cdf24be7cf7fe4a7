// Models over loopback servers, with short waits and a memory in place of the store.

import { systemClock } from '#base/clock.ts';
import type { Clock } from '#base/clock.ts';
import { createIdSource } from '#base/ids.ts';
import type { Json } from '#base/json.ts';
import type { ModelCall } from '#core/llm/modelCall.ts';
import { createModels, type Models, type ModelsPorts } from '#core/llm/models.ts';
import type { HealthPersistence } from '#core/llm/registry.ts';
import { noWishes } from '#core/llm/router.ts';
import type { Log } from '#core/ports.ts';
import type { VendorServer } from '#test/support/vendors/vendorServer.ts';

/** A short call without tools. */
export const helloCall: ModelCall = {
  agent: 'security',
  wishes: noWishes,
  system: 's',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'hello' }] }],
  tools: [],
  toolChoice: 'auto',
  maxOutputTokens: 100,
  temperature: null,
};

const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

export function memoryPersistence(initial?: Json): HealthPersistence & { value: Json | undefined } {
  return {
    value: initial,
    async load() {
      return this.value;
    },
    async save(value) {
      this.value = structuredClone<Json>(value);
    },
  };
}

export function testModels(options: {
  readonly anthropic?: VendorServer;
  readonly openai?: VendorServer;
  readonly clock?: Clock;
  readonly more?: Partial<ModelsPorts>;
}): Models {
  const keys: Record<string, string | undefined> = {
    ANTHROPIC_API_KEY: options.anthropic && 'canary-anthropic-key',
    OPENAI_API_KEY: options.openai && 'canary-openai-key',
  };
  const clock = options.clock ?? systemClock;
  return createModels({
    secrets: { get: async (name) => keys[name] },
    settings: () => ({
      anthropicBaseUrl: options.anthropic?.baseUrl,
      openaiBaseUrl: options.openai?.baseUrl,
      anthropicModel: undefined,
      openaiModel: undefined,
      maxParallelSteps: 4,
    }),
    clock,
    ids: createIdSource({ now: () => clock.now(), random: () => 0.5 }),
    log: silentLog,
    persistence: memoryPersistence(),
    retry: { maxAttempts: 3, initialDelayMs: 2, maxDelayMs: 4, maxRetryAfterMs: 1000 },
    ...options.more,
  });
}
