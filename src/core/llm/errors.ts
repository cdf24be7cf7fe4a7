// Every error a model call may end with: one factory a code, so that each text is written once.

import { AppError, isAppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';

export type TimeoutPhase = 'connect' | 'firstByte' | 'idle' | 'total';

interface About {
  readonly provider: string;
  /** HTTP status, when there was one. */
  readonly status?: number | undefined;
  /** The vendor's own words; kept in details, at most 500 characters. */
  readonly vendorMessage?: string | undefined;
  readonly cause?: unknown;
}

function make(code: string, message: string, retryable: boolean, about: About, more: JsonObject = {}): AppError {
  return new AppError({
    code,
    message,
    retryable,
    details: {
      provider: about.provider,
      ...(about.status === undefined ? {} : { status: about.status }),
      ...(about.vendorMessage === undefined ? {} : { vendorMessage: about.vendorMessage.slice(0, 500) }),
      ...more,
    },
    cause: about.cause,
  });
}

/** The key is missing or was refused; the credential is disabled until it changes or a person resets it. */
export const authError = (about: About): AppError =>
  make('llm.auth', `${about.provider} did not accept the API key, or none is set.`, false, about);

export const quotaError = (about: About): AppError =>
  make('llm.quota', `The account at ${about.provider} has no credit left or has reached its spending limit.`, false, about);

/** `retryAfterMs`: what the vendor asked for; null when it did not say. */
export const rateLimitedError = (about: About, retryAfterMs: number | null): AppError =>
  make('llm.rateLimited', `${about.provider} is limiting the rate of calls.`, true, about, { retryAfterMs });

export const overloadedError = (about: About, retryAfterMs: number | null = null): AppError =>
  make('llm.overloaded', `${about.provider} is overloaded.`, true, about, { retryAfterMs });

export const serverError = (about: About, what = 'failed on its side'): AppError =>
  make('llm.server', `${about.provider} ${what}.`, true, about);

export const networkError = (about: About): AppError =>
  make('llm.network', `No connection to ${about.provider} could be made or kept.`, true, about);

const PHASES: Record<TimeoutPhase, string> = {
  connect: 'did not answer the request',
  firstByte: 'sent no first byte',
  idle: 'stopped sending in the middle of its answer',
  total: 'did not finish its answer',
};

export const timeoutError = (about: About, phase: TimeoutPhase, limitMs: number | null): AppError =>
  make('llm.timeout', `${about.provider} ${PHASES[phase]}${limitMs === null ? '' : ` within ${limitMs} ms`}.`, true, about, {
    phase,
    limitMs,
  });

/** `reason`: `cut` (ended early), `malformed` (broken event) or `empty` (ended properly with nothing in it). */
export const truncatedError = (about: About, reason: 'cut' | 'malformed' | 'empty'): AppError =>
  make(
    'llm.truncated',
    reason === 'empty' ? `${about.provider} sent an empty answer.` : `The answer of ${about.provider} broke off.`,
    true,
    about,
    {
      reason,
    },
  );

/** `cutByLimit`: the output limit ended the arguments, so the same request would end the same way. */
export const badToolCallError = (about: About, tool: string, cutByLimit: boolean): AppError =>
  make(
    'llm.badToolCall',
    cutByLimit
      ? `The call of ${tool} was cut off by the output limit.`
      : `The model of ${about.provider} called ${tool} with arguments that are not a JSON object.`,
    !cutByLimit,
    about,
    { tool, cutByLimit },
  );

/** A whole call that cannot be answered; `what` ends "called x …". */
export const unclearToolCallError = (about: About, tool: string, what: string): AppError =>
  make('llm.badToolCall', `The model of ${about.provider} called ${tool} ${what}.`, true, about, { tool, cutByLimit: false });

export const badRequestError = (about: About): AppError =>
  make(
    'llm.badRequest',
    `${about.provider} refused the request as invalid${about.status === undefined ? '' : ` (${about.status})`}.`,
    false,
    about,
  );

/** 404: another model may do better; this one is asked for nothing more in this call. */
export const noModelError = (about: About): AppError =>
  make('llm.noModel', `${about.provider} has no such model for this key, or its address is wrong (404).`, false, about);

export const contextTooLongError = (about: About): AppError =>
  make('llm.contextTooLong', `The conversation is longer than the model of ${about.provider} can read.`, false, about);

export const refusedError = (about: About): AppError =>
  make('llm.refused', `The model of ${about.provider} declined to answer.`, false, about);

/** A breaker is open or its one probe is under way. `openUntil`: epoch ms, null while a probe runs. */
export const circuitOpenError = (provider: string, model: string, openUntil: number | null): AppError =>
  make(
    'llm.circuitOpen',
    `${provider} (${model}) has failed repeatedly and is not called for now.`,
    true,
    { provider },
    { model, openUntil },
  );

/** No provider has a key, or none may be called; `reasons` says why for each. */
export const noProviderError = (reasons: readonly string[]): AppError =>
  new AppError({
    code: 'llm.noProvider',
    message:
      reasons.length === 0
        ? 'No language model is set up. Set ANTHROPIC_API_KEY or OPENAI_API_KEY, or see docs/providers.md for the others.'
        : `No language model can be called: ${reasons.join('; ')}.`,
    details: { reasons },
  });

/** Replaying, and this request is not among the recorded ones: nobody is called in its place. */
export const notRecordedError = (provider: string, model: string): AppError =>
  make('llm.notRecorded', `No recorded answer of ${provider} (${model}) fits this request.`, false, { provider }, { model });

/** The error with more details; anything else passes unchanged. */
export function withDetails(thrown: unknown, details: JsonObject): unknown {
  if (!isAppError(thrown)) return thrown;
  return new AppError({
    code: thrown.code,
    message: thrown.message,
    retryable: thrown.retryable,
    details: { ...thrown.details, ...details },
    cause: thrown,
  });
}
