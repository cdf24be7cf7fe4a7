// The Retry-After header, in all the forms vendors send it.

/**
 * Ms to wait from `now`, or null when nothing valid was said. `retry-after-ms` (a vendor's extension) wins; `retry-after`
 * is seconds or an HTTP date (RFC 9110, 10.2.3). Never negative.
 */
export function retryAfterMs(headers: Headers | undefined, now: number): number | null {
  const ms = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (Number.isFinite(ms)) return Math.max(0, Math.round(ms));
  const text = headers?.get('retry-after')?.trim();
  if (text === undefined || text === '') return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number.parseFloat(text) * 1000);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
