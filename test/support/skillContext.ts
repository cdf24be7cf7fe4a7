// Builds a SkillContext over real files in a temporary folder, with a proposal desk in memory.

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { RunMode } from '#protocol/runEvents.ts';
import type { SkillContext } from '#core/skills/skill.ts';
import type { Log, RunFolder, WorkspaceFiles } from '#core/ports.ts';
import { MemoryDesk } from './memoryDesk.ts';

export interface TestWorkspace {
  readonly root: string;
  readonly files: WorkspaceFiles;
  write(file: string, content: string | Uint8Array): Promise<void>;
  git(...args: string[]): string;
  dispose(): Promise<void>;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Creates the files given by path. Nothing outside the folder is touched. */
export async function createWorkspace(content: { readonly [file: string]: string | Uint8Array } = {}): Promise<TestWorkspace> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'cas-skills-'));
  const write = async (file: string, data: string | Uint8Array): Promise<void> => {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), data);
  };
  for (const [file, data] of Object.entries(content)) await write(file, data);
  return {
    root,
    files: filesOf(root),
    write,
    git: (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', env: gitEnv(), stdio: 'pipe' }),
    dispose: () => rm(root, { recursive: true, force: true }),
  };
}

function gitEnv(): NodeJS.ProcessEnv {
  const person = {
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
  };
  return { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', ...person, ...process.env };
}

/** Reads any folder the way a workspace is read: sorted, without `.git`, `.cas` and `node_modules`. */
export function filesOf(root: string): WorkspaceFiles {
  const skipped = new Set(['.git', '.cas', 'node_modules']);
  const walk = async (folder: string): Promise<string[]> => {
    const entries = await readdir(path.join(root, folder), { withFileTypes: true });
    const nested = entries.map(async (entry) => {
      const name = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) return skipped.has(entry.name) ? [] : walk(name);
      return entry.isFile() ? [name] : [];
    });
    return (await Promise.all(nested)).flat();
  };
  return {
    root,
    read: async (file) => {
      try {
        return await readFile(path.join(root, file));
      } catch (error) {
        throw new AppError({ code: 'files.notFound', message: `${file} is not there.`, cause: error });
      }
    },
    stat: async (file) => {
      const found = await stat(path.join(root, file)).catch(() => null);
      if (found === null) return null;
      const kind = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
      return { kind, sizeBytes: found.size, modifiedAt: found.mtimeMs, mode: found.mode & 0o777 };
    },
    list: async ({ only } = {}) => {
      const all = await walk('');
      return (only === undefined ? all : await only(all)).toSorted();
    },
  };
}

export interface ContextOptions {
  readonly resources?: string;
  readonly now?: number;
  readonly mode?: RunMode;
  readonly signal?: AbortSignal;
  readonly results?: Json;
  readonly failures?: SkillContext['run']['failures'];
  readonly desk?: MemoryDesk;
  readonly onProgress?: (message: string) => void;
}

export function createSkillContext(
  files: WorkspaceFiles,
  options: ContextOptions = {},
): SkillContext & { readonly written: Map<string, string>; readonly desk: MemoryDesk } {
  const now = options.now ?? Date.parse('2030-01-01T12:00:00Z');
  const desk = options.desk ?? new MemoryDesk(files);
  const written = new Map<string, string>();
  const refuse = (what: string) => (): never => {
    throw new AppError({ code: 'test.refused', message: `${what} is not there in this test.` });
  };
  return {
    runId: 'run_test',
    path: 'step',
    agent: 'developer',
    mode: options.mode ?? 'strict',
    files,
    processes: { policy: refuse('A process gate'), run: refuse('A process gate') },
    scratch: { create: refuse('A scratch tree') },
    proposals: desk,
    runFolder: folderIn(written),
    resources: options.resources ?? path.resolve('resources'),
    clock: { now: () => now, setTimer: refuse('A timer') },
    log: silentLog,
    signal: options.signal ?? new AbortController().signal,
    progress: (message) => options.onProgress?.(message),
    recordTool: () => Promise.resolve(),
    run: { workflow: 'code-review', title: 'Code review', inputs: {}, results: options.results ?? {}, failures: options.failures ?? [] },
    written,
    desk,
  };
}

function folderIn(written: Map<string, string>): RunFolder {
  return {
    path: '/run',
    write: (name, text) => {
      written.set(name, text);
      return Promise.resolve(`/run/${name}`);
    },
    list: () => Promise.resolve([...written.keys()].toSorted()),
  };
}
