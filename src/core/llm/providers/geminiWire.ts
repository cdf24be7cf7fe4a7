// Our conversation in the format of Gemini's generateContent, and its chunks in ours
// (https://ai.google.dev/api/generate-content, 2026-11).

import type { Content, GenerateContentParameters, GenerateContentResponse, Part, ThinkingConfig } from '@google/genai/web';
import type { ReasoningEffort } from '#core/llm/modelTraits.ts';
import { truncatedError, unclearToolCallError } from '#core/llm/errors.ts';
import type { ChatMessage, ChatPart, ModelEvent, ModelRequest, StopReason } from '#core/llm/provider.ts';

const PROVIDER = 'gemini';
/** These refuse a call without the signature it came with, unless it says that it came from elsewhere
 * (https://ai.google.dev/gemini-api/docs/thought-signatures, 2026-11). */
const WANTS_SIGNATURES = /^gemini-([3-9]|\d\d|.*latest$)/;
const FROM_ELSEWHERE = 'skip_thought_signature_validator';

export function geminiRequest(request: ModelRequest, abortSignal: AbortSignal): GenerateContentParameters {
  const forced = request.toolChoice === 'auto' ? null : request.toolChoice.name;
  return {
    model: request.model,
    contents: request.messages.map((message) => contentOf(message, request.model)),
    config: {
      abortSignal,
      systemInstruction: request.system,
      maxOutputTokens: request.maxOutputTokens,
      ...(WANTS_SIGNATURES.test(request.model) ? { thinkingConfig: thinkingOf(request) } : {}),
      ...(request.temperature === null ? {} : { temperature: request.temperature }),
      ...(request.tools.length === 0
        ? {}
        : {
            tools: [
              {
                functionDeclarations: request.tools.map(({ name, description, parameters }) => ({
                  name,
                  description,
                  parametersJsonSchema: parameters,
                })),
              },
            ],
            ...(forced === null ? {} : { toolConfig: { functionCallingConfig: { mode: 'ANY' as never, allowedFunctionNames: [forced] } } }),
          }),
    },
  };
}

/** Between low and high each model has its own default (https://ai.google.dev/gemini-api/docs/thinking, 2026-11). */
const LEVELS: { readonly [effort in ReasoningEffort]: object } = {
  low: { thinkingLevel: 'LOW' },
  medium: {},
  high: { thinkingLevel: 'HIGH' },
};

function thinkingOf({ reasoning }: ModelRequest): ThinkingConfig {
  return { includeThoughts: true, ...(reasoning && LEVELS[reasoning]) };
}

/** From the third generation on it can be told how much to think. */
export function takesThinkingLevel(model: string): boolean {
  return WANTS_SIGNATURES.test(model);
}

function contentOf(message: ChatMessage, model: string): Content {
  const signatures = signaturesOf(message, model);
  const firstCall = message.parts.find((part) => part.kind === 'toolCall');
  const parts = message.parts.flatMap((part) => partOf(part, signatures));
  if (WANTS_SIGNATURES.test(model) && firstCall !== undefined && signatures.size === 0) {
    const first = parts.find((part) => part.functionCall !== undefined);
    if (first !== undefined) first.thoughtSignature = FROM_ELSEWHERE;
  }
  return { role: message.role === 'assistant' ? 'model' : 'user', parts };
}

function signaturesOf(message: ChatMessage, model: string): ReadonlyMap<unknown, string> {
  const signatures = new Map<unknown, string>();
  for (const part of message.parts) {
    if (part.kind !== 'carried' || part.provider !== PROVIDER || part.model !== model) continue;
    const { call, signature } = part.data;
    if (typeof signature === 'string') signatures.set(call, signature);
  }
  return signatures;
}

function partOf(part: ChatPart, signatures: ReadonlyMap<unknown, string>): Part[] {
  switch (part.kind) {
    case 'text':
      return part.text === '' ? [] : [{ text: part.text }];
    case 'toolCall': {
      const thoughtSignature = signatures.get(part.id);
      const functionCall = { id: part.id, name: part.name, args: { ...part.args } };
      return [thoughtSignature === undefined ? { functionCall } : { functionCall, thoughtSignature }];
    }
    case 'toolResult': {
      const response = part.isError ? { error: part.text } : { output: part.text };
      return [{ functionResponse: { id: part.id, name: part.name, response } }];
    }
    case 'image':
      return [{ inlineData: { mimeType: part.type, data: part.data } }];
    case 'carried':
      return [];
  }
}

const STOPS: { readonly [reason: string]: StopReason } = {
  STOP: 'end',
  MAX_TOKENS: 'maxTokens',
  SAFETY: 'refusal',
  RECITATION: 'refusal',
  BLOCKLIST: 'refusal',
  PROHIBITED_CONTENT: 'refusal',
  SPII: 'refusal',
};
/** The model wrote a call that Google could not read. */
const BAD_CALLS: ReadonlySet<string> = new Set(['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL']);

/** Yields `done` only when a finish reason was sent, or the prompt was blocked. Calls come whole. */
export async function* geminiEvents(raw: AsyncIterable<GenerateContentResponse>, model: string): AsyncGenerator<ModelEvent> {
  let finish: string | null = null;
  let substance = false;
  let calls = 0;
  for await (const chunk of raw) {
    if (chunk.usageMetadata !== undefined) yield usageOf(chunk.usageMetadata);
    if (chunk.promptFeedback?.blockReason !== undefined) finish = 'SAFETY';
    const candidate = chunk.candidates?.[0];
    finish = candidate?.finishReason ?? finish;
    for (const part of candidate?.content?.parts ?? []) {
      if (part.functionCall !== undefined) {
        yield* callOf(part, `call_${chunk.responseId ?? 'unnamed'}_${calls}`, model);
        calls += 1;
      } else if (part.text !== undefined && part.text !== '') {
        if (part.thought !== true) substance = true;
        yield { kind: part.thought === true ? 'reasoning' : 'text', text: part.text };
      }
    }
  }
  if (finish === null) throw truncatedError({ provider: PROVIDER }, 'cut');
  if (BAD_CALLS.has(finish)) throw unclearToolCallError({ provider: PROVIDER }, 'a tool', 'in a form that cannot be read');
  const stop = finish === 'STOP' && calls > 0 ? 'toolCalls' : (STOPS[finish] ?? 'other');
  if (!substance && calls === 0 && stop === 'end') throw truncatedError({ provider: PROVIDER }, 'empty');
  yield { kind: 'done', stop };
}

function* callOf(part: Part, ownId: string, model: string): Generator<ModelEvent> {
  const { id = ownId, name = '', args = {} } = part.functionCall ?? {};
  if (typeof args !== 'object' || args === null || Array.isArray(args)) {
    throw unclearToolCallError({ provider: PROVIDER }, name, 'with arguments that are not a JSON object');
  }
  if (part.thoughtSignature !== undefined) {
    yield { kind: 'carried', provider: PROVIDER, model, data: { call: id, signature: part.thoughtSignature } };
  }
  yield { kind: 'toolCall', id, name, args: args as Extract<ModelEvent, { kind: 'toolCall' }>['args'] };
}

/** What the model thought is billed as output, and reported apart from it. */
function usageOf(usage: NonNullable<GenerateContentResponse['usageMetadata']>): ModelEvent {
  const { promptTokenCount, cachedContentTokenCount, candidatesTokenCount, thoughtsTokenCount } = usage;
  return {
    kind: 'usage',
    tokens: {
      inputTokens: promptTokenCount ?? null,
      cachedInputTokens: cachedContentTokenCount ?? null,
      outputTokens: candidatesTokenCount === undefined ? null : candidatesTokenCount + (thoughtsTokenCount ?? 0),
    },
  };
}
