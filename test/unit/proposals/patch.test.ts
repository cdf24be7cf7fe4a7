import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DraftFile } from '#core/skills/skill.ts';
import { by, createBench, draft, modify, numbered, run, type Bench } from '#test/unit/proposals/bench.ts';

describe('a proposal as a patch', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cas-patch-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The tree after `git apply` of `patch` on `before`, as the bench's snapshot prints it. */
  function gitApply(before: { readonly [path: string]: string }, patch: string): { [path: string]: string } {
    for (const [path, image] of Object.entries(before)) {
      const space = image.indexOf(' ');
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), Buffer.from(image.slice(space + 1), 'latin1'));
      chmodSync(join(folder, path), Number.parseInt(image.slice(0, space), 8));
    }
    const git = (args: string[], input = ''): void => {
      const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
      execFileSync('git', ['-c', 'core.autocrlf=false', ...args], { cwd: folder, input, env, stdio: ['pipe', 'pipe', 'pipe'] });
    };
    git(['init', '-q']);
    git(['apply', '--whitespace=nowarn', '-'], patch);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('.git'));
    const after: { [path: string]: string } = {};
    for (const name of names.sort()) {
      const full = join(folder, name);
      const { mode } = statSync(full);
      if (statSync(full).isFile()) after[name] = `${(mode & 0o777).toString(8)} ${readFileSync(full).toString('latin1')}`;
    }
    return after;
  }

  async function agrees(bench: Bench, files: readonly DraftFile[]): Promise<void> {
    const before = bench.workspace.snapshot();
    const { id } = await bench.proposals.create(draft(files), by, run);
    const patch = await bench.proposals.diff(id);
    await bench.proposals.accept({ proposalId: id });
    assert.deepEqual(gitApply(before, patch), bench.workspace.snapshot());
  }

  it('gives with git apply what accepting it gives, for every kind of change at once', async () => {
    const bench = createBench({
      'a.txt': numbered(60),
      'crlf.txt': numbered(9).replaceAll('\n', '\r\n'),
      'bare.txt': 'one\ntwo',
      'old.txt': numbered(20),
      'moved only.txt': 'm\n',
      'gone.txt': 'g\nh',
      'emptied.txt': 'e\n',
      'gone-empty.txt': '',
      'ünï "q".txt': 'u\n',
    });
    bench.workspace.put('tool.sh', 'echo 1\n', 0o755);
    await agrees(bench, [
      modify(bench, 'a.txt', numbered(60, { 1: '', 20: 'x\ny\nz\n', 60: '' })),
      modify(bench, 'crlf.txt', numbered(9, { 4: 'four\n' }).replaceAll('\n', '\r\n')),
      modify(bench, 'bare.txt', 'one\ntwo\nthree'),
      modify(bench, 'emptied.txt', ''),
      modify(bench, 'ünï "q".txt', 'v\n'),
      modify(bench, 'tool.sh', 'echo 2\n'),
      { kind: 'create', path: 'dir/new.sh', newText: '#!/bin/sh', executable: true },
      { kind: 'create', path: 'empty.txt', newText: '' },
      { kind: 'delete', path: 'gone.txt', baseHash: bench.workspace.hash('gone.txt') },
      { kind: 'delete', path: 'gone-empty.txt', baseHash: bench.workspace.hash('gone-empty.txt') },
      {
        kind: 'rename',
        oldPath: 'old.txt',
        path: 'new.txt',
        baseHash: bench.workspace.hash('old.txt'),
        newText: numbered(20, { 9: 'nine\n' }),
      },
      {
        kind: 'rename',
        oldPath: 'moved only.txt',
        path: 'd/moved only.txt',
        baseHash: bench.workspace.hash('moved only.txt'),
        newText: 'm\n',
      },
    ]);
  });

  it('gives with git apply what accepting it gives, for a real source file edited all over', async () => {
    const source = readFileSync(join(import.meta.dirname, '../../../src/core/proposals/journal.ts'), 'utf8');
    const next = source
      .split('\n')
      .flatMap((line, at) => (at % 11 === 3 ? [`${line} // x`] : at % 17 === 5 ? [] : at % 23 === 9 ? [line, line] : [line]));
    const bench = createBench({ 'journal.ts': source });
    await agrees(bench, [modify(bench, 'journal.ts', next.join('\n'))]);
  });
});
