// Secrets from the environment, and which of its values are secrets at all (for redaction).

import type { Secrets } from '#core/ports.ts';

type Env = { readonly [name: string]: string | undefined };

const SECRET_NAME = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|PAT)(?:_\d+)?$/i;
const MIN_SECRET_LENGTH = 8;

/** Read at each call, so a changed environment counts. Blank values are no secrets: undefined. */
export function environmentSecrets(env: Env): Secrets {
  return {
    get(name) {
      const value = env[name]?.trim();
      return Promise.resolve(value === '' ? undefined : value);
    },
  };
}

/** Values of variables named like secrets (`*_API_KEY`, `*_TOKEN`, `*_PASSWORD`, and their second ones as `*_API_KEY_2`), 8 characters or longer. */
export function secretValues(env: Env): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const trimmed = value?.trim() ?? '';
    return SECRET_NAME.test(name) && trimmed.length >= MIN_SECRET_LENGTH ? [trimmed] : [];
  });
}
