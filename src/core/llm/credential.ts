// Keys: which are set, in which order they are tried, and how one is named without revealing it.

import { createHash } from 'node:crypto';
import type { Secrets } from '#core/ports.ts';

/** What pays for a call. */
export interface Credential {
  /** First 8 hex digits of a SHA-256: enough to see that it changed, not enough to guess it. */
  readonly id: string;
  /** Name of the secret (`ANTHROPIC_API_KEY`); null where no key is used. */
  readonly secret: string | null;
}

export interface Key extends Credential {
  readonly secret: string;
  readonly value: string;
}

/** Under this name a second key of the same provider is kept: used when the first is refused, spent or limited. */
export function secondName(secret: string): string {
  return `${secret}_2`;
}

/** The keys that are set: each name, then its second; a key that stands under two names counts once. */
export async function keysOf(secrets: Secrets, ...names: readonly string[]): Promise<readonly Key[]> {
  const keys = new Map<string, Key>();
  for (const secret of names.flatMap((name) => [name, secondName(name)])) {
    const value = await secrets.get(secret);
    if (value === undefined || value === '') continue;
    const id = fingerprint(value);
    if (!keys.has(id)) keys.set(id, { id, secret, value });
  }
  return [...keys.values()];
}

/** What of a key others may know. */
export function credentialsOf(keys: readonly Key[]): readonly Credential[] {
  return keys.map(({ id, secret }) => ({ id, secret }));
}

/** The key a call was planned with; the first one where it is gone meanwhile, or none was named. */
export function keyFor(keys: readonly Key[], credential: string | undefined): Key | undefined {
  return keys.find(({ id }) => id === credential) ?? keys[0];
}

/** First 8 hex digits of the SHA-256. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
