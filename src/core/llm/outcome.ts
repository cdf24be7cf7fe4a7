// What the end of a call says about the provider, the credential and the next attempt: one table for all of it.

import { type AppError, isAppError } from '#base/errors.ts';
import type { Outcome } from '#core/llm/breaker.ts';

const OUTAGES: ReadonlySet<string> = new Set(['llm.server', 'llm.overloaded', 'llm.network', 'llm.timeout', 'llm.truncated']);
const CREDENTIAL: ReadonlySet<string> = new Set(['llm.auth', 'llm.quota']);
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...OUTAGES,
  ...CREDENTIAL,
  'llm.rateLimited',
  'llm.noModel',
  'llm.circuitOpen',
  'budget.unpriced',
]);

function codeOf(thrown: unknown): string {
  return isAppError(thrown) ? thrown.code : '';
}

/** A breaker counts outages alone: never an abort, a bad request, a model that is not there, a context that is too long, a refusal or a rate limit. */
export function outcomeOf(thrown: unknown): Outcome {
  return OUTAGES.has(codeOf(thrown)) ? 'failure' : 'neutral';
}

/** The key is refused or the account is empty: no call can succeed until a person acts. */
export function disablesCredential(thrown: unknown): thrown is AppError {
  return CREDENTIAL.has(codeOf(thrown));
}

/** Another key of the same account holder may do better. */
export function blamesCredential(thrown: unknown): boolean {
  return disablesCredential(thrown) || codeOf(thrown) === 'llm.rateLimited';
}

/** Another provider may do better; a request that is wrong in itself is wrong everywhere. */
export function worthFailover(thrown: unknown): boolean {
  return ELSEWHERE.has(codeOf(thrown)) || (codeOf(thrown) === 'llm.badToolCall' && isAppError(thrown) && thrown.retryable);
}
