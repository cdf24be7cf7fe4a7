// Our conversation as items of OpenAI's Responses API, and its events in ours
// (https://platform.openai.com/docs/api-reference/responses-streaming, 2026-11).

import type OpenAI from 'openai';
import type { JsonObject } from '#base/json.ts';
import { refusedError, serverError, truncatedError } from '#core/llm/errors.ts';
import type { ChatMessage, ChatPart, ModelEvent, ModelRequest, StopReason } from '#core/llm/provider.ts';
import { dataUrl } from '#core/llm/providers/openaiWire.ts';
import { openaiError } from '#core/llm/providers/openaiErrors.ts';
import { wholeCall } from '#core/llm/toolArgs.ts';

type Responses = OpenAI.Responses.ResponseStreamEvent;
type Item = OpenAI.Responses.ResponseInputItem;
type Answer = OpenAI.Responses.Response;

/** Nothing is stored at OpenAI: what the model thought comes back encrypted, and is sent with the next turn. */
export function responsesBody(
  request: ModelRequest,
  options: { readonly summaries: boolean },
): OpenAI.Responses.ResponseCreateParamsStreaming {
  return {
    model: request.model,
    stream: true,
    store: false,
    instructions: request.system,
    max_output_tokens: request.maxOutputTokens,
    input: request.messages.flatMap((message) => itemsOf(message, request.model)),
    ...(options.summaries
      ? {
          reasoning: { summary: 'auto', ...(request.reasoning && { effort: request.reasoning }) },
          include: ['reasoning.encrypted_content'],
        }
      : {}),
    ...(request.temperature === null ? {} : { temperature: request.temperature }),
    ...(request.tools.length === 0
      ? {}
      : {
          tools: request.tools.map((tool) => ({
            type: 'function' as const,
            name: tool.name,
            description: tool.description,
            parameters: { ...tool.parameters },
            strict: false,
          })),
          tool_choice: request.toolChoice === 'auto' ? ('auto' as const) : { type: 'function' as const, name: request.toolChoice.name },
        }),
  };
}

function itemsOf(message: ChatMessage, model: string): Item[] {
  return message.parts.flatMap((part) => itemOf(part, message.role, model));
}

function itemOf(part: ChatPart, role: ChatMessage['role'], model: string): Item[] {
  switch (part.kind) {
    case 'text':
      return part.text === '' ? [] : [{ role, content: part.text }];
    case 'toolCall':
      return [{ type: 'function_call', call_id: part.id, name: part.name, arguments: JSON.stringify(part.args) }];
    case 'toolResult':
      return [{ type: 'function_call_output', call_id: part.id, output: part.isError ? `Error: ${part.text}` : part.text }];
    case 'image':
      return [{ role: 'user', content: [{ type: 'input_image', detail: 'auto', image_url: dataUrl(part) }] }];
    case 'carried':
      break;
  }
  return part.provider === 'openai' && part.model === model ? [part.data as unknown as Item] : [];
}

export interface ResponsesDecoding {
  readonly provider: string;
  readonly model: string;
}

/** Yields `done` only after `response.completed` or `response.incomplete`; items count when they are whole. */
export async function* responsesEvents(raw: AsyncIterable<Responses>, { provider, model }: ResponsesDecoding): AsyncGenerator<ModelEvent> {
  let substance = false;
  let called = false;
  let refused = false;
  for await (const event of raw) {
    switch (event.type) {
      case 'response.output_text.delta':
        if (event.delta === '') break;
        substance = true;
        yield { kind: 'text', text: event.delta };
        break;
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        if (event.delta !== '') yield { kind: 'reasoning', text: event.delta };
        break;
      case 'response.refusal.delta':
        refused = true;
        break;
      case 'response.output_item.done': {
        const { item } = event;
        if (item.type === 'reasoning' && item.encrypted_content) yield carriedReasoning(item, { provider, model });
        if (item.type !== 'function_call') break;
        called = true;
        yield wholeCall(provider, { id: item.call_id, name: item.name, json: item.arguments }, item.status === 'incomplete');
        break;
      }
      case 'error':
      case 'response.failed':
        throw failureOf(provider, event.type === 'error' ? event : event.response.error);
      case 'response.completed':
      case 'response.incomplete': {
        if (event.response.usage) yield usageOf(event.response.usage);
        const stop = refused ? 'refusal' : stopOf(event.response, called);
        if (!substance && !called && stop === 'end') throw truncatedError({ provider }, 'empty');
        yield { kind: 'done', stop };
        return;
      }
      default:
        break; // Announcements and parts of items: the whole items follow.
    }
  }
  throw truncatedError({ provider }, 'cut');
}

function stopOf(answer: Answer, called: boolean): StopReason {
  if (answer.status !== 'incomplete') return called ? 'toolCalls' : 'end';
  const reason = answer.incomplete_details?.reason;
  return reason === 'max_output_tokens' ? 'maxTokens' : reason === 'content_filter' ? 'refusal' : 'other';
}

function carriedReasoning(item: OpenAI.Responses.ResponseReasoningItem, at: { provider: string; model: string }): ModelEvent {
  const { id, summary, encrypted_content } = item;
  return { kind: 'carried', ...at, data: { type: 'reasoning', id, summary, encrypted_content } as unknown as JsonObject };
}

/** Errors in the stream have a code and no status. */
function failureOf(provider: string, error: { readonly code: string | null; readonly message: string } | null): Error {
  if (error === null) return serverError({ provider });
  if (error.code === 'bio_policy' || error.code === 'misalignment_policy_violation') return refusedError({ provider });
  const report = { status: undefined, type: undefined, code: error.code ?? undefined, message: error.message };
  return openaiError(provider, { ...report, headers: undefined, cause: error }, 0);
}

function usageOf(usage: OpenAI.Responses.ResponseUsage): ModelEvent {
  return {
    kind: 'usage',
    tokens: {
      inputTokens: usage.input_tokens ?? null,
      cachedInputTokens: usage.input_tokens_details?.cached_tokens ?? null,
      outputTokens: usage.output_tokens ?? null,
    },
  };
}
