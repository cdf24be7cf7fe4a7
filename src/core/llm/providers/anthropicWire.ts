// Our conversation in Anthropic's message format, and its stream of events in ours
// (https://platform.claude.com/docs/en/build-with-claude/streaming, 2026-11).

import type Anthropic from '@anthropic-ai/sdk';
import type { JsonObject } from '#base/json.ts';
import { truncatedError } from '#core/llm/errors.ts';
import type { ChatMessage, ChatPart, ModelEvent, ModelRequest, StopReason } from '#core/llm/provider.ts';
import { type PartialCall, wholeCall } from '#core/llm/toolArgs.ts';

const PROVIDER = 'anthropic';

/**
 * From the fifth generation on models think by default and leave their thoughts out unless asked for a summary; several
 * refuse a forced tool (https://platform.claude.com/docs/en/models/sonnet-5-5/migration-guide, 2026-11). What they think
 * is tied to the model and goes back to it alone.
 */
const THINKS = /^claude-[a-z]+-([5-9]|\d\d)/;

/** How hard the model works is told by `effort` (https://platform.claude.com/docs/en/build-with-claude/effort, 2026-11). */
export function takesEffort(model: string): boolean {
  return THINKS.test(model);
}

const TAKES_FORCED_TOOL = /^claude-([a-z]+-4|3)/;

export function anthropicBody(request: ModelRequest): Anthropic.MessageCreateParamsStreaming {
  return {
    model: request.model,
    max_tokens: request.maxOutputTokens,
    stream: true,
    // The prompt up to here stays the same from turn to turn: Anthropic reads it from its cache.
    system: [{ type: 'text', text: request.system, cache_control: { type: 'ephemeral' } }],
    messages: request.messages.map((message) => messageOf(message, request.model)),
    ...(THINKS.test(request.model) ? { thinking: { type: 'adaptive', display: 'summarized' } } : {}),
    ...(request.reasoning !== undefined && takesEffort(request.model) ? { output_config: { effort: request.reasoning } } : {}),
    ...(request.tools.length === 0
      ? {}
      : {
          tools: request.tools.map((tool) => ({
            name: tool.name,
            description: tool.description,
            input_schema: { ...tool.parameters, type: 'object' as const },
          })),
          tool_choice: toolChoiceOf(request),
        }),
  };
}

function toolChoiceOf({ toolChoice, model }: ModelRequest): Anthropic.ToolChoice {
  return toolChoice === 'auto' || !TAKES_FORCED_TOOL.test(model) ? { type: 'auto' } : { type: 'tool', name: toolChoice.name };
}

function messageOf(message: ChatMessage, model: string): Anthropic.MessageParam {
  return { role: message.role, content: message.parts.flatMap((part) => blockOf(part, model)) };
}

function blockOf(part: ChatPart, model: string): Anthropic.ContentBlockParam[] {
  switch (part.kind) {
    case 'text':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    case 'toolCall':
      return [{ type: 'tool_use', id: part.id, name: part.name, input: part.args }];
    case 'toolResult':
      return [{ type: 'tool_result', tool_use_id: part.id, content: part.text, is_error: part.isError }];
    case 'image':
      return [{ type: 'image', source: { type: 'base64', media_type: part.type, data: part.data } }];
    case 'carried':
      break;
  }
  return part.provider === PROVIDER && part.model === model ? [part.data as unknown as Anthropic.ContentBlockParam] : [];
}

const STOPS: { readonly [reason: string]: StopReason } = {
  end_turn: 'end',
  stop_sequence: 'end',
  tool_use: 'toolCalls',
  max_tokens: 'maxTokens',
  model_context_window_exceeded: 'maxTokens',
  refusal: 'refusal',
};

/** A block that is still arriving. */
type OpenBlock =
  | { readonly kind: 'call'; readonly call: PartialCall }
  | { readonly kind: 'thinking'; thinking: string; signature: string }
  | { readonly kind: 'other' };

/** Yields `done` only after `message_stop`; a stream that ends before it throws `llm.truncated`. */
export async function* anthropicEvents(raw: AsyncIterable<Anthropic.RawMessageStreamEvent>, model: string): AsyncGenerator<ModelEvent> {
  const open = new Map<number, OpenBlock>();
  const calls: PartialCall[] = [];
  const usage = new UsageMeter();
  let stop: string | null = null;
  let substance = false;
  for await (const event of raw) {
    switch (event.type) {
      case 'message_start':
        yield usage.add(event.message.usage);
        break;
      case 'content_block_start': {
        const block = event.content_block;
        open.set(event.index, openBlock(block));
        if (block.type === 'redacted_thinking')
          yield { kind: 'carried', provider: PROVIDER, model, data: { type: block.type, data: block.data } };
        break;
      }
      case 'content_block_delta': {
        const out = applyDelta(open.get(event.index), event.delta);
        if (out?.kind === 'text') substance = true;
        if (out !== null) yield out;
        break;
      }
      case 'content_block_stop': {
        const block = open.get(event.index);
        open.delete(event.index);
        if (block?.kind === 'call') calls.push(block.call);
        if (block?.kind === 'thinking' && block.signature !== '') yield carriedThinking(block, model);
        break;
      }
      case 'message_delta':
        stop = event.delta.stop_reason ?? stop;
        yield usage.add(event.usage);
        break;
      case 'message_stop': {
        if (stop === null || open.size > 0) throw truncatedError({ provider: PROVIDER }, 'cut');
        for (const [at, call] of calls.entries()) yield wholeCall(PROVIDER, call, stop === 'max_tokens' && at === calls.length - 1);
        const reason = STOPS[stop] ?? 'other';
        if (!substance && calls.length === 0 && reason === 'end') throw truncatedError({ provider: PROVIDER }, 'empty');
        yield { kind: 'done', stop: reason };
        return;
      }
    }
  }
  throw truncatedError({ provider: PROVIDER }, 'cut');
}

function openBlock(block: Anthropic.RawContentBlockStartEvent['content_block']): OpenBlock {
  if (block.type === 'tool_use') return { kind: 'call', call: { id: block.id, name: block.name, json: '' } };
  if (block.type === 'thinking') return { kind: 'thinking', thinking: block.thinking, signature: block.signature };
  return { kind: 'other' };
}

function applyDelta(block: OpenBlock | undefined, delta: Anthropic.RawContentBlockDelta): ModelEvent | null {
  switch (delta.type) {
    case 'text_delta':
      return delta.text === '' ? null : { kind: 'text', text: delta.text };
    case 'thinking_delta':
      if (block?.kind === 'thinking') block.thinking += delta.thinking;
      return { kind: 'reasoning', text: delta.thinking };
    case 'signature_delta':
      if (block?.kind === 'thinking') block.signature += delta.signature;
      return null;
    case 'input_json_delta':
      if (block?.kind === 'call') block.call.json += delta.partial_json;
      return null;
    default:
      return null;
  }
}

function carriedThinking(block: { readonly thinking: string; readonly signature: string }, model: string): ModelEvent {
  const data: JsonObject = { type: 'thinking', thinking: block.thinking, signature: block.signature };
  return { kind: 'carried', provider: PROVIDER, model, data };
}

type WireUsage = {
  readonly input_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly output_tokens?: number | null;
};

/** Anthropic counts cached input beside the rest and reports in two parts; the later value of a field wins. */
class UsageMeter {
  #seen: WireUsage = {};

  add(usage: WireUsage | undefined): ModelEvent {
    const said = Object.entries(usage ?? {}).filter(([, count]) => typeof count === 'number');
    this.#seen = { ...this.#seen, ...Object.fromEntries(said) };
    const { input_tokens: plain, cache_read_input_tokens: read, cache_creation_input_tokens: created, output_tokens: output } = this.#seen;
    return {
      kind: 'usage',
      tokens: {
        inputTokens: plain === undefined || plain === null ? null : plain + (read ?? 0) + (created ?? 0),
        cachedInputTokens: read ?? null,
        outputTokens: output ?? null,
        ...(created === undefined || created === null ? {} : { cacheWriteTokens: created }),
      },
    };
  }
}
