// The folder `.cas` of a workspace: made when it is missing, refused when it leads somewhere else.

import { lstat, mkdir, readlink, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, isAppError } from '#base/errors.ts';
import { isWithin, lstatOrNull } from '#node/ports/containment.ts';
import { isMissing } from '#node/ports/fileErrors.ts';

/** The folder keeps itself out of version control, except what the team writes there on purpose. */
const GITIGNORE = `# Written by CAS. Workflows, agents and migrations are yours to commit; the rest, this file too, is this machine's.
/*
!/workflows/
!/agents/
!/migrations/
`;

/** What CAS opens by name in its folder; a link there could lead its writes elsewhere just as well. */
const FOLDERS = ['runs'];
/** Never links, wherever they lead: who takes a lock empties its file, and a journal is written, folded in and removed. */
const FILES = ['store.db', 'store.db-wal', 'store.db-journal', 'store.db.lock', 'store.db.lock.pid'];

/**
 * `root` is a real path. Throws `store.openFailed` when the folder cannot be made or written, and `store.unsafeFolder`
 * when it or a folder in it is a link to a place outside, or a file of the store a link at all: a repository from elsewhere must
 * not choose where CAS writes.
 */
export async function prepareOwnFolder(root: string): Promise<void> {
  const folder = path.join(root, '.cas');
  try {
    await mkdir(folder, { recursive: true });
    await refuseLeadingOut(root, folder);
    for (const name of FOLDERS) await refuseLeadingOut(root, path.join(folder, name));
    for (const name of FILES) await refuseLink(path.join(folder, name));
    await writeFile(path.join(folder, '.gitignore'), GITIGNORE, { flag: 'wx' });
  } catch (error) {
    if (isAppError(error)) throw error;
    const { code, path: place } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' || place === folder) throw cannotWrite(folder, error);
  }
}

async function refuseLeadingOut(root: string, place: string): Promise<void> {
  const real = await realpath(place).catch(async (error: unknown) => {
    // Nothing is there, or a link to nothing: the latter would be created where it leads.
    if (!isMissing(error)) throw error;
    return (await lstat(place).catch(() => null)) === null ? null : readlink(place);
  });
  if (real === null || isWithin(root, path.resolve(path.dirname(place), real))) return;
  throw unsafe(place, real, 'outside the workspace');
}

async function refuseLink(place: string): Promise<void> {
  if ((await lstatOrNull(place))?.isSymbolicLink() === true) throw unsafe(place, await readlink(place), 'not a file of its own');
}

function unsafe(place: string, real: string, why: string): AppError {
  return new AppError({
    code: 'store.unsafeFolder',
    message: `${place} is a link to ${real}, ${why}. CAS will not write there; remove the link.`,
    details: { folder: place, real },
  });
}

function cannotWrite(folder: string, cause: unknown): AppError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'a file or a broken link is in its place' : message;
  return new AppError({
    code: 'store.openFailed',
    message: `CAS cannot write its folder ${folder}: ${reason}.`,
    details: { folder, reason },
    cause,
  });
}
