// Events as they are stored: the events of an append in one row, as a JSON array; long appends in several. Bytes, because the
// runtime encodes text many times faster than SQLite's binding does.

import type { StoreSchema } from '#core/store/schema.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** Bounds what a page of events reads beyond what it returns. */
const EVENTS_PER_ROW = 64;

/** `events` are of one run and in order. */
export function eventRows(runId: string, events: readonly RunEvent[], progress: string): StoreSchema['event_batches'][] {
  const rows: StoreSchema['event_batches'][] = [];
  for (let from = 0; from < events.length; from += EVENTS_PER_ROW) {
    const part = events.length <= EVENTS_PER_ROW ? events : events.slice(from, from + EVENTS_PER_ROW);
    const [first, last] = [part[0]?.seq ?? 0, part.at(-1)?.seq ?? 0];
    rows.push({ run_id: runId, first_seq: first, last_seq: last, progress, data: utf8.encode(JSON.stringify(part)) });
  }
  return rows;
}

export function eventsOf(rows: readonly { readonly data: Uint8Array }[]): RunEvent[] {
  return rows.flatMap(({ data }) => JSON.parse(text.decode(data)) as RunEvent[]);
}
