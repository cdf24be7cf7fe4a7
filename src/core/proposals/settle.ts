// From what CAS believes a file to be, to what it wants it to be, over what is really on disk: a change, nothing, or a conflict.
// Reads only; nothing is written here.

import type { WorkspaceFiles } from '#core/ports.ts';
import { decodeText, encodeText, readOrNull } from '#core/proposals/content.ts';
import type { ConflictReason, FileConflict } from '#core/proposals/errors.ts';
import { mergeTexts } from '#core/proposals/merge.ts';
import type { Placed } from '#core/proposals/placement.ts';

export interface Held {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number | null;
}

/** `merged`: the disk held something else than `believed`, and its edits were kept. */
export type Settled =
  | { readonly kind: 'change'; readonly from: Held | null; readonly to: Held | null; readonly merged: boolean }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'conflict'; readonly conflict: FileConflict };

const NOTHING: Settled = { kind: 'nothing' };

/** `believed` and `wanted` are one file before and after; null: no file. What is already as wanted gives `nothing`. */
export async function settle(files: WorkspaceFiles, believed: Placed | null, wanted: Placed | null): Promise<Settled> {
  if (believed === null) return wanted === null ? NOTHING : settleCreate(files, wanted);
  if (wanted === null) return settleRemove(files, believed);
  if (believed.path !== wanted.path) return settleMove(files, believed, wanted);
  const disk = await readOrNull(files, believed.path);
  if (disk === null) return conflictOf(believed.path, 'missing');
  const merge = mergeDisk(believed, wanted, disk);
  if (merge.kind === 'conflict') return merge;
  if (same(merge.bytes, disk)) return NOTHING;
  const { path } = wanted;
  return {
    kind: 'change',
    from: { path, bytes: disk, mode: await modeOf(files, path) },
    to: { path, bytes: merge.bytes, mode: null },
    merged: merge.merged,
  };
}

async function settleCreate(files: WorkspaceFiles, wanted: Placed): Promise<Settled> {
  const bytes = toBytes(wanted.text);
  const disk = await readOrNull(files, wanted.path);
  if (disk === null) return { kind: 'change', from: null, to: { path: wanted.path, bytes, mode: wanted.mode }, merged: false };
  return same(disk, bytes) ? NOTHING : conflictOf(wanted.path, 'exists');
}

async function settleRemove(files: WorkspaceFiles, believed: Placed): Promise<Settled> {
  const disk = await readOrNull(files, believed.path);
  if (disk === null) return NOTHING;
  if (!same(disk, toBytes(believed.text))) return conflictOf(believed.path, 'edited');
  const mode = await modeOf(files, believed.path);
  return { kind: 'change', from: { path: believed.path, bytes: disk, mode }, to: null, merged: false };
}

async function settleMove(files: WorkspaceFiles, believed: Placed, wanted: Placed): Promise<Settled> {
  const disk = await readOrNull(files, believed.path);
  const target = await readOrNull(files, wanted.path);
  if (disk === null) {
    return target !== null && same(target, toBytes(wanted.text)) ? NOTHING : conflictOf(believed.path, 'missing');
  }
  if (target !== null && !(await isOneFile(files, believed.path, wanted.path))) return conflictOf(wanted.path, 'exists');
  const merge = mergeDisk(believed, wanted, disk);
  if (merge.kind === 'conflict') return merge;
  const mode = await modeOf(files, believed.path);
  return {
    kind: 'change',
    from: { path: believed.path, bytes: disk, mode },
    to: { path: wanted.path, bytes: merge.bytes, mode },
    merged: merge.merged,
  };
}

type MergedBytes = { readonly kind: 'merged'; readonly bytes: Uint8Array; readonly merged: boolean };

function mergeDisk(believed: Placed, wanted: Placed, disk: Uint8Array): MergedBytes | Extract<Settled, { kind: 'conflict' }> {
  const text = decodeText(disk);
  if (text === null) return conflictOf(believed.path, 'notText');
  const result = mergeTexts(believed.text, text, wanted.text);
  if (result.kind === 'tooLarge') return conflictOf(believed.path, 'tooLarge');
  if (result.kind === 'conflict') {
    return { kind: 'conflict', conflict: { path: believed.path, reason: 'overlap', regions: result.conflicts } };
  }
  return { kind: 'merged', bytes: toBytes(result.text), merged: text !== believed.text };
}

/** True for a rename that only changes case, on a file system where both names are the same file. */
export async function isOneFile(files: WorkspaceFiles, from: string, to: string): Promise<boolean> {
  if (from.toLowerCase() !== to.toLowerCase()) return false;
  const names = new Set(await files.list());
  return !(names.has(from) && names.has(to));
}

function conflictOf(path: string, reason: ConflictReason): Extract<Settled, { kind: 'conflict' }> {
  return { kind: 'conflict', conflict: { path, reason, regions: [] } };
}

async function modeOf(files: WorkspaceFiles, path: string): Promise<number | null> {
  return (await files.stat(path))?.mode ?? null;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Merges of well-formed texts are well-formed: lines are never cut. */
function toBytes(text: string): Uint8Array {
  const bytes = encodeText(text);
  if (bytes === null) throw new Error('A text that came from UTF-8 bytes has no UTF-8 form.');
  return bytes;
}
