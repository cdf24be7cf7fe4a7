// Where the programs of a project live on this machine when they are not in /usr: what a sandbox must show of them, read-only.

import { realpathSync, type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { isWithin } from '#node/ports/containment.ts';

type Env = { readonly [name: string]: string | undefined };

/** Looked up on PATH; the folder each was installed in is shown. */
const TOOLS = (
  'node npm npx corepack pnpm yarn bun deno git python python3 pip pytest ruff uv go golangci-lint cargo rustc ' +
  'java mvn gradle make ruby bundle php composer dotnet'
).split(' ');

/** Homes of version managers and package caches: the variable that moves them, the default below HOME, and the parts that hold no credentials. */
const HOMES: readonly { readonly variable: string; readonly folder: string; readonly parts: readonly string[] }[] = [
  { variable: 'NVM_DIR', folder: '.nvm', parts: ['versions'] },
  { variable: 'VOLTA_HOME', folder: '.volta', parts: ['bin', 'tools'] },
  { variable: 'FNM_DIR', folder: '.local/share/fnm', parts: ['node-versions'] },
  { variable: 'ASDF_DATA_DIR', folder: '.asdf', parts: [''] },
  { variable: 'MISE_DATA_DIR', folder: '.local/share/mise', parts: ['installs', 'shims'] },
  { variable: 'PYENV_ROOT', folder: '.pyenv', parts: [''] },
  { variable: 'RBENV_ROOT', folder: '.rbenv', parts: [''] },
  { variable: 'RUSTUP_HOME', folder: '.rustup', parts: [''] },
  { variable: 'CARGO_HOME', folder: '.cargo', parts: ['bin', 'registry', 'git'] },
  { variable: 'GOPATH', folder: 'go', parts: ['bin', 'pkg/mod'] },
  { variable: 'SDKMAN_DIR', folder: '.sdkman', parts: ['candidates'] },
  { variable: 'BUN_INSTALL', folder: '.bun', parts: ['bin'] },
  { variable: 'UV_PYTHON_INSTALL_DIR', folder: '.local/share/uv/python', parts: [''] },
  { variable: 'MAVEN_HOME', folder: '.m2', parts: ['repository', 'wrapper'] },
];

/** Variables that say where such a home is; they hold paths, never secrets. */
export const HOME_VARIABLES: readonly string[] = [...HOMES.map((home) => home.variable), 'JAVA_HOME', 'GOROOT', 'PYENV_VERSION'];

/** What system binds already show. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/**
 * The folders of PATH that commands of a project should see, in order: absolute ones, without those npm puts in front
 * while it runs a script of ours (`node_modules/.bin`), which are not the user's.
 */
export function pathFolders(env: Env): readonly string[] {
  const npmOwn = /[\\/]node_modules[\\/](?:\.bin|npm[\\/].*node-gyp-bin|@npmcli[\\/]run-script[\\/].*node-gyp-bin)$/;
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder) && !npmOwn.test(folder));
  return [...new Set(folders)];
}

/** Absolute path of a program, or null; a name with a separator is resolved against `cwd`. */
export function findProgram(name: string, options: { readonly cwd: string; readonly folders: readonly string[] }): string | null {
  if (/[\\/]/.test(name)) return isRunnable(isAbsolute(name) ? name : join(options.cwd, name));
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : [''];
  for (const folder of options.folders) {
    for (const ending of endings) {
      const found = isRunnable(join(folder, name + ending));
      if (found !== null) return found;
    }
  }
  return null;
}

/** Existing folders outside the system's own that hold the tools found on PATH and their version managers. */
export function toolchainFolders(env: Env): readonly string[] {
  const home = env['HOME'] ?? homedir();
  const folders = pathFolders(env);
  const installed = TOOLS.flatMap((tool) => {
    const program = findProgram(tool, { cwd: '/', folders });
    return program === null ? [] : installationOf(program, home);
  });
  const homes = HOMES.flatMap(({ variable, folder, parts }) => {
    const base = env[variable] ?? join(home, folder);
    return parts.map((part) => join(base, part));
  });
  const named = [env['JAVA_HOME'], env['GOROOT']].filter((folder) => folder !== undefined);
  const binaries = folders.filter((folder) => !containsHome(folder, home));
  const wanted = [...binaries, ...installed, ...homes, ...named].filter((folder) => isShowable(folder, home));
  return withoutNested([...new Set(wanted)]);
}

/** `<prefix>/bin/tool` brings `<prefix>`, unless the prefix is a place where people keep other things too. */
function installationOf(program: string, home: string): readonly string[] {
  const real = realpathSync(program);
  const folder = dirname(real);
  const prefix = basename(folder) === 'bin' ? dirname(folder) : folder;
  const mixed = ['.local', '.cargo', '.config', 'go', 'bin', '.m2'].map((name) => join(home, name));
  return containsHome(prefix, home) || mixed.includes(prefix) ? [folder] : [prefix];
}

function containsHome(folder: string, home: string): boolean {
  return isWithin(folder, home);
}

function isShowable(folder: string, home: string): boolean {
  if (!isAbsolute(folder) || containsHome(folder, home) || SYSTEM.some((root) => isWithin(root, folder))) return false;
  return infoOf(folder)?.isDirectory() ?? false;
}

function withoutNested(folders: readonly string[]): readonly string[] {
  return folders.filter((folder) => !folders.some((other) => other !== folder && isWithin(other, folder)));
}

function isRunnable(path: string): string | null {
  const info = infoOf(path);
  if (!info?.isFile()) return null;
  return process.platform === 'win32' || (info.mode & 0o111) !== 0 ? path : null;
}

/** Null when nothing is there that this user may see: PATH often names folders of others. */
function infoOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    // EACCES, ENOTDIR, ELOOP, a name too long: for a search on PATH that is not there.
    return null;
  }
}
