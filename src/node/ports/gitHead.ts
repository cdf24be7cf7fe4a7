// Which branch and commit are checked out, read from git's own files: nothing is run, so nothing of the repository's
// configuration takes effect.

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

export interface GitHead {
  /** Null when HEAD is detached. */
  readonly branch: string | null;
  /** Null before the first commit. */
  readonly commit: string | null;
}

/** Absolute folders: of this work tree, and of what all work trees share. Null outside a repository. */
export async function gitFolders(root: string): Promise<{ readonly own: string; readonly common: string } | null> {
  const dotGit = path.join(root, '.git');
  const kind = await stat(dotGit).catch(() => null); // not there: not a repository
  if (kind === null) return null;
  if (kind.isDirectory()) return { own: dotGit, common: dotGit };
  const target = /^gitdir: (.+)$/m.exec((await readText(dotGit)) ?? '')?.[1];
  if (target === undefined) return null;
  const own = path.resolve(root, target.trim());
  const common = (await readText(path.join(own, 'commondir')))?.trim();
  return { own, common: common === undefined ? own : path.resolve(own, common) };
}

export async function readHead({ own, common }: { readonly own: string; readonly common: string }): Promise<GitHead> {
  const head = (await readText(path.join(own, 'HEAD')))?.trim() ?? '';
  const ref = /^ref: (refs\/.+)$/.exec(head)?.[1];
  if (ref === undefined) return { branch: null, commit: head === '' ? null : head };
  const branch = ref.replace(/^refs\/heads\//, '');
  const loose = (await readText(path.join(common, ref)))?.trim();
  if (loose !== undefined) return { branch, commit: loose };
  const packed = (await readText(path.join(common, 'packed-refs'))) ?? '';
  const line = packed.split('\n').find((one) => one.endsWith(` ${ref}`));
  return { branch, commit: line?.split(' ')[0] ?? null };
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined; // git replaces these files while it works: what is not there now is looked for again at the next change
  }
}
