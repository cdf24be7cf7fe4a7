// A proposal as one unified diff in Git's dialect: `git apply` takes it, renames, modes and missing newlines included.

import { formatPatch, type StructuredPatch } from 'diff';
import { splitLines } from '#core/proposals/content.ts';
import { hunkLines } from '#core/proposals/hunks.ts';
import type { FileTexts } from '#core/proposals/placement.ts';
import type { StoredFile } from '#core/proposals/record.ts';

/** All hunks of the file, whatever was decided. */
export function filePatch(file: StoredFile, texts: FileTexts): string {
  const base = splitLines(texts.base ?? '');
  const next = splitLines(texts.next ?? '');
  const patch: StructuredPatch = {
    oldFileName: file.kind === 'create' ? '/dev/null' : `a/${file.oldPath ?? file.path}`,
    newFileName: file.kind === 'delete' ? '/dev/null' : `b/${file.path}`,
    oldHeader: undefined,
    newHeader: undefined,
    isGit: true,
    isCreate: file.kind === 'create',
    isDelete: file.kind === 'delete',
    isRename: file.kind === 'rename',
    ...(file.kind === 'create' ? { newMode: gitMode(file.newMode) } : {}),
    ...(file.kind === 'delete' ? { oldMode: gitMode(file.baseMode) } : {}),
    hunks: file.hunks
      .filter((hunk) => hunk.edits.length > 0)
      .map((hunk) => ({
        oldStart: hunk.oldStart + 1,
        oldLines: hunk.oldEnd - hunk.oldStart,
        newStart: hunk.newStart + 1,
        newLines: hunk.newEnd - hunk.newStart,
        lines: [...hunkLines(base, next, hunk)],
      })),
  };
  return formatPatch(patch);
}

function gitMode(mode: number | null): string {
  return mode !== null && (mode & 0o100) !== 0 ? '100755' : '100644';
}
