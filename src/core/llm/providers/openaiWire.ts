// Our conversation in the format of OpenAI's chat completions, and its chunks in ours
// (https://platform.openai.com/docs/api-reference/chat-streaming, 2026-11).

import type OpenAI from 'openai';
import { serverError, truncatedError } from '#core/llm/errors.ts';
import type { ChatMessage, ImagePart, ModelEvent, ModelRequest, StopReason } from '#core/llm/provider.ts';
import { type PartialCall, wholeCall } from '#core/llm/toolArgs.ts';

type Message = OpenAI.ChatCompletionMessageParam;
type Chunk = OpenAI.ChatCompletionChunk;
type Delta = Chunk['choices'][number]['delta'];

/** `compatible`: the older name of the output limit, which every endpoint knows. */
export function openaiBody(request: ModelRequest, options: { readonly compatible: boolean }): OpenAI.ChatCompletionCreateParamsStreaming {
  return {
    model: request.model,
    stream: true,
    stream_options: { include_usage: true },
    ...(options.compatible ? { max_tokens: request.maxOutputTokens } : { max_completion_tokens: request.maxOutputTokens }),
    messages: [{ role: 'system', content: request.system }, ...request.messages.flatMap(messagesOf)],
    ...(request.temperature === null ? {} : { temperature: request.temperature }),
    ...(request.tools.length === 0
      ? {}
      : {
          tools: request.tools.map((tool) => ({
            type: 'function' as const,
            function: { name: tool.name, description: tool.description, parameters: { ...tool.parameters } },
          })),
          tool_choice:
            request.toolChoice === 'auto' ? ('auto' as const) : { type: 'function' as const, function: { name: request.toolChoice.name } },
        }),
  };
}

/** One of ours may be several of theirs: each tool result is a message of its own, before any text of the same turn. */
function messagesOf(message: ChatMessage): Message[] {
  const said = message.parts
    .filter((part) => part.kind === 'text')
    .map((part) => part.text)
    .join('');
  if (message.role === 'user') {
    const results: Message[] = message.parts
      .filter((part) => part.kind === 'toolResult')
      .map((part) => ({ role: 'tool', tool_call_id: part.id, content: part.isError ? `Error: ${part.text}` : part.text }));
    const images = message.parts
      .filter((part) => part.kind === 'image')
      .map((part) => ({ type: 'image_url' as const, image_url: { url: dataUrl(part) } }));
    if (images.length > 0)
      return [...results, { role: 'user', content: [...(said === '' ? [] : [{ type: 'text' as const, text: said }]), ...images] }];
    return said === '' ? results : [...results, { role: 'user', content: said }];
  }
  const calls = message.parts
    .filter((part) => part.kind === 'toolCall')
    .map((part) => ({ id: part.id, type: 'function' as const, function: { name: part.name, arguments: JSON.stringify(part.args) } }));
  return [{ role: 'assistant', content: said === '' ? null : said, ...(calls.length === 0 ? {} : { tool_calls: calls }) }];
}

/** An image as both of OpenAI's formats take it. */
export function dataUrl({ type, data }: ImagePart): string {
  return `data:${type};base64,${data}`;
}

const STOPS: { readonly [reason: string]: StopReason } = {
  stop: 'end',
  length: 'maxTokens',
  tool_calls: 'toolCalls',
  function_call: 'toolCalls',
  content_filter: 'refusal',
};

export interface ChatDecoding {
  readonly provider: string;
  /** For endpoints that send no finish reason: whether the closing `[DONE]` was seen, asked at the end of the stream. */
  readonly sawDone: () => boolean;
}

/** Yields `done` only when the end was said; the SDK itself takes an early end of stream for success. */
export async function* openaiEvents(raw: AsyncIterable<Chunk>, { provider, sawDone }: ChatDecoding): AsyncGenerator<ModelEvent> {
  const calls = new CallCollector();
  let finish: string | null = null;
  let substance = false;
  let refused = false;
  for await (const chunk of raw) {
    if (chunk.usage) yield usageOf(chunk.usage);
    const choice = chunk.choices?.[0];
    if (choice === undefined) continue;
    finish = choice.finish_reason ?? finish;
    calls.add(choice.delta, chunk.id);
    const reasoning = reasoningOf(choice.delta);
    if (reasoning !== '') yield { kind: 'reasoning', text: reasoning };
    if (choice.delta?.refusal) refused = true;
    const text = choice.delta?.content ?? '';
    if (text === '') continue;
    substance = true;
    yield { kind: 'text', text };
  }
  if (finish === null && sawDone()) finish = 'stop';
  if (finish === null) throw truncatedError({ provider }, 'cut');
  if (finish === 'error') throw serverError({ provider });
  const ordered = calls.ordered;
  for (const [at, call] of ordered.entries()) yield wholeCall(provider, call, finish === 'length' && at === ordered.length - 1);
  const stop = refused ? 'refusal' : ordered.length > 0 && finish === 'stop' ? 'toolCalls' : (STOPS[finish] ?? 'other');
  if (!substance && ordered.length === 0 && (stop === 'end' || stop === 'toolCalls')) throw truncatedError({ provider }, 'empty');
  yield { kind: 'done', stop };
}

type Piece = NonNullable<Delta['tool_calls']>[number];

/** Calls by their index. Some endpoints leave it out, or give each whole call the index 0: then a new id begins a new call. */
class CallCollector {
  readonly ordered: PartialCall[] = [];
  readonly #byIndex = new Map<number, PartialCall>();

  add(delta: Delta | undefined, answerId: string): void {
    for (const piece of delta?.tool_calls ?? []) {
      const known = this.#known(piece);
      if (known === undefined) this.#begin(piece, answerId);
      else known.json += argumentsOf(piece);
    }
  }

  #known(piece: Piece): PartialCall | undefined {
    const known = this.#byIndex.get(piece.index ?? this.ordered.length - 1);
    const begins = piece.id !== undefined && piece.id !== null && piece.id !== '' && piece.id !== known?.id;
    const beginsUnnumbered = piece.index === undefined && Boolean(piece.function?.name);
    return begins || beginsUnnumbered ? undefined : known;
  }

  /** An id of our own is unique in the conversation, not only in this answer. */
  #begin(piece: Piece, answerId: string): void {
    const at = this.ordered.length;
    const call = { id: piece.id || `call_${answerId}_${at}`, name: piece.function?.name ?? '', json: argumentsOf(piece) };
    this.ordered.push(call);
    this.#byIndex.set(piece.index ?? at, call);
  }
}

/** Text by the format; an object from some endpoints. */
function argumentsOf(piece: Piece): string {
  const said: unknown = piece.function?.arguments ?? '';
  return typeof said === 'string' ? said : JSON.stringify(said);
}

/** Compatible servers stream their reasoning under one of these names; OpenAI's own chat completions do not stream it. */
function reasoningOf(delta: Delta | undefined): string {
  const more = (delta ?? {}) as { readonly reasoning_content?: unknown; readonly reasoning?: unknown };
  const said = more.reasoning_content ?? more.reasoning;
  return typeof said === 'string' ? said : '';
}

function usageOf(usage: NonNullable<Chunk['usage']>): ModelEvent {
  return {
    kind: 'usage',
    tokens: {
      inputTokens: usage.prompt_tokens ?? null,
      cachedInputTokens: usage.prompt_tokens_details?.cached_tokens ?? null,
      outputTokens: usage.completion_tokens ?? null,
    },
  };
}
