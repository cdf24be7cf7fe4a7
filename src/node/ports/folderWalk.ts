// The walk for folders without git: respects .gitignore files, skips node_modules, hidden folders and nested repositories.

import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { throwIfAborted } from '#base/abort.ts';
import { isMissing } from '#node/ports/fileErrors.ts';

const MAX_RULES_BYTES = 1_000_000;

interface Rules {
  /** The folder of the .gitignore, with a trailing `/`; empty for the root. */
  readonly prefix: string;
  readonly matcher: Ignore;
}

/** Files and symlinks below `root`, relative with `/`. Folders that cannot be read are left out. */
export async function walkFolder(root: string, signal?: AbortSignal): Promise<readonly string[]> {
  const found: string[] = [];
  const visit = async (prefix: string, inherited: readonly Rules[]): Promise<void> => {
    throwIfAborted(signal);
    const entries = await readFolder(join(root, prefix));
    if (prefix !== '' && entries.some((entry) => entry.name === '.git')) return;
    const own = entries.some((entry) => entry.name === '.gitignore') ? await readRules(root, prefix) : null;
    const rules = own === null ? inherited : [...inherited, own];
    for (const entry of entries) {
      const path = prefix + entry.name;
      if (entry.isDirectory()) {
        const skipped = entry.name.startsWith('.') || entry.name === 'node_modules';
        if (!skipped && !isIgnored(rules, `${path}/`)) await visit(`${path}/`, rules);
      } else if (!isIgnored(rules, path)) found.push(path);
    }
  };
  await visit('', []);
  return found;
}

async function readFolder(path: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'EACCES') return [];
    throw error;
  }
}

async function readRules(root: string, prefix: string): Promise<Rules | null> {
  try {
    const path = join(root, prefix, '.gitignore');
    const info = await stat(path);
    // A pipe would be waited for, a device read without end.
    if (!info.isFile() || info.size > MAX_RULES_BYTES) return null;
    const text = await readFile(path, 'utf8');
    return { prefix, matcher: ignore().add(text) };
  } catch {
    // A .gitignore that is private excludes nothing, as in git.
    return null;
  }
}

/** The rules of the deepest folder that says anything win, as in git. */
function isIgnored(rules: readonly Rules[], path: string): boolean {
  for (const { prefix, matcher } of rules.toReversed()) {
    const verdict = matcher.test(path.slice(prefix.length));
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}
