// The audit trail as it crosses a boundary: its entries, each chained to the one before, and what a check of the chain found.

import { z } from 'zod';
import { auditKinds } from '#protocol/optionWords.ts';
import type { Json } from '#base/json.ts';

/** Names one entry and, through the chain, all before it. Kept elsewhere, it proves later that nothing of them changed. */
export const auditHeadSchema = z.strictObject({ id: z.number().int().positive(), hash: z.string().regex(/^[0-9a-f]{64}$/) });
export type AuditHead = z.infer<typeof auditHeadSchema>;

export interface AuditRecord {
  /** Counted up from 1 without gaps. */
  readonly id: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** `person`, `engine`, or an agent's id. */
  readonly actor: string;
  /** `noun.verb`, such as `proposal.accept`. */
  readonly action: string;
  readonly target: string;
  readonly data: Json;
  /** Written before entries were chained: what it was between its writing and then, the chain cannot say. */
  readonly late: boolean;
  /** Hash of the entry before; of the first, 64 zeros. */
  readonly prev: string;
  /** SHA-256 (hex) over all of the above. */
  readonly hash: string;
}

/** `missing`: entries are gone; `end`: the newest are; `rewritten`: it is whole, but not the chain that the given head was taken from. */
export type AuditBreak = 'edited' | 'moved' | 'missing' | 'start' | 'end' | 'rewritten';

export interface AuditVerification {
  readonly entries: number;
  /** From the oldest up to the first that is broken. */
  readonly verified: number;
  /** Of the oldest entry, epoch ms; null when there is none. */
  readonly since: number | null;
  /** The newest entry that is verified. Keep it elsewhere to compare with later. */
  readonly head: AuditHead | null;
  readonly late: number;
  /** Entries up to this id were removed by the retention policy, which an entry of the chain says. 0: none. */
  readonly removedTo: number;
  /** The first entry that is not as it was written; it and all after it are not verified. */
  readonly broken: { readonly id: number; readonly reason: AuditBreak; readonly message: string } | null;
  /** Epoch ms. */
  readonly checkedAt: number;
  readonly durationMs: number;
}

const moment = z.number().nonnegative();
export type AuditKind = (typeof auditKinds)[number];

export const auditQuerySchema = z.strictObject({
  /** Entries older than this one. */
  before: z.number().int().positive().optional(),
  /** 1 to 1,000; default 200. */
  limit: z.number().int().min(1).max(1_000).optional(),
  /** Anywhere in actor, action, target or data, whatever its case. */
  text: z.string().max(200).optional(),
  actor: z.string().max(200).optional(),
  /** Whole, or its first word: `proposal` finds `proposal.accept`. */
  action: z.string().max(200).optional(),
  kind: z.enum(auditKinds).optional(),
  /** Epoch ms, both included. */
  since: moment.optional(),
  until: moment.optional(),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditRecord[];
  /** Of the filter, on all pages. */
  readonly total: number;
  /** For `before` of the next page; null on the last. */
  readonly next: number | null;
}

export interface AuditPart {
  /** JSON lines, each ended; the first part begins with the header of the file. Empty after the last. */
  readonly text: string;
  /** How many entries the text holds. */
  readonly entries: number;
  /** For `after` of the next part; null after the last. */
  readonly next: number | null;
}

/** What a host does on its own and the core cannot see. */
export const hostNoteSchema = z.strictObject({
  action: z.enum(['key.add', 'key.remove', 'owner.takeover', 'runtime.switch', 'audit.export']),
  target: z.string().min(1).max(500),
  /** Of an export: how many entries it holds. */
  rows: z.number().int().nonnegative().optional(),
});
export type HostNote = z.infer<typeof hostNoteSchema>;

export interface AuditMethods {
  'audit.list': (query?: AuditQuery) => Promise<AuditPage>;
  /** Reads every entry. `head`: one that was kept elsewhere, to be compared with. */
  'audit.verify': (request?: { readonly head?: AuditHead }) => Promise<AuditVerification>;
  /** Oldest first, part by part, also of a broken chain. The file can be checked anywhere with `cas audit verify --file`. */
  'audit.export': (request?: { readonly after?: number }) => Promise<AuditPart>;
  /** For hosts, not for pages. */
  'audit.note': (note: HostNote) => Promise<void>;
}

export const auditArguments = {
  'audit.list': z.tuple([auditQuerySchema.optional()]),
  'audit.verify': z.tuple([z.strictObject({ head: auditHeadSchema.optional() }).optional()]),
  'audit.export': z.tuple([z.strictObject({ after: z.number().int().nonnegative().optional() }).optional()]),
  'audit.note': z.tuple([hostNoteSchema]),
} as const;
