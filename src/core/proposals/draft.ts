// A draft (whole new contents) checked against the workspace and turned into files with hunks.

import type { WorkspaceFiles } from '#core/ports.ts';
import type { DraftFile, ProposalDraft } from '#core/skills/skill.ts';
import { decodeText, encodeText, readOrNull, sha256Hex, splitLines } from '#core/proposals/content.ts';
import { badDraft, MAX_FILE_BYTES, notText, stale, tooLarge } from '#core/proposals/errors.ts';
import { diffEdits, groupHunks, type Hunk } from '#core/proposals/hunks.ts';
import type { StoredFile, StoredHunk } from '#core/proposals/record.ts';
import { isOneFile } from '#core/proposals/settle.ts';

export interface DraftedFile {
  readonly file: StoredFile;
  /** Contents to keep, by hash. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

export interface Side {
  readonly text: string;
  readonly hash: string;
  readonly bytes: Uint8Array;
  readonly mode: number | null;
}

const EXECUTABLE = 0o755;

/**
 * Files whose text does not change are left out; none left gives `proposal.badDraft`. Also `proposal.stale`,
 * `proposal.notText`, `proposal.tooLarge`, and `files.outside` from the port.
 */
export async function prepareDraft(files: WorkspaceFiles, draft: ProposalDraft): Promise<readonly DraftedFile[]> {
  checkPaths(draft.files);
  const drafted: DraftedFile[] = [];
  for (const entry of draft.files) {
    const one = await prepareFile(files, entry, draft);
    if (one !== null) drafted.push(one);
  }
  if (drafted.length === 0) throw badDraft('The draft changes nothing: every file is already as proposed.');
  return drafted;
}

/** Each path has one spelling and takes part once; so what is decided about one file never changes another. */
function checkPaths(entries: readonly DraftFile[]): void {
  const seen = new Set<string>();
  for (const entry of entries) {
    for (const path of entry.kind === 'rename' ? [entry.oldPath, entry.path] : [entry.path]) {
      const parts = path.split('/');
      if (parts.some((part) => part === '' || part === '.' || part === '..') || path.includes('\0')) {
        throw badDraft(`"${path}" is not a plain path inside the workspace.`, path);
      }
      if (seen.has(path)) throw badDraft(`The draft names "${path}" twice.`, path);
      seen.add(path);
    }
  }
}

async function prepareFile(files: WorkspaceFiles, entry: DraftFile, draft: ProposalDraft): Promise<DraftedFile | null> {
  const oldPath = entry.kind === 'rename' ? entry.oldPath : null;
  const base = entry.kind === 'create' ? null : await readBase(files, oldPath ?? entry.path, entry.baseHash);
  if (entry.kind === 'create' && (await files.stat(entry.path)) !== null) throw stale(entry.path, 'already exists');
  if (entry.kind === 'rename' && !(await isFree(files, entry.oldPath, entry.path))) throw stale(entry.path, 'already exists');
  const next = entry.kind === 'delete' ? null : toSide(entry.path, entry.newText, newMode(entry, base));
  if (entry.kind === 'modify' && base?.hash === next?.hash) return null;
  const file: StoredFile = {
    path: entry.path,
    oldPath,
    kind: entry.kind,
    baseHash: base?.hash ?? null,
    baseMode: base?.mode ?? null,
    newHash: next?.hash ?? null,
    newMode: next?.mode ?? null,
    hunks: [...hunksOf(entry, base?.text ?? '', next?.text ?? '', draft)],
    amendment: null,
  };
  const blobs = new Map([base, next].flatMap((side) => (side === null ? [] : [[side.hash, side.bytes] as const])));
  return { file, blobs };
}

function newMode(entry: DraftFile, base: Side | null): number | null {
  if (entry.kind === 'create') return entry.executable === true ? EXECUTABLE : null;
  return base?.mode ?? null;
}

async function readBase(files: WorkspaceFiles, path: string, hash: string): Promise<Side> {
  const stat = await files.stat(path);
  if (stat === null) throw stale(path, 'does not exist');
  if (stat.kind !== 'file') throw notText(path);
  if (stat.sizeBytes > MAX_FILE_BYTES) throw tooLarge(path, stat.sizeBytes);
  const bytes = await readOrNull(files, path);
  if (bytes === null || sha256Hex(bytes) !== hash) throw stale(path, 'has changed since the draft was made');
  const text = decodeText(bytes);
  if (text === null) throw notText(path);
  return { text, hash, bytes, mode: stat.mode };
}

/** Throws `proposal.notText`, `proposal.tooLarge`. */
export function toSide(path: string, text: string, mode: number | null): Side {
  const bytes = encodeText(text);
  if (bytes === null) throw notText(path);
  if (bytes.length > MAX_FILE_BYTES) throw tooLarge(path, bytes.length);
  return { text, hash: sha256Hex(bytes), bytes, mode };
}

async function isFree(files: WorkspaceFiles, from: string, to: string): Promise<boolean> {
  return (await files.stat(to)) === null || isOneFile(files, from, to);
}

function hunksOf(entry: DraftFile, base: string, next: string, draft: ProposalDraft): readonly StoredHunk[] {
  const baseLines = splitLines(base);
  const found = groupHunks(diffEdits(baseLines, splitLines(next)), baseLines.length);
  const whole: Hunk = { oldStart: 0, oldEnd: 0, newStart: 0, newEnd: 0, edits: [] };
  const byName = entry.kind === 'create' || entry.kind === 'delete';
  const notes = draft.notes.filter((note) => note.path === entry.path || (entry.kind === 'rename' && note.path === entry.oldPath));
  const nearest = assignNotes(found, notes, entry.kind === 'create');
  const lines = found.map((hunk, at) => {
    const own = nearest.get(at) ?? [];
    const reason = [...new Set(own.map((note) => note.reason))].join('; ');
    return toStored(
      'lines',
      hunk,
      reason || draft.title,
      own.flatMap((note) => note.citations),
    );
  });
  if (entry.kind === 'rename') return [toStored('name', whole, `Rename ${entry.oldPath} to ${entry.path}`, []), ...lines];
  // An empty file that is created or deleted has no lines, and is still something to decide.
  return byName && lines.length === 0 ? [toStored('lines', whole, notes[0]?.reason ?? draft.title, notes[0]?.citations ?? [])] : lines;
}

function toStored(
  what: StoredHunk['what'],
  hunk: Hunk,
  reason: string,
  citations: ProposalDraft['notes'][number]['citations'],
): StoredHunk {
  return { what, ...hunk, edits: [...hunk.edits], status: 'pending', reason: oneLine(reason), citations: [...citations], amended: false };
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Each note goes to the hunk that covers its line, else to the nearest one. */
function assignNotes(
  hunks: readonly Hunk[],
  notes: ProposalDraft['notes'],
  byNewLine: boolean,
): ReadonlyMap<number, ProposalDraft['notes'][number][]> {
  const byHunk = new Map<number, ProposalDraft['notes'][number][]>();
  for (const note of notes) {
    let best = -1;
    let bestDistance = Infinity;
    for (const [at, hunk] of hunks.entries()) {
      const start = byNewLine ? hunk.newStart : hunk.oldStart;
      const end = byNewLine ? hunk.newEnd : hunk.oldEnd;
      const distance = Math.max(start + 1 - note.line, note.line - end, 0);
      if (distance < bestDistance) [best, bestDistance] = [at, distance];
    }
    if (best >= 0) byHunk.set(best, [...(byHunk.get(best) ?? []), note]);
  }
  return byHunk;
}
