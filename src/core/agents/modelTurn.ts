// One turn of the model within an agent's work: fitted into its window, streamed to who is listening, recorded.

import { type ErrorView, isAbort, toErrorView } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import type { Conversation } from '#core/agents/conversation.ts';
import type { AgentDefinition } from '#core/agents/definition.ts';
import type { LoopLimits } from '#core/agents/loopLimits.ts';
import type { AgentRecord, StepContext } from '#core/engine/executor.ts';
import type { CallAccount } from '#core/llm/account.ts';
import type { ModelAnswer, ModelHooks } from '#core/llm/modelCall.ts';
import type { Models } from '#core/llm/models.ts';
import { worthFailover } from '#core/llm/outcome.ts';
import type { ModelRequest } from '#core/llm/provider.ts';
import type { ModelWishes } from '#core/llm/router.ts';
import { addUsage } from '#protocol/usage.ts';
import { billedFor } from '#core/llm/usage.ts';
import type { SkillContext } from '#core/skills/skill.ts';

/** Share of the window the messages may take; the rest is for the system prompt, the tools and errors of the estimate. */
const WINDOW_SHARE = 0.75;
/** Characters of an answer that its record keeps; `textLength` tells when there were more. */
const RECORDED_TEXT = 10_000;
const CUT_CALL =
  'Your last tool call was cut off by the output limit and was not run. Make smaller calls: edit by search and replace, a part at a time.';

export interface TurnPorts {
  readonly agent: AgentDefinition;
  readonly wishes: ModelWishes;
  readonly models: Models;
  readonly account?: CallAccount;
  readonly context: StepContext;
  readonly skillContext: SkillContext;
  readonly limits: LoopLimits;
}

/**
 * Throws what the models throw. Three failures are mended and asked again once: a conversation that is too long is cut to
 * half, after a call that the output limit cut off the model is told to make smaller ones, and when all models with a window
 * as large as the agent wishes have failed, the conversation is cut to what the others take.
 */
export async function askModel(
  ports: TurnPorts,
  conversation: Conversation,
  request: Pick<ModelRequest, 'system' | 'tools' | 'toolChoice'>,
): Promise<ModelAnswer> {
  const { agent, wishes, models, account, context, limits } = ports;
  const { contextTokens, maxOutputTokens } = await models.sizes(wishes);
  const roomIn = (window: number): number => Math.floor(window * WINDOW_SHARE) - maxOutputTokens;
  const room = roomIn(contextTokens);
  const fit = (maxTokens: number): boolean => {
    const dropped = conversation.fit(maxTokens);
    if (dropped) limits.changed();
    return dropped;
  };
  const ask = async (maxTokens: number, hooks: ModelHooks): Promise<ModelAnswer> => {
    fit(maxTokens);
    const asked = {
      ...request,
      agent: agent.id,
      wishes,
      account,
      messages: conversation.messages,
      maxOutputTokens,
      temperature: null,
    };
    return models.complete(asked, hooks, { signal: context.signal });
  };
  const call = beginCall(ports);
  const mended = async (error: unknown): Promise<ModelAnswer> => {
    const view = toErrorView(error);
    const smallest = worthFailover(error) ? roomIn((await models.sizes(anyWindow(wishes))).contextTokens) : room;
    const small = smallest < room && fit(smallest);
    const cut = view.code === 'llm.badToolCall' && view.details['cutByLimit'] === true;
    if (!cut && !small && view.code !== 'llm.contextTooLong') throw error;
    if (cut) conversation.append(CUT_CALL);
    call.restarted(view);
    const second = await ask(small ? smallest : cut ? room : Math.floor(room / 2), call.hooks);
    return { ...second, usage: addUsage([...billedFor(error), ...second.usage]) };
  };
  const answer = await ask(room, call.hooks)
    .catch(mended)
    .catch(async (error: unknown) => {
      if (!isAbort(error) && !context.signal.aborted) await call.failed(toErrorView(error));
      throw error;
    });
  await call.answered(answer);
  return answer;
}

function anyWindow({ traits, ...wishes }: ModelWishes): ModelWishes {
  return { ...wishes, ...(traits && { traits: { ...traits, contextTokens: null } }) };
}

interface RecordedCall {
  readonly hooks: ModelHooks;
  /** What was streamed so far is void. */
  restarted(error: ErrorView): void;
  answered(answer: ModelAnswer): Promise<void>;
  failed(error: ErrorView): Promise<void>;
}

/** Tells who listens that a call is under way, and records how it ended: with every attempt that failed on its way. */
function beginCall({ agent, context, skillContext, limits }: TurnPorts): RecordedCall {
  const { path, clock } = skillContext;
  const startedAt = clock.now();
  const restarts: Restart[] = [];
  const turn = limits.turns;
  context.emit({ type: 'model', path, phase: 'started', at: startedAt });
  const restarted = (restart: Restart): void => {
    restarts.push(restart);
    context.emit({ type: 'model', path, phase: 'restarted', at: restart.at, reason: restart.message });
  };
  const record = (ended: Pick<AgentRecord, 'title' | 'ok'> & { readonly data: JsonObject }): Promise<void> => {
    const data = { turn, ...ended.data, ...(restarts.length > 0 && { restarts: restarts.map((restart) => ({ ...restart })) }) };
    return context.record({ ...ended, data, agent: agent.id, kind: 'model', startedAt, durationMs: clock.now() - startedAt });
  };
  return {
    hooks: {
      onEvent(event) {
        if (event.kind === 'text' || event.kind === 'reasoning') context.emit({ type: event.kind, path, text: event.text });
      },
      onRestart({ provider, error, waitMs }) {
        restarted({ at: clock.now(), provider, code: error.code, message: error.message, waitMs: waitMs ?? 0 });
        context.emit({ type: 'progress', path, message: `${error.message} Asking again (${provider} failed).` });
      },
    },
    restarted: ({ code, message }) => restarted({ at: clock.now(), provider: '', code, message, waitMs: 0 }),
    answered: (answer) => record({ title: titleOf(answer, turn), data: answerData(answer), ok: true }),
    failed: ({ code, message }) =>
      record({ title: `turn ${turn} failed: ${message}`.slice(0, 300), data: { error: code, message }, ok: false }),
  };
}

/** An attempt that failed on the way to an answer; `provider` is empty when the answer itself was of no use. */
interface Restart {
  readonly at: number;
  readonly provider: string;
  readonly code: string;
  readonly message: string;
  readonly waitMs: number;
}

function titleOf(answer: ModelAnswer, turn: number): string {
  return `${answer.provider}/${answer.model}, turn ${turn}${answer.cached === true ? ', from the cache' : ''}`;
}

function answerData({ stop, cached, calls, text, usage, route }: ModelAnswer): JsonObject {
  return {
    stop,
    ...(cached === true && { cached: true }),
    calls: calls.map((made) => made.name),
    text: text.slice(0, RECORDED_TEXT),
    ...(text.length > RECORDED_TEXT && { textLength: text.length }),
    usage: usage.map((entry) => ({ ...entry })),
    route: { reason: route.reason, passedOver: route.passedOver.map((candidate) => ({ ...candidate })) },
  };
}
