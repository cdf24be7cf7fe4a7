import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { commitAll, git, temporaryFolders, writeFiles } from '#test/support/temporaryFolder.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('workspace files', () => {
  const folder = temporaryFolders();

  describe('reading', () => {
    for (const path of ['../x', '/etc/passwd', 'a/../../x', '', '.', 'a//b', 'a/', './a', 'a\0b', '..']) {
      it(`refuses ${JSON.stringify(path)} as outside`, async () => {
        const files = createWorkspaceFiles(folder({ 'a/b': 'x' }));
        await assert.rejects(files.read(path), { code: 'files.outside' });
        await assert.rejects(files.stat(path), { code: 'files.outside' });
      });
    }

    it('refuses a symlink that leads outside, as a file and as a folder on the way', async () => {
      const outside = folder({ 'secret.txt': 'secret' });
      const root = folder();
      symlinkSync(join(outside, 'secret.txt'), join(root, 'file'));
      symlinkSync(outside, join(root, 'folder'));
      const files = createWorkspaceFiles(root);
      await assert.rejects(files.read('file'), { code: 'files.outside' });
      await assert.rejects(files.read('folder/secret.txt'), { code: 'files.outside' });
      await assert.rejects(files.stat('folder/secret.txt'), { code: 'files.outside' });
    });

    it('refuses a neighbour whose name begins like the root', async () => {
      const root = folder();
      writeFiles(`${root}-other`, { x: 'x' });
      symlinkSync(`${root}-other`, join(root, 'link'));
      await assert.rejects(createWorkspaceFiles(root).read('link/x'), { code: 'files.outside' });
      rmSync(`${root}-other`, { recursive: true });
    });

    it('follows a symlink that stays inside, and a root that is a symlink itself', async () => {
      const root = folder({ 'real/a.txt': 'hello' });
      symlinkSync('real', join(root, 'alias'));
      const elsewhere = folder();
      symlinkSync(root, join(elsewhere, 'root'));
      assert.equal(text(await createWorkspaceFiles(join(elsewhere, 'root')).read('alias/a.txt')), 'hello');
    });

    it('says not found for what is missing, dangling, circular or below a file', async () => {
      const root = folder({ file: 'x' });
      symlinkSync('nowhere', join(root, 'dangling'));
      symlinkSync('circle', join(root, 'circle'));
      const files = createWorkspaceFiles(root);
      for (const path of ['missing', 'no/such/file', 'file/below', 'dangling', 'circle', 'n'.repeat(300)]) {
        await assert.rejects(files.read(path), { code: 'files.notFound' }, path);
        assert.equal(await files.stat(path), null, path);
      }
    });

    it('does not hang on a named pipe', async () => {
      const root = folder();
      execFileSync('mkfifo', [join(root, 'pipe')]);
      const files = createWorkspaceFiles(root);
      await assert.rejects(files.read('pipe'), { code: 'files.notFound' });
      assert.equal((await files.stat('pipe'))?.kind, 'other');
    });

    it('tells kind, size and mode', async () => {
      const root = folder({ 'bin/run.sh': '#!/bin/sh\n' });
      chmodSync(join(root, 'bin/run.sh'), 0o755);
      const files = createWorkspaceFiles(root);
      const stat = await files.stat('bin/run.sh');
      assert.deepEqual([stat?.kind, stat?.sizeBytes, stat?.mode], ['file', 10, 0o755]);
      assert.equal((await files.stat('bin'))?.kind, 'directory');
    });
  });

  describe('listing a repository', () => {
    it('gives tracked and untracked files, without ignored, deleted and private ones', async () => {
      const root = folder({ '.gitignore': 'dist/\n*.log\n', 'src/a.ts': '', 'gone.ts': '', '.github/ci.yml': '', 'kept.log': '' });
      git(root, 'init', '-q');
      git(root, 'add', '-A');
      git(root, 'add', '-f', 'kept.log');
      git(root, 'commit', '-qm', 'first');
      unlinkSync(join(root, 'gone.ts'));
      writeFiles(root, { 'new.ts': '', 'dist/out.js': '', 'x.log': '', '.cas/runs/1/report.md': '', 'node_modules/a/index.js': '' });
      assert.deepEqual(await createWorkspaceFiles(root).list(), ['.github/ci.yml', '.gitignore', 'kept.log', 'new.ts', 'src/a.ts']);
    });

    it('keeps odd names intact', async () => {
      const names = ['-rf', 'a b', 'line\nbreak', '"quoted"', "it's", 'tab\there', 'ünïcode-日本', 'back\\slash', '$(touch x)', ':(top)x'];
      const root = folder(Object.fromEntries(names.map((name) => [name, name])));
      const files = createWorkspaceFiles(root);
      git(root, 'init', '-q');
      assert.deepEqual(await files.list(), names.toSorted());
      git(root, 'add', '-A');
      assert.deepEqual(await files.list(), names.toSorted());
      for (const name of names) assert.equal(text(await files.read(name)), name);
    });

    it('leaves out symlinks, submodules and nested repositories', async () => {
      const library = folder({ 'lib.c': '' });
      commitAll(library);
      const root = folder({ 'a.ts': '', 'nested/inner.ts': '' });
      commitAll(join(root, 'nested'));
      git(root, 'init', '-q');
      git(root, 'submodule', '--quiet', 'add', library, 'sub');
      symlinkSync('a.ts', join(root, 'alias.ts'));
      symlinkSync('/etc', join(root, 'etc'));
      assert.deepEqual(await createWorkspaceFiles(root).list(), ['.gitmodules', 'a.ts']);
    });

    it('lists a file with a merge conflict once', async () => {
      const root = folder({ 'a.txt': 'one\n' });
      commitAll(root);
      git(root, 'checkout', '-qb', 'other');
      writeFiles(root, { 'a.txt': 'two\n' });
      git(root, 'commit', '-qam', 'two');
      git(root, 'checkout', '-q', 'main');
      writeFiles(root, { 'a.txt': 'three\n' });
      git(root, 'commit', '-qam', 'three');
      assert.throws(() => git(root, 'merge', '-q', 'other'));
      assert.deepEqual(await createWorkspaceFiles(root).list(), ['a.txt']);
    });

    it('gives paths relative to the workspace when it is a folder of a larger repository', async () => {
      const root = folder({ 'top.ts': '', 'packages/one/index.ts': '' });
      commitAll(root);
      assert.deepEqual(await createWorkspaceFiles(join(root, 'packages/one')).list(), ['index.ts']);
    });

    it('walks a workspace that a surrounding repository ignores', async () => {
      const root = folder({ '.gitignore': 'build/\n', 'build/app/index.ts': '' });
      commitAll(root);
      assert.deepEqual(await createWorkspaceFiles(join(root, 'build/app')).list(), ['index.ts']);
    });

    it("runs nothing that the repository's configuration names", async () => {
      const root = folder({ 'a.ts': '' });
      commitAll(root);
      const marker = join(root, '..', `${Date.now()}-ran`);
      git(root, 'config', 'core.fsmonitor', `touch ${marker}; false`);
      await createWorkspaceFiles(root).list();
      assert.throws(() => execFileSync('ls', [marker], { stdio: 'ignore' }));
    });

    it("is not redirected by a git hook's environment", async () => {
      const other = folder({ 'other.ts': '' });
      commitAll(other);
      const root = folder({ 'mine.ts': '' });
      commitAll(root);
      process.env['GIT_DIR'] = join(other, '.git');
      try {
        assert.deepEqual(await createWorkspaceFiles(root).list(), ['mine.ts']);
      } finally {
        delete process.env['GIT_DIR'];
      }
    });
  });

  describe('listing without git', () => {
    it('walks, respects nested .gitignore files and skips node_modules, hidden folders and repositories', async () => {
      const root = folder({
        '.gitignore': '*.log\n/out/\n',
        '.eslintrc': '',
        'a.ts': '',
        'x.log': '',
        'out/b.js': '',
        'deep/out/kept.js': '',
        'deep/.gitignore': '!keep.log\nprivate/\n',
        'deep/keep.log': '',
        'deep/private/x': '',
        'node_modules/m/index.js': '',
        '.hidden/x': '',
        'repo/.git/HEAD': '',
        'repo/x.ts': '',
      });
      const expected = ['.eslintrc', '.gitignore', 'a.ts', 'deep/.gitignore', 'deep/keep.log', 'deep/out/kept.js'];
      assert.deepEqual(await createWorkspaceFiles(root).list(), expected);
    });

    it('walks when git is not installed', async () => {
      const root = folder({ 'a.ts': '' });
      commitAll(root);
      const path = process.env['PATH'];
      process.env['PATH'] = root;
      try {
        assert.deepEqual(await createWorkspaceFiles(root).list(), ['a.ts']);
      } finally {
        process.env['PATH'] = path;
      }
    });
  });

  it('ends a listing with AbortError', async () => {
    const root = folder({ 'a.ts': '' });
    commitAll(root);
    const controller = new AbortController();
    const listing = createWorkspaceFiles(root).list({ signal: controller.signal });
    controller.abort();
    await assert.rejects(listing, { name: 'AbortError' });
  });

  it('lists more paths than one read of what git prints', async () => {
    const root = folder();
    const long = 'n'.repeat(200);
    for (let f = 0; f < 10; f += 1) {
      mkdirSync(join(root, `${long}${f}`));
      for (let i = 0; i < 100; i += 1) writeFileSync(join(root, `${long}${f}`, `${i}.ts`), '');
    }
    git(root, 'init', '-q');
    const paths = await createWorkspaceFiles(root).list();
    assert.deepEqual([paths.length, new Set(paths).size], [1_000, 1_000]);
  });
});
