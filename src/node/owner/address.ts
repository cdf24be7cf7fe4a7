// Where an owner listens and how others find it: a socket in a folder only the user can enter, and `.cas/owner.json`.

import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
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

/** A new socket path per owner, so that a dying owner never deletes its successor's. Short: the limit is 107 bytes. */
export async function newSocketPath(root: string): Promise<string> {
  const name = `${createHash('sha256').update(root).digest('hex').slice(0, 12)}-${process.pid}-${randomBytes(3).toString('hex')}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\cas-${name}`;
  const uid = userInfo().uid;
  const folder = path.join(tmpdir(), `cas-${uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const info = await stat(folder);
  if (info.uid !== uid) {
    throw new AppError({ code: 'owner.unsafeFolder', message: `${folder} belongs to another user; CAS will not put its socket there.` });
  }
  await chmod(folder, 0o700);
  return path.join(folder, `${name}.sock`);
}

/** Written whole or not at all, readable by the user alone. */
export async function publishAddress(root: string, address: OwnerAddress): Promise<void> {
  const file = fileOf(root);
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, JSON.stringify(address), { mode: 0o600 });
  await rename(temporary, file);
}

/** Null when there is none or it cannot be read as one (an owner that is only starting, an older version). */
export async function readAddress(root: string): Promise<OwnerAddress | null> {
  let text: string;
  try {
    text = await readFile(fileOf(root), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
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
