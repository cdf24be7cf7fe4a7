// A file is either the old one or the new one, also after a power cut: write beside it, sync, rename, sync the folder.

import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotSyncFolder } from '#node/ports/fileErrors.ts';

export interface AtomicWrite {
  /** Absolute folder, which exists. */
  readonly folder: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Permission bits to set; null: what the umask gives a new file. */
  readonly mode: number | null;
  /** The owner to keep when the writer may choose one (root). */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
}

/** Throws the system's error; the old file is untouched then and no temporary file stays. */
export async function writeAtomically(write: AtomicWrite): Promise<void> {
  const temporary = join(write.folder, `.cas-${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o666);
    try {
      await file.writeFile(write.bytes);
      if (write.owner) await file.chown(write.owner.uid, write.owner.gid);
      if (write.mode !== null) await file.chmod(write.mode & 0o777);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(write.folder, write.name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(write.folder);
}

/** Makes a rename or removal durable where the file system can. Windows cannot open a folder; its file systems journal the entry. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!cannotSyncFolder(error)) throw error;
  }
}
