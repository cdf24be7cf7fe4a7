// Changes a person asked for: the note on the proposal, what is left of it, and the new proposal that takes its place.

import type { ProposalPart } from '#protocol/proposal.ts';
import type { DraftFile, ProposalDraft, Replacement } from '#core/skills/skill.ts';
import { decodeText, readOrNull, sha256Hex } from '#core/proposals/content.ts';
import { conflict, decided, notAsked, noSuchTarget, type FileConflict } from '#core/proposals/errors.ts';
import type { Ledger } from '#core/proposals/ledger.ts';
import { mergeTexts } from '#core/proposals/merge.ts';
import { loadTexts, place, type Placed } from '#core/proposals/placement.ts';
import { statusOf, type Ask, type ProposalRecord, type StoredFile, type StoredHunk } from '#core/proposals/record.ts';

/** A run that begins its step again asks once. Throws `proposal.notFound`, `proposal.decided`. */
export function asked(ledger: Ledger, id: string, ask: Ask): Promise<void> {
  return ledger.inTurn(async () => {
    const record = await ledger.load(id);
    if (record.asks.some(({ runId }) => runId === ask.runId)) return;
    if (statusOf(record) !== 'open') throw decided(record.id, 'It is decided already, so it cannot be drafted anew.');
    const drop = ask.drop.map(({ path, hunk }) => [path, hunk ?? null]);
    await ledger.audit(ask.by, 'proposal.ask', record.id, { note: ask.note, drop, runId: ask.runId });
    await ledger.save({ ...record, asks: [...record.asks, ask] });
  });
}

/** The first proposal that comes takes the place; what else the run proposes links back to it too. */
export function replace(
  ledger: Ledger,
  request: { readonly id: string; readonly byId: string; readonly runId: string; readonly by: string },
): Promise<Replacement> {
  return ledger.inTurn(async () => {
    const [old, next] = [await ledger.load(request.id), await ledger.load(request.byId)];
    if (!old.asks.some(({ runId }) => runId === request.runId)) throw notAsked(old.id);
    if (old.asks.at(-1)?.runId !== request.runId) return 'askedAgain';
    if (statusOf(old) !== 'open' && old.replacedBy === null) return 'decided';
    await ledger.save({ ...next, replaces: old.id });
    if (old.replacedBy !== null) return 'replaced';
    await ledger.audit(request.by, 'proposal.replace', old.id, { by: next.id });
    await ledger.save({ ...old, replacedBy: next.id, supersededBecause: `Replaced by ${next.id}, as was asked for.` });
    return 'replaced';
  });
}

/** Accepted hunks are in the files, rejected ones stay out. Null: nothing is left to propose. Throws `proposal.noSuchTarget`, `proposal.conflict`. */
export async function draftWithout(ledger: Ledger, record: ProposalRecord, drop: readonly ProposalPart[]): Promise<ProposalDraft | null> {
  const files: DraftFile[] = [];
  const notes: ProposalDraft['notes'][number][] = [];
  const conflicts: FileConflict[] = [];
  for (const { path, hunk } of drop) {
    const file = record.files.find((one) => one.path === path);
    if (!file || (hunk !== undefined && !file.hunks[Number(hunk) - 1])) throw noSuchTarget(record.id, path, hunk);
  }
  for (const file of record.files) {
    const kept = keptOf(file, drop);
    const pending = file.hunks.filter((hunk) => kept.has(hunk) && hunk.status === 'pending');
    if (pending.length === 0) continue;
    const left = await leftOf(ledger, record, file, kept);
    if ('reason' in left) conflicts.push(left);
    else files.push(left);
    notes.push(...pending.map((hunk) => noteOf(file, hunk)));
  }
  if (conflicts.length > 0) throw conflict(conflicts);
  return files.length === 0 ? null : { title: record.title, summary: record.summary, files, notes };
}

function keptOf(file: StoredFile, drop: readonly ProposalPart[]): ReadonlySet<StoredHunk> {
  const own = drop.filter(({ path }) => path === file.path);
  const isDropped = (at: number): boolean => own.some(({ hunk }) => hunk === undefined || hunk === String(at + 1));
  return new Set(file.hunks.filter((hunk, at) => hunk.status === 'accepted' || (hunk.status === 'pending' && !isDropped(at))));
}

async function leftOf(
  ledger: Ledger,
  record: ProposalRecord,
  file: StoredFile,
  kept: ReadonlySet<StoredHunk>,
): Promise<DraftFile | FileConflict> {
  const texts = await loadTexts(ledger.blobs, record.id, file);
  const believed = place(file, texts, ({ status }) => status === 'accepted');
  const wanted = place(file, texts, (hunk) => kept.has(hunk));
  const { path } = file;
  if (believed === null) return { kind: 'create', path, newText: wanted?.text ?? '', executable: ((wanted?.mode ?? 0) & 0o100) !== 0 };
  const bytes = await readOrNull(ledger.files, believed.path);
  if (bytes === null) return { path: believed.path, reason: 'missing', regions: [] };
  const baseHash = sha256Hex(bytes);
  if (wanted === null) return { kind: 'delete', path, baseHash };
  const newText = onDisk(believed, wanted, bytes);
  if (typeof newText !== 'string') return newText;
  if (believed.path === wanted.path) return { kind: 'modify', path: wanted.path, baseHash, newText };
  return { kind: 'rename', path, oldPath: believed.path, baseHash, newText };
}

function onDisk(believed: Placed, wanted: Placed, bytes: Uint8Array): string | FileConflict {
  const disk = decodeText(bytes);
  if (disk === null) return { path: believed.path, reason: 'notText', regions: [] };
  const merged = mergeTexts(believed.text, disk, wanted.text);
  if (merged.kind === 'clean') return merged.text;
  const regions = merged.kind === 'conflict' ? merged.conflicts : [];
  return { path: believed.path, reason: merged.kind === 'conflict' ? 'overlap' : 'tooLarge', regions };
}

function noteOf(file: StoredFile, hunk: StoredHunk): ProposalDraft['notes'][number] {
  const [edit] = hunk.edits;
  const line = (file.kind === 'create' ? edit?.newStart : edit?.oldStart) ?? 0;
  // The new proposal is the agent's; what a person wrote in it must not pass for its work.
  const reason = hunk.amended ? ['Edited by a person', hunk.reason].filter(Boolean).join(': ') : hunk.reason;
  return { path: file.path, line: line + 1, reason, citations: hunk.citations };
}
