// Every failure of the store, one factory per code, so that each text is written once.

import { AppError } from '#base/errors.ts';

/** Another process owns the store. `pid` is null when its owner could not be read. */
export function storeLocked(details: { readonly file: string; readonly pid: number | null }): AppError {
  const owner = details.pid === null ? 'another process' : `process ${details.pid}`;
  return new AppError({ code: 'store.locked', message: `The store ${details.file} is in use by ${owner}.`, retryable: true, details });
}

/** A SQLite program that is not CAS has the file open. Close it and try again. */
export function storeOpenElsewhere(details: { readonly file: string }): AppError {
  return new AppError({
    code: 'store.locked',
    message: `The store ${details.file} is open in another SQLite program. Close it there first.`,
    retryable: true,
    details: { ...details, pid: null },
  });
}

/** This machine offers no lock that dies with its process; two writers would damage the store, so it is not opened. */
export function storeLockUnavailable(details: { readonly file: string; readonly reason: string }, cause?: unknown): AppError {
  return new AppError({
    code: 'store.lockUnavailable',
    message: `The store ${details.file} cannot be locked: ${details.reason}`,
    details,
    cause,
  });
}

export function storeOpenFailed(details: { readonly file: string; readonly reason: string }, cause?: unknown): AppError {
  return new AppError({
    code: 'store.openFailed',
    message: `The store ${details.file} cannot be opened: ${details.reason}`,
    details,
    cause,
  });
}

/** The file is not a sound database. It is left as it is: only a person replaces it, and it is kept aside then. */
export function storeDamaged(details: { readonly file: string; readonly reason: string }): AppError {
  return new AppError({
    code: 'store.damaged',
    message: `The store ${details.file} is damaged: ${details.reason}. It was left as it is. Go on with "cas store restore <backup>", or with "cas store restore --empty"; both keep the damaged file beside the new one.`,
    details,
  });
}

/** A newer CAS wrote this store; this one would not understand it. */
export function storeTooNew(details: { readonly found: number; readonly known: number }): AppError {
  return new AppError({
    code: 'store.tooNew',
    message: `The store was written by a newer version of CAS (schema ${details.found}; this one knows ${details.known}). Update CAS.`,
    details,
  });
}

/** A migration that was applied differs from the one in this build: the store comes from an unreleased build. */
export function storeSchemaMismatch(details: { readonly id: number; readonly stored: string; readonly expected: string }): AppError {
  return new AppError({
    code: 'store.schemaMismatch',
    message: `The store was made by a different build of CAS: migration ${details.id} is "${details.stored}", expected "${details.expected}".`,
    details,
  });
}

/** The disk refused. Nothing of the batch is kept; the same call may be made again once the cause is gone. */
export function storeWriteFailed(details: { readonly reason: string; readonly path: string }): AppError {
  return new AppError({
    code: 'store.writeFailed',
    message: `The store could not write ${details.path}: ${details.reason}.`,
    retryable: true,
    details,
  });
}

export function storeReadFailed(details: { readonly reason: string; readonly path: string }): AppError {
  const message = `The store could not read ${details.path}: ${details.reason}.`;
  return new AppError({ code: 'store.readFailed', message, retryable: true, details });
}

/** What the batch expects of stored rows does not hold. `statement` is its 0-based place in the batch. */
export function storeConflict(details: { readonly statement: number; readonly reason: string }): AppError {
  return new AppError({ code: 'store.conflict', message: `The store holds something else than expected: ${details.reason}.`, details });
}

/** A run with this idempotency key exists. */
export function storeDuplicateKey(details: { readonly key: string; readonly runId: string }): AppError {
  return new AppError({
    code: 'store.duplicateKey',
    message: `The run ${details.runId} was already started with the key "${details.key}".`,
    details,
  });
}

/** A statement that the engine rejects: a defect of CAS, not of the data. */
export function storeFailed(details: { readonly reason: string }, cause?: unknown): AppError {
  return new AppError({ code: 'store.failed', message: `The store rejected a statement: ${details.reason}.`, details, cause });
}

/** The store was closed, or its worker ended; nothing that was still pending is known to be stored. */
export function storeClosed(details: { readonly reason: string }): AppError {
  return new AppError({ code: 'store.closed', message: `The store is closed: ${details.reason}.`, details });
}

/** Text with a NUL or half a surrogate pair, which no UTF-8 database keeps, where an exact value is needed. */
export function storeInvalidText(details: { readonly text: string }): AppError {
  return new AppError({
    code: 'store.invalidText',
    message: `This text holds a character that cannot be stored: ${JSON.stringify(details.text)}.`,
    details: { text: JSON.stringify(details.text) },
  });
}

/** More than one id starts with the prefix. At most 10 candidates are listed. */
export function ambiguousPrefix(
  kind: 'run' | 'proposal' | 'deadLetter',
  details: { readonly prefix: string; readonly candidates: readonly string[] },
): AppError {
  return new AppError({
    code: `${kind}.ambiguous`,
    message: `"${details.prefix}" is the start of more than one ${kind === 'deadLetter' ? 'dead letter' : kind}: ${details.candidates.join(', ')}.`,
    details,
  });
}
