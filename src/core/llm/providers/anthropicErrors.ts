// Anthropic's errors by type, then by status (https://platform.claude.com/docs/en/api/errors, 2026-11).

import {
  authError,
  badRequestError,
  contextTooLongError,
  noModelError,
  overloadedError,
  quotaError,
  rateLimitedError,
  serverError,
} from '#core/llm/errors.ts';
import type { VendorReport } from '#core/llm/providers/vendor.ts';
import { retryAfterMs } from '#core/llm/retryAfter.ts';

const TYPE_OF_STATUS: { readonly [status: number]: string } = {
  401: 'authentication_error',
  402: 'billing_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  529: 'overloaded_error',
};

export function anthropicError(report: VendorReport, now: number): Error {
  const about = { provider: 'anthropic', status: report.status, vendorMessage: report.message, cause: report.cause };
  switch (report.type ?? TYPE_OF_STATUS[report.status ?? 0]) {
    case 'authentication_error':
      return authError({ ...about, vendorMessage: undefined });
    case 'billing_error':
      return quotaError(about);
    case 'rate_limit_error':
      return rateLimitedError(about, retryAfterMs(report.headers, now));
    case 'overloaded_error':
      return overloadedError(about, retryAfterMs(report.headers, now));
    case 'request_too_large':
      return contextTooLongError(about);
    case 'api_error':
    case 'timeout_error':
      return serverError(about);
    default:
      break;
  }
  if (report.status === undefined || report.status >= 500 || report.status === 408 || report.status === 409) return serverError(about);
  // These two are plain `invalid_request_error`s: the message is all that tells them apart.
  if (/prompt is too long/i.test(report.message ?? '')) return contextTooLongError(about);
  if (/credit balance is too low/i.test(report.message ?? '')) return quotaError(about);
  return report.status === 404 ? noModelError(about) : badRequestError(about);
}
