// A key's name: enough to see that it changed, not enough to guess it.

import { createHash } from 'node:crypto';
import type { Secrets } from '#core/ports.ts';

/** First 8 hex digits of the key's SHA-256; null when no key is set. */
export async function credentialOf(secrets: Secrets, name: string): Promise<string | null> {
  const key = await secrets.get(name);
  return key === undefined || key === '' ? null : fingerprint(key);
}

/** First 8 hex digits of the SHA-256. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
