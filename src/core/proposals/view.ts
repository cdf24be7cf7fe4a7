// A stored proposal as people see it: hunks with their lines, and how each file stands on disk now.

import type { HunkView, ProposalFileView, ProposalView } from '#protocol/proposal.ts';
import type { WorkspaceFiles } from '#core/ports.ts';
import type { ProposalsRepository } from '#core/store/store.ts';
import { readOrNull, sha256Hex, splitLines } from '#core/proposals/content.ts';
import { hunkLines } from '#core/proposals/hunks.ts';
import { loadTexts } from '#core/proposals/placement.ts';
import { countLines, lastWritten, summaryOf, type ProposalRecord, type StoredFile, type StoredHunk } from '#core/proposals/record.ts';

export async function viewOf(ports: { blobs: ProposalsRepository; files: WorkspaceFiles }, record: ProposalRecord): Promise<ProposalView> {
  const files: ProposalFileView[] = [];
  for (const file of record.files) files.push(await fileView(ports, record, file));
  return { ...summaryOf(record), files, verification: verificationOf(record), canUndo: record.decisions.length > 0 };
}

function verificationOf({ verification }: ProposalRecord): ProposalView['verification'] {
  if (verification === null) return null;
  const { passed, checks, outdated } = verification;
  return { passed, checks, ...(outdated && { outdated: true as const }) };
}

async function fileView(
  ports: { blobs: ProposalsRepository; files: WorkspaceFiles },
  record: ProposalRecord,
  file: StoredFile,
): Promise<ProposalFileView> {
  const texts = await loadTexts(ports.blobs, record.id, file);
  const base = splitLines(texts.base ?? '');
  const next = splitLines(texts.next ?? '');
  const { path, oldPath, kind, baseHash, amendment } = file;
  return {
    path,
    oldPath,
    kind,
    baseHash,
    ...countLines(file.hunks.flatMap((hunk) => hunk.edits)),
    hunks: file.hunks.map((hunk, at) => hunkView(hunk, at, hunkLines(base, next, hunk))),
    disk: await diskState(ports.files, record, file),
    ...(amendment && { amendment: { by: amendment.by, at: amendment.at, agentText: amendment.agentHash !== null } }),
  };
}

function hunkView(hunk: StoredHunk, at: number, lines: readonly string[]): HunkView {
  const oldLines = hunk.oldEnd - hunk.oldStart;
  const newLines = hunk.newEnd - hunk.newStart;
  return {
    id: String(at + 1),
    oldStart: oldLines === 0 ? hunk.oldStart : hunk.oldStart + 1,
    oldLines,
    newStart: newLines === 0 ? hunk.newStart : hunk.newStart + 1,
    newLines,
    lines,
    status: hunk.status,
    reason: hunk.reason,
    citations: hunk.citations,
    ...(hunk.amended && { amended: true as const }),
  };
}

/** `same`: as drafted on, or as CAS last left it (a new file that is not there yet, too). */
async function diskState(files: WorkspaceFiles, record: ProposalRecord, file: StoredFile): Promise<ProposalFileView['disk']> {
  const written = lastWritten(record, file);
  const path = written?.path ?? (written === undefined ? (file.oldPath ?? file.path) : file.path);
  const expected = written === undefined ? file.baseHash : (written?.hash ?? null);
  const bytes = await readOrNull(files, path);
  if (bytes === null) return expected === null ? 'same' : 'missing';
  const hash = sha256Hex(bytes);
  return hash === expected || hash === file.baseHash ? 'same' : 'changed';
}
