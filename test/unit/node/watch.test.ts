import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Disposable } from '#base/disposable.ts';
import { gitFolders, readHead } from '#node/ports/gitHead.ts';
import { createWatch } from '#node/ports/watch.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';

describe('what the host sees of files and git', () => {
  let root: string;
  let watching: Disposable | null = null;
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd, encoding: 'utf8' }).trim();

  beforeEach(() => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'cas-watch-')));
    git(root, 'init', '-q', '-b', 'main');
    writeFileSync(path.join(root, '.gitignore'), 'out/\n');
    git(root, 'add', '.');
    git(root, 'commit', '-q', '-m', 'one');
  });
  afterEach(() => {
    watching?.dispose();
    watching = null;
    rmSync(root, { recursive: true, force: true });
  });

  it('reads branch and commit of loose and packed refs, of a detached HEAD, of a work tree and before the first commit', async () => {
    const commit = git(root, 'rev-parse', 'HEAD');
    const head = async (folder: string) => {
      const folders = await gitFolders(folder);
      return folders && readHead(folders);
    };
    assert.deepEqual(await head(root), { branch: 'main', commit });
    git(root, 'pack-refs', '--all');
    assert.deepEqual(await head(root), { branch: 'main', commit });
    git(root, 'worktree', 'add', '-q', '-b', 'topic/one', path.join(root, 'out', 'tree'));
    assert.deepEqual(await head(path.join(root, 'out', 'tree')), { branch: 'topic/one', commit });
    git(root, 'checkout', '-q', '--detach');
    assert.deepEqual(await head(root), { branch: null, commit });
    git(root, 'checkout', '-q', '--orphan', 'fresh');
    assert.deepEqual(await head(root), { branch: 'fresh', commit: null });
    assert.equal(await head(tmpdir()), null);
  });

  it('tells of files in old and new folders, of removals, and never of what git ignores', async () => {
    const told = new Set<string>();
    let changed: () => void = () => {};
    const log = {
      debug() {},
      info() {},
      warn: (message: string) => assert.fail(message),
      error: (message: string) => assert.fail(message),
    };
    watching = createWatch({ files: createWorkspaceFiles(root), log })({
      saved(paths) {
        paths.forEach((one) => told.add(one));
        changed();
      },
      committed: () => assert.fail('nothing was committed'),
      switched: () => assert.fail('nothing was switched'),
    });
    /** Does it again until it is told: watching begins a moment after the call. */
    const until = async (file: string, again: () => void): Promise<void> => {
      while (!told.has(file)) {
        again();
        await new Promise<void>((resolve) => {
          changed = resolve;
          setTimeout(resolve, 400);
        });
      }
    };
    let n = 0;
    const write = (file: string) => (): void => writeFileSync(path.join(root, file), `${(n += 1)}`);
    await until('a.txt', write('a.txt'));
    mkdirSync(path.join(root, 'new', 'deep'), { recursive: true });
    mkdirSync(path.join(root, 'out'));
    write('out/built.js')();
    await until('new/deep/b.txt', write('new/deep/b.txt'));
    told.clear();
    await until('new/deep/b.txt', write('new/deep/b.txt'));
    told.clear();
    rmSync(path.join(root, 'a.txt'));
    await until('a.txt', () => {});
    assert.ok(!Array.from(told).some((file) => file.startsWith('out')));
  });
});
