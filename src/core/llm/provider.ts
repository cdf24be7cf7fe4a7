// One small streaming interface over every model vendor. No retries here: the one retry loop is in llm/retry.ts.

import type { Json, JsonObject } from '#base/json.ts';

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments (an object schema). */
  readonly parameters: JsonObject;
}

export type ChatPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'toolCall'; readonly id: string; readonly name: string; readonly args: JsonObject }
  | { readonly kind: 'toolResult'; readonly id: string; readonly name: string; readonly text: string; readonly isError: boolean };

export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly parts: readonly ChatPart[];
}

export interface ModelRequest {
  readonly model: string;
  readonly system: string;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolSpec[];
  /** Force one tool: how structured results are asked for. */
  readonly toolChoice: 'auto' | { readonly name: string };
  readonly maxOutputTokens: number;
  readonly temperature: number | null;
}

export type StopReason = 'end' | 'toolCalls' | 'maxTokens' | 'refusal' | 'other';

export interface TokenCounts {
  readonly inputTokens: number | null;
  readonly cachedInputTokens: number | null;
  readonly outputTokens: number | null;
}

/** `done` is last and comes exactly once, only when the vendor ended the stream properly; a cut stream throws `llm.truncated`. */
export type ModelEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reasoning'; readonly text: string }
  /** Whole and parsed; cut or invalid arguments throw `llm.badToolCall` instead. */
  | { readonly kind: 'toolCall'; readonly id: string; readonly name: string; readonly args: JsonObject }
  | { readonly kind: 'usage'; readonly tokens: TokenCounts }
  | { readonly kind: 'done'; readonly stop: StopReason };

export interface ModelInfo {
  readonly id: string;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
}

/**
 * Errors thrown while streaming: `llm.auth`, `llm.quota` (both disable the credential), `llm.rateLimited` (details.retryAfterMs),
 * `llm.overloaded`, `llm.server`, `llm.network`, `llm.timeout` (details.phase connect | firstByte | idle | total), `llm.truncated`,
 * `llm.badToolCall`, `llm.badRequest`, `llm.contextTooLong`, `llm.refused`. `retryable` is set on each.
 */
export interface ModelProvider {
  readonly id: string;
  readonly defaultModel: string;
  models(): readonly ModelInfo[];
  /** A key (or whatever it needs) is there. Reads the secret, calls nobody. */
  available(): Promise<boolean>;
  stream(request: ModelRequest, options: { readonly signal: AbortSignal }): AsyncIterable<ModelEvent>;
}

/** A value that a tool returned, as text for the model. */
export function toolText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}
