// ripgrep as a sieve: it says which files may hold a match, CAS's own search says what matches. So both always agree.

import { spawn } from 'node:child_process';
import { abortError } from '#base/abort.ts';
import type { TextSieve } from '#core/toolPorts.ts';
import { gitEnvironment } from '#node/ports/gitList.ts';
import { findProgram, pathFolders } from '#node/ports/toolchains.ts';

/** Characters of names in one command line: Windows allows 32,767, Linux and macOS a megabyte with all else. */
const MAX_NAMES = process.platform === 'win32' ? 30_000 : 300_000;
/** Above so many files their folders are named instead, each without those below it: many names cost more than some files too many. */
const NAMED_FILES = 500;
/** No configuration file, no preprocessor, no ignore rules: what is named, as bytes. */
const FIXED = [
  '--no-config',
  '--files-with-matches',
  '--null',
  '--no-ignore',
  '--hidden',
  '--text',
  '--no-messages',
  '--no-pre',
  '--color=never',
  '--path-separator=/',
];

/** `program`: absolute, where the host ships one. Null when there is none on PATH either. */
export function createRipgrep(options: { readonly program?: string | undefined; readonly env?: NodeJS.ProcessEnv } = {}): TextSieve | null {
  const env = options.env ?? process.env;
  const program = options.program ?? findProgram('rg', { cwd: '/', folders: pathFolders(env) });
  if (program === null) return null;
  return {
    async sift({ root, pattern, literal, ignoreCase, paths, maxBytes, signal }) {
      const how = patternArguments(pattern, { literal, ignoreCase });
      if (how === null) return null;
      const asFolders = paths.length > NAMED_FILES;
      const found = new Set<string>();
      for (const batch of batches(asFolders ? foldersOf(paths) : paths)) {
        const argv = [...FIXED, ...(asFolders ? ['--max-depth=1', `--max-filesize=${maxBytes}`] : []), ...how, '--', ...batch];
        const output = await run({ program, argv, root, signal });
        if (output === null) return null;
        for (const path of output.split('\0')) if (path !== '') found.add(path.replace(/^\.\//, ''));
      }
      return found;
    },
  };
}

/**
 * Null for a pattern that Rust's expressions could read more narrowly than RE2's: then a file could be missed. What is left
 * is plain text, and expressions in which both mean the same or Rust's means more.
 */
function patternArguments(pattern: string, options: { readonly literal: boolean; readonly ignoreCase: boolean }): readonly string[] | null {
  const ascii = /^[\x20-\x7e]*$/.test(pattern);
  if (options.ignoreCase && !(ascii && options.literal)) return null;
  const letters = options.ignoreCase ? ['--ignore-case'] : ['--case-sensitive'];
  if (options.literal) return [...letters, '--fixed-strings', '-e', pattern];
  if (!ascii || /\\[^.*+?()[\]{}|^$\\/dwsn"'`=<>!,;:@#%&~ -]|\(\?|\[\[|\[\^|\$|\^|\\n/.test(pattern)) return null;
  return [...letters, '-e', pattern];
}

/** The folder of each file, with a trailing `/`; empty for the root. */
function foldersOf(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/') + 1)))];
}

function batches(paths: readonly string[]): readonly (readonly string[])[] {
  const all: string[][] = [];
  let size = Infinity;
  for (const path of paths) {
    // A name that begins with a dash stays a name.
    const named = `./${path}`;
    if (size + named.length > MAX_NAMES) {
      all.push([]);
      size = 0;
    }
    all.at(-1)?.push(named);
    size += named.length + 1;
  }
  return all;
}

/** Null when it could not say: it is missing, or does not know the pattern. */
function run(request: {
  readonly program: string;
  readonly argv: readonly string[];
  readonly root: string;
  readonly signal: AbortSignal;
}): Promise<string | null> {
  const { program, argv, root, signal } = request;
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, {
      cwd: root,
      env: { PATH: gitEnvironment()['PATH'], LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    const onAbort = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', onAbort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', () => resolve(null));
    child.on('close', (exitCode) => {
      signal.removeEventListener('abort', onAbort);
      if (signal.aborted) reject(abortError());
      else resolve(exitCode === 0 || exitCode === 1 ? Buffer.concat(chunks).toString('utf8') : null);
    });
  });
}
