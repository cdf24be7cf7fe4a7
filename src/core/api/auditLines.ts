// The whole exported audit trail through the API, part by part, so that a long one never lies in memory; and the entry that says so.

import type { CoreApi } from '#protocol/api.ts';
import type { AuditPart } from '#protocol/audit.ts';

export interface AuditExport {
  /** To be read once. */
  readonly parts: AsyncIterable<string>;
  /** For the end: writes down in the trail where what was read went to, and how many entries it was. */
  readonly note: (target: string) => Promise<void>;
}

export function auditExport(api: Pick<CoreApi, 'call'>): AuditExport {
  let rows = 0;
  async function* read(): AsyncGenerator<string> {
    for (let after: number | null = 0; after !== null;) {
      const part: AuditPart = await api.call('audit.export', { after });
      rows += part.entries;
      if (part.text !== '') yield part.text;
      after = part.next;
    }
  }
  return { parts: read(), note: (target) => api.call('audit.note', { action: 'audit.export', target, rows }) };
}
