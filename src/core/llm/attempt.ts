// One attempt at one provider: the stream read to its end, its parts put together, its tokens billed even when it fails.

import type { Clock } from '#base/clock.ts';
import type { JsonObject } from '#base/json.ts';
import type { Usage } from '#protocol/usage.ts';
import type { Outcome } from '#core/llm/breaker.ts';
import type { CallGuard } from '#core/llm/callGuard.ts';
import type { Credential } from '#core/llm/credential.ts';
import { refusedError } from '#core/llm/errors.ts';
import type { HealthWindow } from '#core/llm/health.ts';
import type { KeyUseListener } from '#core/llm/keyUse.ts';
import type { ModelAnswer, ModelCall, ModelHooks } from '#core/llm/modelCall.ts';
import { disablesCredential, outcomeOf } from '#core/llm/outcome.ts';
import { costMicroUsd, type ModelPrice } from '#core/llm/pricing.ts';
import type { ChatPart, ModelEvent, ModelProvider, StopReason, TokenCounts } from '#core/llm/provider.ts';

/** Up to this many ms are added to the wait for a rate limit. */
const RATE_JITTER_MS = 250;

export interface AttemptPorts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly prices: readonly ModelPrice[];
  readonly signal: AbortSignal;
  readonly hooks: ModelHooks;
}

export interface AttemptTarget {
  readonly provider: ModelProvider;
  readonly guard: CallGuard;
  readonly model: string;
  readonly credential: Credential;
  readonly call: ModelCall;
  /** What this attempt used is added here, also when it throws. */
  readonly bill: Usage[];
  readonly health: HealthWindow;
  readonly onKeyUse: KeyUseListener | undefined;
  /** Stopped without a word it counts as a call whose use is unknown: the vendor may bill it. Default false. */
  readonly billSilent?: boolean;
}

/** Waits for the rate gate, then streams under the breaker. Never returns a part of an answer. */
export async function runAttempt(target: AttemptTarget, ports: AttemptPorts): Promise<Omit<ModelAnswer, 'route' | 'usage'>> {
  const { provider, guard, model, credential } = target;
  await guard.waitForRate({ jitterMs: ports.random() * RATE_JITTER_MS, signal: ports.signal });
  const call = async (): Promise<Omit<ModelAnswer, 'route' | 'usage'>> => {
    const answer = new AnswerBuilder();
    try {
      const { agent: _agent, wishes: _wishes, account, ...request } = target.call;
      const options = { signal: ports.signal, credential: credential.id, origin: account?.origin };
      for await (const event of provider.stream({ ...request, model }, options)) {
        answer.add(event);
        ports.hooks.onEvent?.(event);
      }
    } finally {
      const silent = target.billSilent === true && ports.signal.aborted;
      if (answer.started || silent) target.bill.push(usageOf(provider.id, model, answer.tokens, ports.prices));
    }
    if (answer.stop === 'refusal') throw refusedError({ provider: provider.id });
    return { provider: provider.id, model, parts: answer.parts, text: answer.text, calls: answer.calls, stop: answer.stop };
  };
  return guard.run(() => told(target, () => measured(call, target.health, ports.clock)));
}

/** Says that a key is used, and afterwards that it was refused. */
async function told<T>({ provider, model, credential, call, onKeyUse }: AttemptTarget, work: () => Promise<T>): Promise<T> {
  if (credential.secret === null || onKeyUse === undefined) return work();
  const { agent, account } = call;
  const use = {
    provider: provider.id,
    model,
    secret: credential.secret,
    credential: credential.id,
    agent,
    origin: account?.origin ?? null,
  };
  onKeyUse.used(use);
  try {
    return await work();
  } catch (thrown) {
    if (disablesCredential(thrown)) onKeyUse.refused(use, thrown.code);
    throw thrown;
  }
}

async function measured<T>(call: () => Promise<T>, health: HealthWindow, clock: Clock): Promise<T> {
  const startedAt = clock.now();
  let outcome: Outcome = 'success';
  health.begin();
  try {
    return await call();
  } catch (thrown) {
    outcome = outcomeOf(thrown);
    throw thrown;
  } finally {
    health.end(outcome, clock.now() - startedAt);
  }
}

function usageOf(provider: string, model: string, tokens: TokenCounts, prices: readonly ModelPrice[]): Usage {
  const { inputTokens, cachedInputTokens, outputTokens } = tokens;
  const cost = costMicroUsd(prices, { provider, model }, tokens);
  return { provider, model, calls: 1, inputTokens, cachedInputTokens, outputTokens, costMicroUsd: cost };
}

type ToolCallPart = Extract<ChatPart, { kind: 'toolCall' }>;

class AnswerBuilder {
  readonly parts: ChatPart[] = [];
  started = false;
  tokens: TokenCounts = { inputTokens: null, cachedInputTokens: null, outputTokens: null };
  stop: StopReason = 'other';

  add(event: ModelEvent): void {
    this.started = true;
    switch (event.kind) {
      case 'text':
        this.#addText(event.text);
        break;
      case 'toolCall':
        this.parts.push({ kind: 'toolCall', id: event.id, name: event.name, args: event.args satisfies JsonObject });
        break;
      case 'carried':
        this.parts.push(event);
        break;
      case 'usage':
        this.tokens = event.tokens;
        break;
      case 'done':
        this.stop = event.stop;
        break;
      case 'reasoning':
        break;
    }
  }

  get text(): string {
    return this.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  }

  get calls(): readonly ToolCallPart[] {
    return this.parts.filter((part) => part.kind === 'toolCall');
  }

  #addText(text: string): void {
    const last = this.parts.at(-1);
    if (last?.kind === 'text') this.parts[this.parts.length - 1] = { kind: 'text', text: last.text + text };
    else this.parts.push({ kind: 'text', text });
  }
}
