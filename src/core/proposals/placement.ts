// Where a file of a proposal stands and what it holds when some of its hunks are in force.

import { decodeText, splitLines } from '#core/proposals/content.ts';
import { badRecord } from '#core/proposals/errors.ts';
import { applyHunks } from '#core/proposals/hunks.ts';
import type { StoredFile, StoredHunk } from '#core/proposals/record.ts';
import type { ProposalsRepository } from '#core/store/store.ts';

/** Both texts of a file; null: no file on that side. */
export interface FileTexts {
  readonly base: string | null;
  readonly next: string | null;
}

export interface Placed {
  readonly path: string;
  readonly text: string;
  /** Mode to create it with; null: keep what is there, or the platform's default. */
  readonly mode: number | null;
}

export async function loadTexts(
  blobs: ProposalsRepository,
  id: string,
  file: Pick<StoredFile, 'baseHash' | 'newHash'>,
): Promise<FileTexts> {
  return { base: await loadText(blobs, id, file.baseHash), next: await loadText(blobs, id, file.newHash) };
}

/** Throws `proposal.badRecord` when the blob is gone. */
export async function loadText(blobs: ProposalsRepository, id: string, hash: string): Promise<string>;
export async function loadText(blobs: ProposalsRepository, id: string, hash: string | null): Promise<string | null>;
export async function loadText(blobs: ProposalsRepository, id: string, hash: string | null): Promise<string | null> {
  if (hash === null) return null;
  const bytes = await blobs.getBlob(hash);
  const text = bytes === null ? null : decodeText(bytes);
  if (text === null) throw badRecord(id);
  return text;
}

/** The file with only the hunks that `inForce` accepts; null when there is no such file then. */
export function place(file: StoredFile, texts: FileTexts, inForce: (hunk: StoredHunk) => boolean): Placed | null {
  const hunks = file.hunks.filter(inForce);
  const changed = hunks.length > 0;
  if (file.kind === 'create') return changed ? { path: file.path, text: texts.next ?? '', mode: file.newMode } : null;
  const mode = file.baseMode;
  if (file.kind === 'delete') return changed ? null : { path: file.path, text: texts.base ?? '', mode };
  const moved = hunks.some((hunk) => hunk.what === 'name');
  const lines = hunks.filter((hunk) => hunk.what === 'lines');
  const text = applyHunks(splitLines(texts.base ?? ''), splitLines(texts.next ?? ''), lines);
  return { path: moved ? file.path : (file.oldPath ?? file.path), text, mode };
}
