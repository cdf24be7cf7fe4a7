// Where an owner listens and how others find it: a socket in a folder only the user can enter, and `.cas/owner.json`.

import { createHash, randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#base/errors.ts';

const ownerFileSchema = z.object({ pid: z.number().int(), socket: z.string(), token: z.string().min(32), protocol: z.number().int() });
export type OwnerAddress = z.infer<typeof ownerFileSchema>;

const fileOf = (root: string): string => path.join(root, '.cas', 'owner.json');

export function newToken(): string {
  return randomBytes(32).toString('hex');
}

/** A Unix socket's path holds 107 bytes on Linux and 103 on macOS; a longer one is refused by the system or cut. */
const MAX_SOCKET_BYTES = 100;

/**
 * A new socket path per owner, so that a dying owner never deletes its successor's. Sockets that killed owners of this
 * workspace left behind are removed: only who holds the workspace's lock calls this. Throws `owner.unsafeFolder`.
 */
export async function newSocketPath(root: string): Promise<string> {
  const workspace = createHash('sha256').update(root).digest('hex').slice(0, 12);
  const name = `${workspace}-${process.pid}-${randomBytes(3).toString('hex')}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\cas-${name}`;
  const folder = await socketFolder(`${name}.sock`.length);
  for (const left of await readdir(folder)) {
    if (left.startsWith(`${workspace}-`)) await rm(path.join(folder, left), { force: true });
  }
  return path.join(folder, `${name}.sock`);
}

/** A folder that only this user can enter, short enough for a socket of `nameLength` in it. */
async function socketFolder(nameLength: number): Promise<string> {
  const { uid } = userInfo();
  const wanted = path.join(tmpdir(), `cas-${uid}`);
  const folder = Buffer.byteLength(wanted) + 1 + nameLength <= MAX_SOCKET_BYTES ? wanted : `/tmp/cas-${uid}`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const info = await lstat(folder);
  if (!info.isDirectory() || info.uid !== uid) {
    throw new AppError({
      code: 'owner.unsafeFolder',
      message: `${folder} is not a folder of this user; CAS will not put its socket there.`,
    });
  }
  await chmod(folder, 0o700);
  return folder;
}

/** Written whole or not at all, readable by the user alone. Throws `owner.addressFailed`. */
export async function publishAddress(root: string, address: OwnerAddress): Promise<void> {
  const file = fileOf(root);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    // Left by a killed process of the same id, it would keep its own permissions.
    await rm(temporary, { force: true });
    await writeFile(temporary, JSON.stringify(address), { mode: 0o600, flag: 'wx' });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new AppError({
      code: 'owner.addressFailed',
      message: `CAS cannot write ${file}: ${(error as Error).message}`,
      details: { file },
      cause: error,
    });
  }
}

/** Null when there is none or it cannot be read as one (an owner that is only starting, an older version). Throws `owner.addressFailed`. */
export async function readAddress(root: string): Promise<OwnerAddress | null> {
  let text: string;
  try {
    text = await readFile(fileOf(root), 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw new AppError({
      code: 'owner.addressFailed',
      message: `CAS cannot read ${fileOf(root)}: ${(error as Error).message}`,
      details: { file: fileOf(root) },
      cause: error,
    });
  }
  const parsed = ownerFileSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}

/** Removes the file only if it is still this owner's. */
export async function withdrawAddress(root: string, address: OwnerAddress): Promise<void> {
  const current = await readAddress(root);
  if (current?.token === address.token) await rm(fileOf(root), { force: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a half-written file from a version that did not rename: the same as no file
  }
}
