// Down the list of what may be asked: past what cannot be called now, past what fails in a way that another may not, from a
// key that is refused or spent to the next key of the same model.

import type { Clock } from '#base/clock.ts';
import { type ErrorView, toErrorView } from '#base/errors.ts';
import { addUsage, type Usage } from '#protocol/usage.ts';
import type { CallGuard } from '#core/llm/callGuard.ts';
import type { Candidate } from '#core/llm/candidate.ts';
import type { Credential } from '#core/llm/credential.ts';
import { noProviderError } from '#core/llm/errors.ts';
import { hedged, type Runner } from '#core/llm/hedge.ts';
import type { ModelAnswer, ModelHooks } from '#core/llm/modelCall.ts';
import { blamesCredential, worthFailover } from '#core/llm/outcome.ts';
import type { ModelProvider } from '#core/llm/provider.ts';
import type { BreakerRegistry } from '#core/llm/registry.ts';
import { NAMED } from '#core/llm/routeOrder.ts';

/** A rate limit that is over sooner than this (ms) is waited out; a longer one sends the call elsewhere. */
const PATIENCE_MS = 10_000;

/** One model with one key. */
export interface Target {
  readonly candidate: Candidate;
  readonly provider: ModelProvider;
  readonly credential: Credential;
}

/** Each model with each of its keys, in the order in which they are tried. A provider without any has an unnamed one. */
export async function targetsOf(candidates: readonly Candidate[], providers: readonly ModelProvider[]): Promise<readonly Target[]> {
  const targets = candidates.map(async (candidate): Promise<readonly Target[]> => {
    const provider = providerOf(candidate.provider, providers);
    const [first = { id: '', secret: null }, ...more] = await provider.credentials();
    const reason = (secret: string | null): string => `${candidate.reason}; with ${secret ?? 'another credential'}`;
    return [
      { candidate, provider, credential: first },
      ...more.map((credential) => ({ candidate: { ...candidate, reason: reason(credential.secret) }, provider, credential })),
    ];
  });
  return (await Promise.all(targets)).flat();
}

/** Throws `llm.noProvider`. */
export function providerOf(id: string, providers: readonly ModelProvider[]): ModelProvider {
  const provider = providers.find((one) => one.id === id);
  if (provider === undefined) throw noProviderError([`${id} is not a known provider`]);
  return provider;
}

/** What belongs to one call of `complete`: its bill, its hooks, and the way to a target's guard. */
export interface CallContext {
  readonly agent: string;
  readonly breakers: BreakerRegistry;
  /** What failed attempts used is in it too. */
  readonly bill: Usage[];
  readonly hooks: ModelHooks;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Ms of silence after which the next model is asked too; null: never. */
  readonly hedgeAfterMs: number | null;
}

export function guardOf({ candidate, credential }: Target, { breakers, agent }: CallContext): CallGuard {
  return breakers.forCall({ agent, provider: candidate.provider, model: candidate.model, credential: credential.id });
}

type PlainAnswer = Omit<ModelAnswer, 'route' | 'usage'>;
type Attempt = (target: Target, context: CallContext) => Promise<PlainAnswer>;

/** Rejects with the last failure, or with what stands in the way of the only target. */
export async function firstAnswer(
  targets: readonly Target[],
  dropped: readonly Candidate[],
  context: CallContext,
  attempt: Attempt,
): Promise<ModelAnswer> {
  const passedOver = [...dropped];
  const tried = new Set<Target>();
  let failure: { readonly thrown: unknown; readonly at: Target } | undefined;
  for (const [at, target] of targets.entries()) {
    const { candidate } = target;
    if (tried.has(target)) continue;
    if (failure !== undefined && sameModel(failure.at, target) && !blamesCredential(failure.thrown)) continue;
    const last = at === targets.length - 1;
    const obstacle = obstacleOf(target, last, context);
    // With nothing tried and nothing left the call is made all the same: its guard throws what is in the way.
    if (obstacle !== null && (!last || failure !== undefined)) {
      passedOver.push({ ...candidate, reason: obstacle });
      continue;
    }
    try {
      const partner = partnerOf(target, targets.slice(at + 1), context);
      if (partner !== undefined) tried.add(partner);
      const answer = partner === undefined ? await attempt(target, context) : await eitherOf([target, partner], context, attempt);
      const chosen = partner !== undefined && answeredBy(partner, answer) ? partner.candidate : candidate;
      if (chosen !== candidate)
        passedOver.push({ ...candidate, reason: `said nothing for ${context.hedgeAfterMs} ms, so another was asked too` });
      const route = { provider: chosen.provider, model: chosen.model, reason: chosen.reason, passedOver };
      return { ...answer, usage: addUsage(context.bill), route };
    } catch (thrown) {
      if (!worthFailover(thrown)) throw thrown;
      failure = { thrown, at: target };
      const error = toErrorView(thrown);
      passedOver.push({ ...candidate, reason: reasonOf(error, target, targets) });
      if (!last) context.hooks.onRestart?.({ provider: candidate.provider, model: candidate.model, error });
    }
  }
  throw failure?.thrown;
}

/** Why this target is passed over; null when it can be called. On the `last` one a rate limit is waited out. */
function obstacleOf(target: Target, last: boolean, context: CallContext): string | null {
  const guard = guardOf(target, context);
  const slow = !last && guard.waitMs > PATIENCE_MS;
  return guard.refusal ?? (slow ? `its rate limit lasts ${Math.ceil(guard.waitMs / 1000)} s more` : null);
}

/** With several keys, whose failure it was. */
function reasonOf(error: ErrorView, target: Target, targets: readonly Target[]): string {
  const { secret } = target.credential;
  const alone = targets.filter((other) => sameModel(other, target)).length === 1;
  return alone || secret === null ? error.message : `${secret}: ${error.message}`;
}

/** Whom to ask too when this one is silent. One that the step named is waited for. */
function partnerOf(target: Target, rest: readonly Target[], context: CallContext): Target | undefined {
  if (context.hedgeAfterMs === null || target.candidate.reason.startsWith(NAMED)) return undefined;
  return rest.find((other) => !sameModel(other, target) && obstacleOf(other, false, context) === null);
}

/** Each with a bill of its own until it has ended: what one used is not settled with what the other reserved. */
function eitherOf([first, second]: readonly [Target, Target], context: CallContext, attempt: Attempt): Promise<PlainAnswer> {
  const runnerOf = (target: Target) => async (own: Runner) => {
    const bill: Usage[] = [];
    try {
      return await attempt(target, { ...context, ...own, bill });
    } finally {
      context.bill.push(...bill);
    }
  };
  const { clock, signal, hooks, hedgeAfterMs } = context;
  return hedged(runnerOf(first), runnerOf(second), { clock, signal, hooks, afterMs: hedgeAfterMs ?? 0 });
}

function answeredBy({ candidate }: Target, answer: PlainAnswer): boolean {
  return candidate.provider === answer.provider && candidate.model === answer.model;
}

function sameModel(a: Target, b: Target): boolean {
  return a.candidate.provider === b.candidate.provider && a.candidate.model === b.candidate.model;
}
