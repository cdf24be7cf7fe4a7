// Model calls kept by the hash of what was asked, so that a run can be made again without a network.

import { createHash } from 'node:crypto';
import type { Json } from '#base/json.ts';
import type { ModelRequest } from '#core/llm/provider.ts';

/** Where recorded calls are. Names are `<provider>/<64 hex digits>`. */
export interface Recordings {
  read(name: string): Promise<string | null>;
  write(name: string, text: string): Promise<void>;
  /** Providers that have at least one recorded call. */
  providers(): Promise<readonly string[]>;
}

/** The same request has the same name, whatever the order of its fields. */
export function recordingName(provider: string, request: ModelRequest): string {
  const hash = createHash('sha256')
    .update(canonical(request as unknown as Json))
    .digest('hex');
  return `${provider}/${hash}`;
}

function canonical(value: Json): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
