// When a failed attempt is tried again.

import type { ErrorView } from '#base/errors.ts';
import type { RetryPolicy } from '#core/workflow/definition.ts';

/**
 * Epoch ms of the next attempt; null when there is none: the error is not retryable or the attempts are used up.
 * Exponential backoff with full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter, 2015):
 * a uniform wait below min(maxDelayMs, initialDelayMs × 2^(attempt − 1)).
 */
export function retryTime(
  policy: RetryPolicy,
  failed: { readonly error: ErrorView; readonly attempt: number; readonly now: number; readonly random: number },
): number | null {
  if (!failed.error.retryable || failed.attempt >= policy.maxAttempts) return null;
  const ceilingMs = Math.min(policy.maxDelayMs, policy.initialDelayMs * 2 ** (failed.attempt - 1));
  return failed.now + Math.floor(failed.random * ceilingMs);
}
