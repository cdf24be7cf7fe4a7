// The whole exported audit trail through the API, part by part, so that a long one never lies in memory.

import type { CoreApi } from '#protocol/api.ts';
import type { AuditPart } from '#protocol/audit.ts';

export async function* auditParts(api: Pick<CoreApi, 'call'>): AsyncGenerator<string> {
  for (let after: number | null = 0; after !== null;) {
    const part: AuditPart = await api.call('audit.export', { after });
    if (part.text !== '') yield part.text;
    after = part.next;
  }
}
