// One small streaming interface over every model vendor. No retries here: the one retry loop is in llm/retry.ts.

import type { JsonObject } from '#base/json.ts';
import type { Credential } from '#core/llm/credential.ts';
import type { CallOrigin } from '#core/llm/keyUse.ts';
import type { ReasoningEffort } from '#core/llm/modelTraits.ts';

export interface ToolSpec {
  /** [A-Za-z0-9_-], at most 64 characters: what every vendor accepts. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments (an object schema). */
  readonly parameters: JsonObject;
}

export type ChatPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'toolCall'; readonly id: string; readonly name: string; readonly args: JsonObject }
  | { readonly kind: 'toolResult'; readonly id: string; readonly name: string; readonly text: string; readonly isError: boolean }
  | ImagePart
  | CarriedPart;

export const imageTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;
export type ImageType = (typeof imageTypes)[number];

/** In a user's message, after all tool results. Only models whose sizes say `images` are sent any. */
export interface ImagePart {
  readonly kind: 'image';
  readonly type: ImageType;
  /** Base64, without a prefix. */
  readonly data: string;
  /** What it is, for models that see nothing: its path. */
  readonly name: string;
}

/** A vendor's own block that must go back unchanged to the model it came from (signed reasoning). Others leave it out. */
interface CarriedPart {
  readonly kind: 'carried';
  readonly provider: string;
  readonly model: string;
  readonly data: JsonObject;
}

export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly parts: readonly ChatPart[];
}

export interface ModelRequest {
  readonly model: string;
  readonly system: string;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolSpec[];
  /** Force one tool: how structured results are asked for. A model that refuses this is only asked: it may do otherwise. */
  readonly toolChoice: 'auto' | { readonly name: string };
  readonly maxOutputTokens: number;
  /** Null: the vendor's default. Left out for vendors whose current models take none (Anthropic). */
  readonly temperature: number | null;
  /** Only for models whose sizes say `reasoning`. Default: the vendor's. */
  readonly reasoning?: ReasoningEffort;
}

export type StopReason = 'end' | 'toolCalls' | 'maxTokens' | 'refusal' | 'other';

export interface TokenCounts {
  /** All input, what came from a cache included. */
  readonly inputTokens: number | null;
  /** The part of the input that was read from the vendor's cache. */
  readonly cachedInputTokens: number | null;
  /** The part of the input that was written to the vendor's cache, where that has a price of its own. */
  readonly cacheWriteTokens?: number;
  readonly outputTokens: number | null;
}

/** `done` is last and comes exactly once, only when the vendor ended the stream properly; a cut stream throws `llm.truncated`. */
export type ModelEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reasoning'; readonly text: string }
  /** Whole and parsed; cut or invalid arguments throw `llm.badToolCall` instead. */
  | { readonly kind: 'toolCall'; readonly id: string; readonly name: string; readonly args: JsonObject }
  | CarriedPart
  /** May come more than once; a later one replaces the earlier. */
  | { readonly kind: 'usage'; readonly tokens: TokenCounts }
  | { readonly kind: 'done'; readonly stop: StopReason };

/** What requests are kept within. Bounds that the model reaches at least, not the figures it is advertised with. */
export interface ModelSizes {
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** False: it takes no tools, and so gives no structured results. Default true. */
  readonly tools?: boolean;
  /** True: it takes images. Default false. */
  readonly images?: boolean;
  /** True: it can be told how much to think. Default false. */
  readonly reasoning?: boolean;
}

export interface StreamOptions {
  readonly signal: AbortSignal;
  /** The id of the credential to use. Default: the first. */
  readonly credential?: string | undefined;
  /** The step that asks. Default: none. */
  readonly origin?: CallOrigin | undefined;
}

/**
 * Errors thrown while streaming: `llm.auth`, `llm.quota` (both disable the credential), `llm.rateLimited` (details.retryAfterMs),
 * `llm.overloaded`, `llm.server`, `llm.network`, `llm.timeout` (details.phase connect | firstByte | idle | total), `llm.truncated`,
 * `llm.badToolCall`, `llm.badRequest`, `llm.noModel`, `llm.contextTooLong`, `llm.refused`. `retryable` is set on each.
 */
export interface ModelProvider {
  readonly id: string;
  readonly defaultModel: string;
  sizes(model: string): ModelSizes;
  /** What is not there when it is not available, after "has": `no key`. */
  readonly missing: string;
  /** A key (or whatever it needs) is there. Reads the secret, calls nobody. */
  available(): Promise<boolean>;
  /** What may pay for a call, in the order in which it is tried; empty when there is none. A changed key is another credential. */
  credentials(): Promise<readonly Credential[]>;
  stream(request: ModelRequest, options: StreamOptions): AsyncIterable<ModelEvent>;
}
