// Google's errors by status name, then by HTTP status (https://ai.google.dev/gemini-api/docs/troubleshooting, 2026-11).

import {
  authError,
  badRequestError,
  contextTooLongError,
  noModelError,
  overloadedError,
  quotaError,
  rateLimitedError,
  refusedError,
  serverError,
} from '#core/llm/errors.ts';
import { type VendorReport, text } from '#core/llm/providers/vendor.ts';
import { retryAfterMs } from '#core/llm/retryAfter.ts';

export interface GeminiReport extends VendorReport {
  /** What a `RetryInfo` among the details asks for. */
  readonly retryDelayMs: number | null;
}

interface Body {
  readonly error?: {
    readonly status?: unknown;
    readonly message?: unknown;
    readonly details?: readonly { readonly reason?: unknown; readonly retryDelay?: unknown }[];
  };
}

/** The SDK's error has the body as JSON in its message, sometimes after some words, and no headers. */
export function geminiReport(thrown: { readonly status: number; readonly message: string }, headers: Headers | undefined): GeminiReport {
  const { error } = bodyOf(thrown.message);
  const details = Array.isArray(error?.details) ? error.details : [];
  const delay = /^(\d+(?:\.\d+)?)s$/.exec(text(details.find((detail) => detail.retryDelay)?.retryDelay) ?? '');
  return {
    status: thrown.status === 0 ? undefined : thrown.status,
    type: text(error?.status),
    code: text(details.find((detail) => detail.reason)?.reason),
    message: text(error?.message),
    headers,
    cause: thrown,
    retryDelayMs: delay === null ? null : Math.round(Number(delay[1]) * 1000),
  };
}

function bodyOf(message: string): Body {
  try {
    return JSON.parse(message.slice(message.indexOf('{'))) as Body;
  } catch {
    return {}; // A proxy's page: the status alone counts.
  }
}

export function geminiError(report: GeminiReport, now: number): Error {
  const about = { provider: 'gemini', status: report.status, vendorMessage: report.message, cause: report.cause };
  const { status, message = '' } = report;
  const wait = retryAfterMs(report.headers, now) ?? report.retryDelayMs;
  const refusedKey = report.code === 'API_KEY_INVALID' || report.type === 'UNAUTHENTICATED' || report.type === 'PERMISSION_DENIED';
  if (refusedKey || status === 401 || status === 403) return authError({ ...about, vendorMessage: undefined });
  if (status === 402 || /credits are depleted|billing account .* (disabled|closed)/i.test(message)) return quotaError(about);
  if (status === 429 || report.type === 'RESOURCE_EXHAUSTED') return rateLimitedError(about, wait);
  if (status === 503 || status === 529 || report.type === 'UNAVAILABLE') return overloadedError(about, wait);
  if (status === 413 || /exceeds the maximum number of tokens/i.test(message)) return contextTooLongError(about);
  if (report.code === 'SAFETY') return refusedError(about);
  if (status === undefined || status >= 500 || status === 408 || status === 409) return serverError(about);
  return status === 404 ? noModelError(about) : badRequestError(about);
}
