// One turn of the model within an agent's work: fitted into its window, streamed to who is listening, recorded.

import { toErrorView } from '#base/errors.ts';
import type { Conversation } from '#core/agents/conversation.ts';
import type { AgentDefinition } from '#core/agents/definition.ts';
import type { LoopLimits } from '#core/agents/loopLimits.ts';
import type { StepContext } from '#core/engine/executor.ts';
import type { CallAccount } from '#core/llm/account.ts';
import type { ModelAnswer, ModelHooks } from '#core/llm/modelCall.ts';
import type { Models } from '#core/llm/models.ts';
import type { ModelRequest } from '#core/llm/provider.ts';
import type { ModelWishes } from '#core/llm/router.ts';
import { addUsage } from '#protocol/usage.ts';
import { billedFor } from '#core/llm/usage.ts';
import type { SkillContext } from '#core/skills/skill.ts';

/** Share of the window the messages may take; the rest is for the system prompt, the tools and errors of the estimate. */
const WINDOW_SHARE = 0.75;
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
 * Throws what the models throw. Two failures are mended and asked again once: a conversation that is too long is cut to
 * half, and after a call that the output limit cut off the model is told to make smaller ones.
 */
export async function askModel(
  ports: TurnPorts,
  conversation: Conversation,
  request: Pick<ModelRequest, 'system' | 'tools' | 'toolChoice'>,
): Promise<ModelAnswer> {
  const { agent, wishes, models, account, context, skillContext, limits } = ports;
  const { contextTokens, maxOutputTokens } = await models.sizes(wishes);
  const room = Math.floor(contextTokens * WINDOW_SHARE) - maxOutputTokens;
  const ask = async (maxTokens: number): Promise<ModelAnswer> => {
    if (conversation.fit(maxTokens)) limits.changed();
    const call = {
      ...request,
      agent: agent.id,
      wishes,
      account,
      messages: conversation.messages,
      maxOutputTokens,
      temperature: null,
    };
    return models.complete(call, hooksOf(ports), { signal: context.signal });
  };
  const startedAt = skillContext.clock.now();
  const answer = await ask(room).catch(async (error: unknown) => {
    const { code, details } = toErrorView(error);
    const cut = code === 'llm.badToolCall' && details['cutByLimit'] === true;
    if (!cut && code !== 'llm.contextTooLong') throw error;
    if (cut) conversation.append(CUT_CALL);
    const second = await ask(cut ? room : Math.floor(room / 2));
    return { ...second, usage: addUsage([...billedFor(error), ...second.usage]) };
  });
  await context.record({
    agent: agent.id,
    kind: 'model',
    title: `${answer.provider}/${answer.model}, turn ${limits.turns}${answer.cached === true ? ', from the cache' : ''}`,
    data: {
      turn: limits.turns,
      stop: answer.stop,
      ...(answer.cached === true && { cached: true }),
      calls: answer.calls.map((made) => made.name),
      text: answer.text.slice(0, 2000),
      usage: answer.usage.map((entry) => ({ ...entry })),
      route: { reason: answer.route.reason, passedOver: answer.route.passedOver.map((candidate) => ({ ...candidate })) },
    },
    startedAt,
    durationMs: skillContext.clock.now() - startedAt,
    ok: true,
  });
  return answer;
}

function hooksOf({ context, skillContext }: TurnPorts): ModelHooks {
  const { path } = skillContext;
  return {
    onEvent(event) {
      if (event.kind === 'text' || event.kind === 'reasoning') context.emit({ type: event.kind, path, text: event.text });
    },
    onRestart({ provider, error }) {
      context.emit({ type: 'progress', path, message: `${error.message} Asking again (${provider} failed).` });
    },
  };
}
