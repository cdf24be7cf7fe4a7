// One entry of the audit chain: the exact bytes that are hashed, and its line in an exported file.

import { createHash } from 'node:crypto';
import { type Json, stableStringify } from '#base/json.ts';
import type { AuditRecord } from '#protocol/audit.ts';

/** What the first entry names as the one before it. */
export const GENESIS = '0'.repeat(64);

/** An entry as it is stored: `data` is JSON with sorted keys, so that the same bytes are hashed here and in an exported file. */
export interface StoredEntry extends Omit<AuditRecord, 'data'> {
  readonly data: string;
}

/** The chain's format; it is part of what is hashed. */
const FORMAT = 1;

/** SHA-256 (hex) over the entry as JSON with sorted keys (RFC 8785 for the values that occur here), without its own hash. */
export function hashOf(entry: Omit<StoredEntry, 'hash'>): string {
  return createHash('sha256').update(canonical(entry)).digest('hex');
}

/** Joined by hand: `data` goes in as it is stored, so an edit that only moves a space is an edit. */
function canonical({ id, at, actor, action, target, data, late, prev }: Omit<StoredEntry, 'hash'>): string {
  const text = JSON.stringify;
  return `{"action":${text(action)},"actor":${text(actor)},"at":${at},"data":${data},"id":${id},"late":${late},"prev":${text(prev)},"target":${text(target)},"v":${FORMAT}}`;
}

/** `entry` with its place in the chain. */
export function chained(entry: Omit<StoredEntry, 'hash' | 'prev'>, prev: string): StoredEntry {
  const whole = { ...entry, prev };
  return { ...whole, hash: hashOf(whole) };
}

export function recordOf(entry: StoredEntry): AuditRecord {
  return { ...entry, data: JSON.parse(entry.data) as Json };
}

export function storedOf(record: AuditRecord): StoredEntry {
  return { ...record, data: stableStringify(record.data) };
}

/** One line of an exported file, without its end. */
export function lineOf(entry: StoredEntry): string {
  return `${canonical(entry).slice(0, -1)},"hash":${JSON.stringify(entry.hash)}}`;
}
