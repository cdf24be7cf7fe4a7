// A proposal as it is stored: ranges and hashes, no contents (those are blobs), and the decisions so far with what they wrote.

import { z } from 'zod';
import { citationSchema } from '#protocol/finding.ts';
import type { HunkStatus, ProposalStatus, ProposalSummary } from '#protocol/proposal.ts';
import type { ProposalRow } from '#core/store/store.ts';
import { badRecord } from '#core/proposals/errors.ts';
import type { Edit } from '#core/proposals/hunks.ts';

const FORMAT = 1;

const edit = z.object({ oldStart: z.int(), oldEnd: z.int(), newStart: z.int(), newEnd: z.int() });

const hunkSchema = edit.extend({
  /** `name`: the rename itself, without lines; `lines`: a stretch of text, or the existence of a new or deleted file. */
  what: z.enum(['lines', 'name']),
  edits: z.array(edit),
  status: z.enum(['pending', 'accepted', 'rejected']),
  reason: z.string(),
  citations: z.array(citationSchema),
  /** A person edited it. */
  amended: z.boolean().default(false),
});
export type StoredHunk = z.infer<typeof hunkSchema>;

const fileSchema = z.object({
  path: z.string(),
  oldPath: z.string().nullable(),
  kind: z.enum(['modify', 'create', 'delete', 'rename']),
  /** Hash and mode of the file the change was drafted on; null for a new file. */
  baseHash: z.string().nullable(),
  baseMode: z.int().nullable(),
  /** Hash of the whole result; null for a deleted file. */
  newHash: z.string().nullable(),
  newMode: z.int().nullable(),
  hunks: z.array(hunkSchema).min(1),
  /** A person edited the result. `agentHash`: what the agent wrote; null when that no longer fits the base. */
  amendment: z.object({ by: z.string(), at: z.number(), agentHash: z.string().nullable() }).nullable().default(null),
});
export type StoredFile = z.infer<typeof fileSchema>;

const imageSchema = z.object({ path: z.string(), hash: z.string(), mode: z.int().nullable() });
/** A file as it was before or after a decision; the bytes are a blob. */
export type FileImage = z.infer<typeof imageSchema>;

/** One file's way from before to after; null: no file. Different paths: it moved. */
export const changeSchema = z.object({ from: imageSchema.nullable(), to: imageSchema.nullable() });
export type FileChange = z.infer<typeof changeSchema>;

const decisionSchema = z.object({
  kind: z.enum(['accept', 'reject']),
  by: z.string(),
  at: z.number(),
  /** What was pending before. */
  hunks: z.array(z.object({ path: z.string(), hunk: z.int() })),
  changes: z.array(changeSchema),
});
export type Decision = z.infer<typeof decisionSchema>;

const askSchema = z.object({
  by: z.string(),
  at: z.number(),
  note: z.string(),
  drop: z.array(z.object({ path: z.string(), hunk: z.string().optional() })),
  runId: z.string(),
});
export type Ask = z.infer<typeof askSchema>;

const recordSchema = z.object({
  format: z.literal(FORMAT),
  id: z.string(),
  runId: z.string().nullable(),
  path: z.string().nullable(),
  agent: z.string(),
  title: z.string(),
  summary: z.string(),
  createdAt: z.number(),
  supersededBecause: z.string().nullable(),
  replacedBy: z.string().nullable().default(null),
  replaces: z.string().nullable().default(null),
  /** Oldest first. */
  asks: z.array(askSchema).default([]),
  verification: z
    .object({
      passed: z.boolean(),
      checks: z.array(z.object({ name: z.string(), passed: z.boolean(), detail: z.string() })),
      outdated: z.boolean().default(false),
    })
    .nullable(),
  files: z.array(fileSchema).min(1),
  /** Standing decisions, oldest first; an undo takes the last one off. */
  decisions: z.array(decisionSchema),
});
export type ProposalRecord = z.infer<typeof recordSchema>;

type Drafted = Pick<ProposalRecord, 'id' | 'runId' | 'path' | 'agent' | 'title' | 'summary' | 'createdAt' | 'files'>;

export function newRecord(fields: Drafted): ProposalRecord {
  const untouched = { supersededBecause: null, replacedBy: null, replaces: null, asks: [], verification: null, decisions: [] };
  return { format: FORMAT, ...untouched, ...fields };
}

export function toRow(record: ProposalRecord): ProposalRow {
  const { id, runId, createdAt } = record;
  return { id, runId, status: statusOf(record), createdAt, data: JSON.stringify(record) };
}

/** Throws `proposal.badRecord` for data of another format. */
export function fromRow(row: ProposalRow): ProposalRecord {
  try {
    return recordSchema.parse(JSON.parse(row.data));
  } catch (error) {
    throw badRecord(row.id, error);
  }
}

/** `open` while any hunk is undecided; `partial` when some were accepted and the rest rejected. */
export function statusOf(record: ProposalRecord): ProposalStatus {
  if (record.supersededBecause !== null) return 'superseded';
  const statuses = new Set<HunkStatus>(record.files.flatMap((file) => file.hunks.map((hunk) => hunk.status)));
  if (statuses.has('pending')) return 'open';
  if (statuses.size === 2) return 'partial';
  return statuses.has('accepted') ? 'accepted' : 'rejected';
}

export function countLines(edits: readonly Edit[]): { readonly added: number; readonly removed: number } {
  let added = 0;
  let removed = 0;
  for (const edit of edits) {
    added += edit.newEnd - edit.newStart;
    removed += edit.oldEnd - edit.oldStart;
  }
  return { added, removed };
}

export function summaryOf(record: ProposalRecord): ProposalSummary {
  const hunks = record.files.flatMap((file) => file.hunks);
  const { id, runId, path, agent, title, summary, createdAt, replacedBy, replaces } = record;
  const asked = record.asks.at(-1);
  return {
    id,
    runId,
    path,
    agent,
    title,
    summary,
    createdAt,
    status: statusOf(record),
    files: record.files.length,
    hunks: hunks.length,
    hunksPending: hunks.filter((hunk) => hunk.status === 'pending').length,
    ...countLines(hunks.flatMap((hunk) => hunk.edits)),
    ...(replacedBy !== null && { replacedBy }),
    ...(replaces !== null && { replaces }),
    ...(asked && { asked }),
  };
}

/** What the standing decisions last left of a file: an image, null for "removed", undefined when they never wrote it. */
export function lastWritten(record: ProposalRecord, file: StoredFile): FileImage | null | undefined {
  const paths = new Set([file.path, file.oldPath]);
  for (const decision of record.decisions.toReversed()) {
    const change = decision.changes.find(({ from, to }) => paths.has((from ?? to)?.path ?? null));
    if (change) return change.to;
  }
  return undefined;
}
