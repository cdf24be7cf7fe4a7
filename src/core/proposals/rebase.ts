// A proposal moved onto the files as they are now, when they changed after it was drafted. Three-way; nothing is written to them.

import type { RebaseOutcome } from '#protocol/review.ts';
import { openFile, withTexts, type NewTexts } from '#core/proposals/amend.ts';
import { decodeText, readOrNull, sha256Hex } from '#core/proposals/content.ts';
import { toSide } from '#core/proposals/draft.ts';
import { badDraft, conflict, decided, type FileConflict } from '#core/proposals/errors.ts';
import type { Ledger } from '#core/proposals/ledger.ts';
import { mergeTexts } from '#core/proposals/merge.ts';
import { loadText, loadTexts } from '#core/proposals/placement.ts';
import type { ProposalRecord, StoredFile } from '#core/proposals/record.ts';
import { viewOf } from '#core/proposals/view.ts';

export interface Rebase {
  readonly id: string;
  /** Default: every file that changed and is not decided. */
  readonly path: string | undefined;
  /** What the person made of both sides of `path`; else they are merged, or refused. */
  readonly text: string | undefined;
  readonly by: string;
}

/**
 * All files or none. Throws `proposal.conflict` naming each file whose changes touch the same lines, and `proposal.decided` for a
 * file of which something was accepted: the rest of it is merged when it is accepted.
 */
export async function rebase(ledger: Ledger, { id, path, text, by }: Rebase): Promise<RebaseOutcome> {
  const record = await ledger.load(id);
  const files = path === undefined ? record.files.filter(isOpen) : [openFile(record, path)];
  const conflicts: FileConflict[] = [];
  const moved: Moved[] = [];
  for (const file of files) {
    const result = await moveFile(ledger, record, { file, text, by });
    if (result !== null && 'reason' in result) conflicts.push(result);
    else if (result !== null) moved.push(result);
  }
  if (conflicts.length > 0) throw conflict(conflicts);
  let next = record;
  for (const { file, texts, blobs } of moved) {
    next = withTexts(next, file, texts);
    for (const [hash, bytes] of blobs) await ledger.blobs.putBlob(hash, bytes);
  }
  const rebased = moved.map(({ file }) => file.path);
  if (rebased.length > 0) {
    await ledger.audit(by, 'proposal.rebase', record.id, { paths: rebased, byHand: text !== undefined });
    await ledger.save(next);
  }
  return { proposal: await viewOf(ledger, next), rebased };
}

function isOpen({ hunks }: StoredFile): boolean {
  return hunks.some(({ status }) => status === 'pending') && hunks.every(({ status }) => status !== 'accepted');
}

interface Moved {
  readonly file: StoredFile;
  readonly texts: NewTexts;
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

/** Null when the file is as it was, or holds what is proposed already. */
async function moveFile(
  ledger: Ledger,
  record: ProposalRecord,
  { file, text, by }: { readonly file: StoredFile; readonly text: string | undefined; readonly by: string },
): Promise<Moved | FileConflict | null> {
  if (file.hunks.some(({ status }) => status === 'accepted')) {
    throw decided(record.id, `Hunks of "${file.path}" are accepted; the others are merged with your edits when you accept them.`);
  }
  const place = file.oldPath ?? file.path;
  const bytes = await readOrNull(ledger.files, place);
  if (file.baseHash === null) return bytes === null ? null : refused(place, 'exists');
  if (bytes === null) return refused(place, 'missing');
  const baseHash = sha256Hex(bytes);
  if (baseHash === file.baseHash && text === undefined) return null;
  const disk = decodeText(bytes);
  if (disk === null) return refused(place, 'notText');
  const was = await loadTexts(ledger.blobs, record.id, file);
  if (was.next === null) return movedTo(file, { was, now: { base: disk, next: null }, baseHash, bytes, agent: '', amendment: null });
  const merged = text ?? mergeOnto({ place, base: was.base ?? '', disk }, was.next);
  if (typeof merged !== 'string') return merged;
  if (text !== undefined) refuseMarkers(place, text, [disk, was.next]);
  if (merged === disk && file.kind === 'modify') return null;
  const to = { was, now: { base: disk, next: merged }, baseHash, bytes };
  if (text === undefined && file.amendment === null) return movedTo(file, { ...to, agent: merged, amendment: null });
  const agentHash = file.amendment?.agentHash ?? null;
  const agentWas = text !== undefined || agentHash === null ? null : await loadText(ledger.blobs, record.id, agentHash);
  const agent = agentWas === null ? null : mergeOnto({ place, base: was.base ?? '', disk }, agentWas);
  const kept = typeof agent === 'string' ? toSide(file.path, agent, file.newMode) : null;
  const amendment = { by, at: ledger.deps.clock.now(), agentHash: kept?.hash ?? null };
  const result = movedTo(file, { ...to, agent: kept?.text ?? disk, amendment });
  return kept === null ? result : { ...result, blobs: new Map([...result.blobs, [kept.hash, kept.bytes]]) };
}

function mergeOnto(under: { readonly place: string; readonly base: string; readonly disk: string }, wanted: string): string | FileConflict {
  const result = mergeTexts(under.base, under.disk, wanted);
  if (result.kind === 'clean') return result.text;
  return result.kind === 'tooLarge'
    ? refused(under.place, 'tooLarge')
    : { path: under.place, reason: 'overlap', regions: result.conflicts };
}

function movedTo(
  file: StoredFile,
  to: Pick<NewTexts, 'was' | 'now' | 'agent' | 'amendment'> & { readonly baseHash: string; readonly bytes: Uint8Array },
): Moved {
  const { was, now, agent, amendment, baseHash, bytes } = to;
  const side = now.next === null ? null : toSide(file.path, now.next, file.newMode);
  const blobs = new Map([[baseHash, bytes]]);
  if (side !== null) blobs.set(side.hash, side.bytes);
  return { file, texts: { was, now, agent, amendment, hashes: { baseHash, newHash: side?.hash ?? null } }, blobs };
}

function refused(path: string, reason: FileConflict['reason']): FileConflict {
  return { path, reason, regions: [] };
}

/** Marks of an unfinished merge that neither side has. */
function refuseMarkers(path: string, text: string, sides: readonly string[]): void {
  const marked = (one: string): boolean => /^<{7} /m.test(one) && /^>{7} /m.test(one);
  if (marked(text) && !sides.some(marked)) throw badDraft(`"${path}" still has conflict marks in it.`, path);
}
