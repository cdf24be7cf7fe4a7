// The `files.*` errors of the file ports, one factory per code.

import { AppError } from '#base/errors.ts';

export const filesOutside = (path: string): AppError =>
  new AppError({ code: 'files.outside', message: `${quote(path)} is not inside the workspace.`, details: { path } });

export const filesNotFound = (path: string): AppError =>
  new AppError({ code: 'files.notFound', message: `There is no file ${quote(path)}.`, details: { path } });

export const filesProtected = (path: string): AppError =>
  new AppError({
    code: 'files.protected',
    message: `${quote(path)} is protected: CAS never writes git's own data or its own records.`,
    details: { path },
  });

export const filesExists = (path: string, kind: string): AppError =>
  new AppError({ code: 'files.exists', message: `${quote(path)} is in the way: it is a ${kind}, not a file.`, details: { path, kind } });

export const filesSymlink = (path: string): AppError =>
  new AppError({
    code: 'files.symlink',
    message: `${quote(path)} is a symbolic link; CAS does not write through links.`,
    details: { path },
  });

const REASONS = new Map([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'your disk quota is used up'],
  ['EFBIG', 'the file would be larger than this system allows'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'operation not permitted'],
  ['EROFS', 'the file system is read-only'],
  ['EBUSY', 'another program holds it'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['EMFILE', 'too many files are open'],
]);

/** What was there before is untouched. Retryable: the cause usually lies outside CAS and can be mended. */
export const filesWriteFailed = (path: string, cause: unknown): AppError => {
  const reason = errnoOf(cause);
  return new AppError({
    code: 'files.writeFailed',
    message: `Cannot write ${quote(path)}: ${REASONS.get(reason) ?? reason}. Nothing was changed.`,
    retryable: true,
    details: { path, reason },
    cause,
  });
};

/** The system's name of an error (`ENOENT`), or its message, or `unknown`. */
export function errnoOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return 'unknown';
  const { code, message } = thrown as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  return typeof message === 'string' ? message : 'unknown';
}

const MISSING = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

/** True when an error says that nothing is there. */
export function isMissing(thrown: unknown): boolean {
  return MISSING.has(errnoOf(thrown));
}

const NO_SYNC = new Set(['EINVAL', 'ENOTSUP', 'ENOSYS', 'EACCES', 'EPERM']);

/**
 * What the file systems of other machines, or a folder that may not be read, answer to being synced: nothing went wrong, the
 * promise just cannot be had there.
 */
export function cannotSyncFolder(thrown: unknown): boolean {
  return NO_SYNC.has(errnoOf(thrown));
}

/** Readable whatever the name holds: line breaks and control characters are escaped. */
function quote(path: string): string {
  return JSON.stringify(path);
}
