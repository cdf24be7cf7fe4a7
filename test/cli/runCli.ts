// The built command line as a child process, and the small repository it is tried on.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { commitAll, writeFiles } from '#test/support/temporaryFolder.ts';

export const cli = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
  /** What is put before `node cli.mjs`, as bubblewrap. */
  readonly wrapper?: readonly string[];
}

/** A process that is being watched. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with the whole output once `seen` finds it in stdout or stderr; rejects when the process ends before. */
  until(seen: string | RegExp): Promise<string>;
}

/** No keys, no colours, no terminal, and printed commands that are the same everywhere. */
export function startCli(args: readonly string[], options: CliOptions = {}): Running {
  const { ANTHROPIC_API_KEY: _, OPENAI_API_KEY: __, ...inherited } = process.env;
  const [program, ...rest] = [...(options.wrapper ?? []), process.execPath, cli, ...args] as [string, ...string[]];
  const env = { ...inherited, CAS_COMMAND: 'cas', CAS_STATE_DIR: stateFolder(), ...options.env };
  const child = spawn(program, rest, { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  const take = (add: (text: string) => void) => (chunk: string) => {
    add(chunk);
    for (const watcher of watchers) watcher();
  };
  child.stdout.setEncoding('utf8').on(
    'data',
    take((chunk) => (stdout += chunk)),
  );
  child.stderr.setEncoding('utf8').on(
    'data',
    take((chunk) => (stderr += chunk)),
  );
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    child,
    ended,
    until: (seen) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const all = stdout + stderr;
          if (!(typeof seen === 'string' ? all.includes(seen) : seen.test(all))) return;
          watchers.delete(look);
          resolve(all);
        };
        watchers.add(look);
        look();
        void ended.then(() => reject(new Error(`ended before ${String(seen)} was seen:\n${stdout}\n${stderr}`)));
      }),
  };
}

export function cas(args: readonly string[], options: CliOptions = {}): Promise<Ended> {
  return startCli(args, options).ended;
}

/** Fails with what the process said when the code is another one. */
export function assertCode(ended: Ended, code: number): void {
  assert.equal(
    ended.code,
    code,
    `exit code ${ended.code} ${ended.signal ?? ''}\n${ended.stdout.slice(-2_000)}\n${ended.stderr.slice(-2_000)}`,
  );
}

/** Runs, expects exit code 0 and one JSON value on stdout. */
export async function casJson<T>(args: readonly string[], options: CliOptions = {}): Promise<T> {
  const ended = await cas([...args, '--json'], options);
  assertCode(ended, 0);
  assert.equal(ended.stdout.trim().split('\n').length, 1, 'one line');
  return JSON.parse(ended.stdout) as T;
}

/** Every line of stdout as JSON. */
export function jsonLines(ended: Pick<Ended, 'stdout'>): readonly Record<string, unknown>[] {
  return ended.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const made: string[] = [];

/** A folder that is removed when the process ends. */
export function newFolder(files: { readonly [path: string]: string } = {}): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'cas-cli-')));
  made.push(folder);
  writeFiles(folder, files);
  return folder;
}

let state: string | undefined;

/** What is approved of the folders of these tests, apart from the person's own. */
function stateFolder(): string {
  state ??= newFolder();
  return state;
}

process.on('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

const lines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => `export const value${from + i} = ${from + i};`).join('\n');

/** A workflow that waits for a person before its only task. */
export const gated = `
name: gated
version: 1.0.0
description: Asks, then looks.
steps:
  - { key: ask, name: Go on, gate: { ask: strict, message: Shall it look? } }
  - { key: look, agent: analyst, action: project.detect, dependsOn: ask }
`;

/** Two mechanical fixes in one file, far enough apart to be two hunks, and one in another. */
export const sampleFiles: { readonly [path: string]: string } = {
  'package.json': `${JSON.stringify({ name: 'sample', version: '1.0.0', type: 'module' }, null, 2)}\n`,
  'package-lock.json': `${JSON.stringify({ name: 'sample', version: '1.0.0', lockfileVersion: 3, packages: { '': { name: 'sample', version: '1.0.0' } } }, null, 2)}\n`,
  'src/compare.js': `export const isNumber = (value) => value === NaN;\n\n${lines(1, 12)}\n\nexport const isOther = (value) => NaN === value;\n`,
  'src/plain.js': `${lines(40, 8)}\n\nexport const same = (a) => NaN === a;\n`,
};

/** A repository with one commit and findings that have fixes. */
export function sampleRepository(files: { readonly [path: string]: string } = {}): string {
  const root = newFolder({ ...sampleFiles, ...files });
  commitAll(root);
  return root;
}

/** Ids, times, durations and the folder's name as placeholders, so that a transcript is the same on every machine. */
export function normalised(text: string, root: string): string {
  const ids = new Map<string, string>();
  const numbered = (id: string): string => {
    const kind = id.slice(0, id.indexOf('_'));
    if (!ids.has(id)) ids.set(id, `<${kind}${[...ids.keys()].filter((known) => known.startsWith(`${kind}_`)).length + 1}>`);
    return ids.get(id) ?? id;
  };
  return text
    .replaceAll(root, '<workspace>')
    .replace(/\b(?:run|prp|dec)_[0-9a-z]{8,}\b/g, numbered)
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<time>')
    .replace(/ *\b(?:\d+ ms|\d+\.\d s|\d+ m \d+ s)/g, ' <time>')
    .replace(/\b\d+ rules\b/g, '<n> rules')
    .replace(/[ \t]+$/gm, '');
}
