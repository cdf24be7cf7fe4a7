// The editor's own language models (Copilot's, or another extension's) as one more provider: no key, the editor asks for consent.

import * as vscode from 'vscode';
import { systemClock } from '#base/clock.ts';
import { isAppError } from '#base/errors.ts';
import { authError, badRequestError, quotaError, rateLimitedError, serverError, truncatedError } from '#core/llm/errors.ts';
import type { ModelEvent, ModelProvider } from '#core/llm/provider.ts';
import { soundEvents } from '#core/llm/providers/soundEvents.ts';
import { defaultStreamLimits, type StreamLimits, StreamWatch } from '#core/llm/timeouts.ts';
import { editorMessages, editorOptions } from '#editor/editorMessages.ts';

const PROVIDER = 'editor';
/** Until a person names one: the first model of the editor's list. */
const FIRST = 'first';

/** `wished`: a model's id or family, asked at each call. */
export function createEditorModels(wished: () => string | undefined, limits: StreamLimits = defaultStreamLimits): ModelProvider {
  return {
    id: PROVIDER,
    get defaultModel() {
      return wished() ?? FIRST;
    },
    missing: 'no language model',
    sizes: () => ({ contextTokens: 64_000, maxOutputTokens: 4000 }),
    available: async () => (await vscode.lm.selectChatModels({})).length > 0,
    credentials: async () => [{ id: PROVIDER, secret: null }],
    async *stream(request, { signal }) {
      const model = await find(request.model);
      const cancel = new vscode.CancellationTokenSource();
      const watch = new StreamWatch({ provider: PROVIDER, clock: systemClock, limits, signal });
      watch.controller.signal.addEventListener('abort', () => cancel.cancel(), { once: true });
      let answered = false;
      try {
        const sent = model.sendRequest(editorMessages(request), editorOptions(request), cancel.token);
        const response = await watch.connect(Promise.resolve(sent));
        answered = true;
        yield* soundEvents(PROVIDER, eventsOf(watch.guard(response.stream)));
      } catch (thrown) {
        throw watch.failure ?? editorError(thrown, answered);
      } finally {
        watch.dispose();
        cancel.dispose();
      }
    },
  };
}

async function find(name: string): Promise<vscode.LanguageModelChat> {
  const models = await vscode.lm.selectChatModels({});
  const found = name === FIRST ? models[0] : models.find(({ id, family }) => id === name || family === name);
  if (found === undefined) throw badRequestError({ provider: PROVIDER, vendorMessage: `the editor has no model "${name}"` });
  return found;
}

/** Nothing tells why a model stopped: an end is an end, unless nothing came before it. */
async function* eventsOf(parts: AsyncIterable<unknown>): AsyncGenerator<ModelEvent> {
  let [said, called] = [false, false];
  for await (const part of parts) {
    if (part instanceof vscode.LanguageModelTextPart && part.value !== '') {
      said = true;
      yield { kind: 'text', text: part.value };
    } else if (part instanceof vscode.LanguageModelToolCallPart) {
      called = true;
      yield { kind: 'toolCall', id: part.callId, name: part.name, args: { ...part.input } };
    }
  }
  if (!said && !called) throw truncatedError({ provider: PROVIDER }, 'empty');
  yield { kind: 'done', stop: called ? 'toolCalls' : 'end' };
}

function editorError(thrown: unknown, answered: boolean): Error {
  if (isAppError(thrown)) return thrown;
  const { code, message = '' } = (thrown ?? {}) as { readonly code?: unknown; readonly message?: string };
  const about = { provider: PROVIDER, vendorMessage: message, cause: thrown };
  if (code === vscode.LanguageModelError.NoPermissions.name) return authError({ ...about, vendorMessage: undefined });
  if (code === vscode.LanguageModelError.Blocked.name) return /rate/i.test(message) ? rateLimitedError(about, null) : quotaError(about);
  if (code === vscode.LanguageModelError.NotFound.name) return badRequestError(about);
  return answered ? truncatedError(about, 'cut') : serverError(about);
}
