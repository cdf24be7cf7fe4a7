// Failures of backups and restores, one factory per code.

import { AppError } from '#base/errors.ts';

/** A backup never overwrites. */
export function backupExists(details: { readonly file: string }): AppError {
  return new AppError({ code: 'backup.exists', message: `${details.file} exists. Name a file that does not.`, details });
}

export function backupNotFound(details: { readonly file: string }): AppError {
  return new AppError({ code: 'backup.notFound', message: `There is no backup ${details.file}.`, details });
}

/** It is no sound store of CAS. Nothing was changed. */
export function backupUnusable(details: { readonly file: string; readonly reason: string }, cause?: unknown): AppError {
  return new AppError({
    code: 'backup.unusable',
    message: `${details.file} is not a sound store of CAS: ${details.reason}. Nothing was changed.`,
    details,
    cause,
  });
}

/** The disk refused. Neither the store nor an earlier backup was changed. */
export function backupFailed(details: { readonly file: string; readonly reason: string }, cause?: unknown): AppError {
  return new AppError({
    code: 'backup.failed',
    message: `${details.file} could not be written: ${details.reason}. The store is as it was.`,
    retryable: true,
    details,
    cause,
  });
}

/** A dry run keeps its store in memory: there is no file to care for. */
export function storeInMemory(): AppError {
  return new AppError({ code: 'store.inMemory', message: 'This store is in memory (a dry run): there is no file to care for.' });
}
