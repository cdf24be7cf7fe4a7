// Errors in OpenAI's format, its own and of compatible endpoints, by code, then type, then status (
// https://platform.openai.com/docs/guides/error-codes, 2026-11).

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
import type { VendorReport } from '#core/llm/providers/vendor.ts';
import { retryAfterMs } from '#core/llm/retryAfter.ts';

/** Local servers have no code for it, only words of their own. */
const TOO_LONG = /maximum context length|context (length|window|size)|exceeds? the (available )?context|prompt is too long/i;

export function openaiError(provider: string, report: VendorReport, now: number): Error {
  const about = { provider, status: report.status, vendorMessage: report.message, cause: report.cause };
  switch (report.code ?? report.type) {
    case 'invalid_api_key':
    case 'authentication_error':
      return authError({ ...about, vendorMessage: undefined });
    case 'insufficient_quota':
    case 'billing_hard_limit_reached':
    case 'billing_not_active':
      return quotaError(about);
    case 'context_length_exceeded':
      return contextTooLongError(about);
    case 'content_filter':
    case 'content_policy_violation':
      return refusedError(about);
    case 'server_error':
      return serverError(about);
    case 'rate_limit_exceeded':
      return rateLimitedError(about, retryAfterMs(report.headers, now));
    default:
      return byStatus(report, about, now);
  }
}

function byStatus(report: VendorReport, about: Parameters<typeof serverError>[0], now: number): Error {
  const { status } = report;
  if (report.type === 'insufficient_quota') return quotaError(about);
  if (status === 401) return authError({ ...about, vendorMessage: undefined });
  if (status === 402) return quotaError(about);
  if (status === 413 || (status === 400 && TOO_LONG.test(report.message ?? ''))) return contextTooLongError(about);
  if (status === 429) return rateLimitedError(about, retryAfterMs(report.headers, now));
  if (status === 503 || status === 529) return overloadedError(about, retryAfterMs(report.headers, now));
  if (status === undefined) return report.type === 'invalid_request_error' ? badRequestError(about) : serverError(about);
  if (status === 404) return noModelError(about);
  return status >= 500 || status === 408 || status === 409 ? serverError(about) : badRequestError(about);
}
