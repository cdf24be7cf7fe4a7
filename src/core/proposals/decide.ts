// Which hunks a decision is about, and the planned changes that carry it out.

import type { ProposalTarget } from '#protocol/proposal.ts';
import type { WorkspaceFiles } from '#core/ports.ts';
import type { ProposalsRepository } from '#core/store/store.ts';
import { sha256Hex } from '#core/proposals/content.ts';
import { conflict, decided, noSuchTarget, superseded, type FileConflict } from '#core/proposals/errors.ts';
import { loadText, loadTexts, place, type Placed } from '#core/proposals/placement.ts';
import { lastWritten, type FileChange, type FileImage, type ProposalRecord, type StoredHunk } from '#core/proposals/record.ts';
import { settle, type Held, type Settled } from '#core/proposals/settle.ts';

export interface Ports {
  readonly blobs: ProposalsRepository;
  readonly files: WorkspaceFiles;
}

/** The pending hunks a decision would settle, by their place; empty when all of them were decided this way before. */
export type Selection = readonly { readonly path: string; readonly hunk: number }[];

/**
 * Throws `proposal.superseded`, `proposal.noSuchTarget`, and `proposal.decided` when one hunk that was named, or all of the
 * target, was decided the other way: a rejected hunk is never written, an accepted one is taken back by undo.
 */
export function select(record: ProposalRecord, target: ProposalTarget, verb: 'accepted' | 'rejected'): Selection {
  if (record.supersededBecause !== null) throw superseded(record.id, record.supersededBecause);
  const { path, hunk, parts } = target;
  if (parts === undefined) return selectPart(record, { path, hunk }, verb);
  const chosen = parts.flatMap((part) => selectPart(record, { path: part.path, hunk: part.hunk }, verb));
  const unique = new Map(chosen.map((one) => [`${one.hunk}:${one.path}`, one]));
  return [...unique.values()];
}

interface Part {
  readonly path: string | undefined;
  readonly hunk: string | undefined;
}

function selectPart(record: ProposalRecord, { path, hunk }: Part, verb: 'accepted' | 'rejected'): Selection {
  const targeted = record.files
    .filter((file) => path === undefined || file.path === path)
    .flatMap((file) => file.hunks.map((one, at) => ({ path: file.path, hunk: at, status: one.status })))
    .filter((one) => hunk === undefined || String(one.hunk + 1) === hunk);
  if (targeted.length === 0) throw noSuchTarget(record.id, path ?? '', hunk);
  if (path === undefined && hunk !== undefined) throw noSuchTarget(record.id, '', hunk);
  const pending = targeted.filter((one) => one.status === 'pending');
  if (pending.length === 0 && targeted.some((one) => one.status !== verb)) {
    const other = verb === 'accepted' ? 'rejected' : 'accepted';
    throw decided(record.id, `This was ${other} before; take that decision back (undo) to decide anew.`);
  }
  return pending.map((one) => ({ path: one.path, hunk: one.hunk }));
}

export function withStatus(record: ProposalRecord, selection: Selection, status: StoredHunk['status']): ProposalRecord {
  const chosen = new Set(selection.map((one) => `${one.hunk}:${one.path}`));
  const files = record.files.map((file) => ({
    ...file,
    hunks: file.hunks.map((hunk, at) => (chosen.has(`${at}:${file.path}`) ? { ...hunk, status } : hunk)),
  }));
  return { ...record, files };
}

export interface Plan {
  readonly changes: readonly FileChange[];
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  readonly rebased: readonly string[];
}

/** What to write so that the files of `before` become those of `after`. Throws `proposal.conflict` naming every file in the way. */
export async function planAccept(ports: Ports, before: ProposalRecord, after: ProposalRecord): Promise<Plan> {
  const steps: { believed: Placed | null; wanted: Placed | null; known: string | null }[] = [];
  for (const [at, file] of before.files.entries()) {
    const next = after.files[at] ?? file;
    if (next.hunks.every((hunk, i) => hunk.status === file.hunks[i]?.status)) continue;
    const texts = await loadTexts(ports.blobs, before.id, file);
    const accepted = (hunk: StoredHunk): boolean => hunk.status === 'accepted';
    const known = lastWritten(before, file)?.hash ?? null;
    steps.push({ believed: place(file, texts, accepted), wanted: place(next, texts, accepted), known });
  }
  return plan(ports, steps);
}

/** What to write so that `changes` never were. Throws `proposal.conflict` when later edits are in the way. */
export async function planUndo(ports: Ports, record: ProposalRecord, changes: readonly FileChange[]): Promise<Plan> {
  const toPlaced = async (image: FileImage | null): Promise<Placed | null> =>
    image && { path: image.path, text: await loadText(ports.blobs, record.id, image.hash), mode: image.mode };
  const steps = [];
  for (const { from, to } of changes) steps.push({ believed: await toPlaced(to), wanted: await toPlaced(from), known: null });
  return plan(ports, steps);
}

async function plan(
  ports: Ports,
  steps: readonly { readonly believed: Placed | null; readonly wanted: Placed | null; readonly known: string | null }[],
): Promise<Plan> {
  const changes: FileChange[] = [];
  const blobs = new Map<string, Uint8Array>();
  const rebased: string[] = [];
  const conflicts: FileConflict[] = [];
  const keep = (held: Held | null): FileImage | null => {
    if (held === null) return null;
    const hash = sha256Hex(held.bytes);
    blobs.set(hash, held.bytes);
    return { path: held.path, hash, mode: held.mode };
  };
  for (const step of steps) {
    const settled: Settled = await settle(ports.files, step.believed, step.wanted);
    if (settled.kind === 'conflict') conflicts.push(settled.conflict);
    if (settled.kind !== 'change') continue;
    const change = { from: keep(settled.from), to: keep(settled.to) };
    changes.push(change);
    if (settled.merged && change.to && change.from?.hash !== step.known) rebased.push(change.to.path);
  }
  if (conflicts.length > 0) throw conflict(conflicts);
  return { changes, blobs, rebased };
}
