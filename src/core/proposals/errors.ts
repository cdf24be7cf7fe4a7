// The errors of proposals, one factory a code, so that each text is written once.

import { AppError } from '#base/errors.ts';

export const MAX_FILE_BYTES = 10 * 1024 * 1024;

export type ConflictReason =
  /** Both sides changed the same lines. */
  | 'overlap'
  /** The file is gone. */
  | 'missing'
  /** A file stands where one is to be created. */
  | 'exists'
  /** The file that is to be removed has edits of its own. */
  | 'edited'
  /** It is no longer UTF-8 text. */
  | 'notText'
  /** The two changes are too large to be merged line by line. */
  | 'tooLarge'
  /** It was saved while the decision was being written. */
  | 'race';

export interface FileConflict {
  readonly path: string;
  readonly reason: ConflictReason;
  /** Regions of the file on disk that the change would overwrite: 1-based line, and both versions (cut to 40 lines each). */
  readonly regions: readonly { readonly line: number; readonly disk: readonly string[]; readonly wanted: readonly string[] }[];
}

const CONFLICT_TEXT: { readonly [R in ConflictReason]: string } = {
  overlap: 'has other changes on the same lines',
  missing: 'no longer exists',
  exists: 'already exists with other content',
  edited: 'was edited and would be lost',
  notText: 'is no longer UTF-8 text',
  tooLarge: 'has changed too much to be merged',
  race: 'was saved at the same moment',
};

export function notFound(id: string): AppError {
  return new AppError({ code: 'proposal.notFound', message: `There is no proposal "${id}".`, details: { id } });
}

export function noSuchTarget(id: string, path: string, hunk: string | undefined): AppError {
  const what = hunk === undefined ? `file "${path}"` : `hunk ${hunk} of "${path}"`;
  return new AppError({
    code: 'proposal.noSuchTarget',
    message: `Proposal ${id} has no ${what}.`,
    details: { id, path, hunk: hunk ?? null },
  });
}

export function stale(path: string, why: string): AppError {
  return new AppError({
    code: 'proposal.stale',
    message: `"${path}" ${why}. Read it again and draft the change on what it is now.`,
    retryable: true,
    details: { path },
  });
}

export function notText(path: string): AppError {
  return new AppError({
    code: 'proposal.notText',
    message: `"${path}" is not UTF-8 text; only text files can be changed by a proposal.`,
    details: { path },
  });
}

export function tooLarge(path: string, sizeBytes: number): AppError {
  return new AppError({
    code: 'proposal.tooLarge',
    message: `"${path}" has ${sizeBytes} bytes; proposals take files of up to ${MAX_FILE_BYTES}.`,
    details: { path, sizeBytes, limitBytes: MAX_FILE_BYTES },
  });
}

export function badDraft(message: string, path: string | null = null): AppError {
  return new AppError({ code: 'proposal.badDraft', message, details: { path } });
}

export function conflict(files: readonly FileConflict[]): AppError {
  const list = files.map((file) => {
    const lines = file.regions.map((region) => region.line);
    const where = lines.length === 0 ? '' : ` (line ${lines.slice(0, 5).join(', ')}${lines.length > 5 ? ', …' : ''})`;
    return `"${file.path}" ${CONFLICT_TEXT[file.reason]}${where}`;
  });
  return new AppError({
    code: 'proposal.conflict',
    message: `Nothing was written: ${list.join('; ')}.`,
    details: { files: files.map((file) => ({ ...file, regions: file.regions.map((region) => ({ ...region })) })) },
  });
}

export function decided(id: string, message: string): AppError {
  return new AppError({ code: 'proposal.decided', message, details: { id } });
}

export function superseded(id: string, reason: string): AppError {
  return new AppError({
    code: 'proposal.superseded',
    message: `Proposal ${id} was taken back and cannot be decided: ${reason}`,
    details: { id, reason },
  });
}

export function nothingToUndo(id: string): AppError {
  return new AppError({ code: 'proposal.nothingToUndo', message: `Proposal ${id} has no decision to take back.`, details: { id } });
}

export function commitUnavailable(): AppError {
  return new AppError({ code: 'proposal.commitUnavailable', message: 'This workspace is not a Git repository: nothing can be committed.' });
}

export function otherRun(id: string): AppError {
  return new AppError({
    code: 'proposal.otherRun',
    message: `Proposal ${id} belongs to another run; a step may only mark those of its own.`,
    details: { id },
  });
}

export function rollbackFailed(id: string, cause: unknown): AppError {
  return new AppError({
    code: 'proposal.rollbackFailed',
    message: `Writing proposal ${id} failed, and so did restoring the files. They are restored when the workspace is next opened.`,
    details: { id },
    cause,
  });
}

export function badRecord(id: string, cause?: unknown): AppError {
  return new AppError({
    code: 'proposal.badRecord',
    message: `What is stored of proposal ${id} cannot be read; it may come from a newer version of CAS.`,
    details: { id },
    cause,
  });
}

/** A file that is deleted has no proposed text. */
export function notAmendable(path: string): AppError {
  return new AppError({
    code: 'proposal.notAmendable',
    message: `"${path}" is to be deleted: there is no proposed text to edit. Reject the deletion and edit the file itself.`,
    details: { path },
  });
}

export function nothingLeft(path: string): AppError {
  return new AppError({
    code: 'proposal.nothingLeft',
    message: `With this edit nothing would change in "${path}" any more. Reject the file instead.`,
    details: { path },
  });
}

/** `proposal.protected`: files that act need a yes of their own. */
export function needsOwnYes(id: string, files: readonly { readonly path: string; readonly reason: string }[]): AppError {
  const list = files.map(({ path, reason }) => `"${path}" (${reason})`).join(', ');
  return new AppError({
    code: 'proposal.protected',
    message: `Not written: ${list}. Such a file needs a yes of its own: accept it by its name, apart from the others.`,
    details: { id, files: files.map((file) => ({ ...file })) },
  });
}

export function notAsked(id: string): AppError {
  return new AppError({
    code: 'proposal.notAsked',
    message: `Proposal ${id} can be replaced only by the run that was asked for its changes.`,
    details: { id },
  });
}

export function emptyRequest(id: string): AppError {
  return new AppError({
    code: 'proposal.emptyRequest',
    message: 'Say what shall be different, or name the parts to leave out.',
    details: { id },
  });
}
