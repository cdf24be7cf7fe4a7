import assert from 'node:assert/strict';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createGitCommit } from '#node/ports/gitCommit.ts';
import { commitAll, git, temporaryFolders, writeFiles } from '#test/support/temporaryFolder.ts';

describe('committing what was accepted', () => {
  const folder = temporaryFolders();

  function repository(files: { readonly [path: string]: string }): string {
    const root = folder(files);
    commitAll(root);
    git(root, 'config', 'user.name', 'Ada');
    git(root, 'config', 'user.email', 'ada@example.com');
    return root;
  }

  const port = async (root: string, trusted = true): Promise<NonNullable<Awaited<ReturnType<typeof createGitCommit>>>> => {
    const commit = await createGitCommit({ root, trusted: () => trusted });
    assert.ok(commit);
    return commit;
  };

  const committed = (root: string): readonly string[] => git(root, 'show', '--name-status', '--format=', 'HEAD').split('\n').sort();

  it('commits new, changed and deleted files, with trailers, and nothing else', async () => {
    const root = repository({ 'a.txt': '1\n', 'gone.txt': '1\n', 'other.txt': '1\n' });
    writeFiles(root, { 'a.txt': '2\n', 'deep/new.txt': 'n\n', 'other.txt': '2\n', 'untracked.txt': 'u\n' });
    rmSync(join(root, 'gone.txt'));
    const commit = await port(root);
    const hash = await commit({
      paths: ['a.txt', 'deep/new.txt', 'gone.txt'],
      message: 'Mend three\n\nBecause.',
      trailers: { 'CAS-Run': 'run_1', 'CAS-Agent': 'developer' },
    });
    assert.equal(hash, git(root, 'rev-parse', 'HEAD'));
    assert.deepEqual(committed(root), ['A\tdeep/new.txt', 'D\tgone.txt', 'M\ta.txt']);
    assert.equal(git(root, 'log', '-1', '--format=%B'), 'Mend three\n\nBecause.\n\nCAS-Run: run_1\nCAS-Agent: developer');
    assert.equal(git(root, 'status', '--porcelain'), 'M other.txt\n?? untracked.txt');
  });

  it('leaves what others staged as it was', async () => {
    const root = repository({ 'a.txt': '1\n', 'staged.txt': '1\n' });
    writeFiles(root, { 'staged.txt': 'half\n', 'fresh.txt': 'x\n' });
    git(root, 'add', 'staged.txt', 'fresh.txt');
    writeFiles(root, { 'a.txt': '2\n', 'staged.txt': 'whole\n' });
    await (
      await port(root)
    )({ paths: ['a.txt'], message: 'a', trailers: {} });
    assert.deepEqual(committed(root), ['M\ta.txt']);
    assert.equal(
      git(root, 'status', '--porcelain')
        .split('\n')
        .map((line) => line.trim())
        .join('|'),
      'A  fresh.txt|MM staged.txt',
    );
    assert.equal(git(root, 'show', ':staged.txt'), 'half');
  });

  it('takes names for names: dashes, magic pathspecs, globs and quotes', async () => {
    const names = ['-a.txt', ':(top)x', '*.txt', 'ünï "q".txt'];
    const root = repository({ 'plain.txt': '1\n' });
    writeFiles(root, { ...Object.fromEntries(names.map((name) => [name, 'x\n'])), 'plain.txt': '2\n' });
    await (
      await port(root)
    )({ paths: names, message: '--amend', trailers: {} });
    assert.deepEqual(git(root, 'show', '-z', '--name-only', '--format=', 'HEAD').split('\0').filter(Boolean).sort(), names.toSorted());
    assert.equal(git(root, 'log', '-1', '--format=%s'), '--amend');
  });

  it('runs the hooks, and when one refuses the index is as it was', async () => {
    const root = repository({ 'a.txt': '1\n' });
    writeFiles(root, { '.git/hooks/pre-commit': '#!/bin/sh\necho "tests are red" >&2\nexit 1\n', 'new.txt': 'n\n', 'a.txt': '2\n' });
    chmodSync(join(root, '.git/hooks/pre-commit'), 0o755);
    const before = git(root, 'status', '--porcelain');
    await assert.rejects((await port(root))({ paths: ['a.txt', 'new.txt'], message: 'x', trailers: {} }), {
      code: 'git.commitFailed',
      message: /tests are red/,
    });
    assert.equal(git(root, 'status', '--porcelain'), before);
  });

  it('refuses in the middle of a merge', async () => {
    const root = repository({ 'a.txt': '1\n', 'b.txt': '1\n' });
    git(root, 'checkout', '-qb', 'other');
    writeFiles(root, { 'a.txt': '2\n' });
    git(root, 'commit', '-qam', 'two');
    git(root, 'checkout', '-q', 'main');
    writeFiles(root, { 'a.txt': '3\n' });
    git(root, 'commit', '-qam', 'three');
    assert.throws(() => git(root, 'merge', '-q', 'other'));
    await assert.rejects((await port(root))({ paths: ['b.txt'], message: 'x', trailers: {} }), {
      code: 'git.busy',
      message: /A merge is under way/,
    });
  });

  it('refuses where nothing changed and in an untrusted workspace', async () => {
    const root = repository({ 'a.txt': '1\n' });
    await assert.rejects((await port(root))({ paths: ['a.txt'], message: 'x', trailers: {} }), { code: 'git.commitFailed' });
    await assert.rejects((await port(root, false))({ paths: ['a.txt'], message: 'x', trailers: {} }), { code: 'git.untrusted' });
  });

  it('makes the first commit of a repository', async () => {
    const root = folder({ 'a.txt': '1\n' });
    git(root, 'init', '-q');
    git(root, 'config', 'user.name', 'Ada');
    git(root, 'config', 'user.email', 'ada@example.com');
    await (
      await port(root)
    )({ paths: ['a.txt'], message: 'first', trailers: {} });
    assert.equal(git(root, 'log', '--format=%s'), 'first');
  });

  it('is absent outside a repository', async () => {
    assert.equal(await createGitCommit({ root: folder(), trusted: () => true }), undefined);
  });
});
