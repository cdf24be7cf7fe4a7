import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { syncFolder } from '#node/ports/atomicWrite.ts';
import { probeBubblewrap } from '#node/ports/bubblewrap.ts';
import { isProtected } from '#node/ports/protectedPaths.ts';
import { pathFolders } from '#node/ports/toolchains.ts';
import { createWriteGate } from '#node/ports/writeGate.ts';
import { syncFolderOf } from '#node/sqlite/checkedCopy.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const mode = (path: string): number => statSync(path).mode & 0o777;

describe('the write gate', () => {
  const folder = temporaryFolders();

  it('writes a new file with its folders and leaves no temporary file', async () => {
    const root = folder();
    await createWriteGate(root).write('src/deep/a.ts', bytes('new'), { mode: null });
    assert.equal(readFileSync(join(root, 'src/deep/a.ts'), 'utf8'), 'new');
    assert.deepEqual(readdirSync(join(root, 'src/deep')), ['a.ts']);
  });

  it('keeps the mode of an existing file and sets the one asked for', async () => {
    const root = folder({ 'run.sh': 'old', 'read.only': 'old' });
    chmodSync(join(root, 'run.sh'), 0o751);
    chmodSync(join(root, 'read.only'), 0o444);
    const gate = createWriteGate(root);
    await gate.write('run.sh', bytes('new'), { mode: null });
    await gate.write('read.only', bytes('new'), { mode: null });
    await gate.write('tool', bytes('new'), { mode: 0o755 });
    assert.deepEqual([mode(join(root, 'run.sh')), mode(join(root, 'read.only')), mode(join(root, 'tool'))], [0o751, 0o444, 0o755]);
    assert.equal(readFileSync(join(root, 'run.sh'), 'utf8'), 'new');
  });

  it('takes a write for done where a folder cannot be synced, as on file systems of other machines', async function () {
    if (process.platform !== 'linux') this.skip();
    const plain = await open('/proc', 'r');
    await assert.rejects(plain.sync(), { code: 'EINVAL' });
    await plain.close();
    await syncFolder('/proc');
    syncFolderOf('/proc/version');
  });

  it('refuses paths that lead outside, by letters and through links', async () => {
    const outside = folder();
    const root = folder();
    symlinkSync(outside, join(root, 'link'));
    symlinkSync(join(outside, 'not-yet'), join(root, 'dangling'));
    const gate = createWriteGate(root);
    for (const path of ['../x', '/tmp/x', 'a/../../x', 'link/x', 'link/deep/x', 'dangling/x']) {
      await assert.rejects(gate.write(path, bytes('x'), { mode: null }), { code: 'files.outside' }, path);
      await assert.rejects(gate.remove(path), { code: 'files.outside' }, path);
    }
    assert.deepEqual(readdirSync(outside), []);
  });

  it('never writes through or over a symlink', async () => {
    const root = folder({ 'real.txt': 'old' });
    symlinkSync('real.txt', join(root, 'link.txt'));
    symlinkSync('nowhere', join(root, 'dangling.txt'));
    const gate = createWriteGate(root);
    for (const path of ['link.txt', 'dangling.txt']) {
      await assert.rejects(gate.write(path, bytes('new'), { mode: null }), { code: 'files.symlink' });
      await assert.rejects(gate.remove(path), { code: 'files.symlink' });
    }
    assert.equal(readFileSync(join(root, 'real.txt'), 'utf8'), 'old');
    assert.ok(lstatSync(join(root, 'link.txt')).isSymbolicLink());
  });

  it('refuses a folder or a device in the place of the file', async () => {
    const root = folder({ 'folder/x': '' });
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const gate = createWriteGate(root);
    await assert.rejects(gate.write('folder', bytes(''), { mode: null }), { code: 'files.exists' });
    await assert.rejects(gate.write('pipe', bytes(''), { mode: null }), { code: 'files.exists' });
  });

  const forbidden = [
    '.git',
    '.git/config',
    '.GIT/hooks/pre-commit',
    'sub/.git/config',
    '.git./config',
    '.git /config',
    'GIT~1/config',
    '.g\u200cit/config',
    '.git::$INDEX_ALLOCATION/config',
    '.cas',
    '.cas/cas.db',
    '.CAS/cas.db',
    '.cas/runs/1/report.md',
    '.cas/workflows',
    '.cas./cas.db',
  ];
  for (const path of forbidden) {
    it(`protects ${JSON.stringify(path)}`, async () => {
      const root = folder({ '.git/config': 'old', '.cas/cas.db': 'old' });
      await assert.rejects(createWriteGate(root).write(path, bytes('x'), { mode: null }), { code: 'files.protected' });
      await assert.rejects(createWriteGate(root).remove(path), { code: 'files.protected' });
    });
  }

  it('protects git data behind a link inside the workspace', async () => {
    const root = folder({ '.git/hooks/readme': '' });
    symlinkSync('.git/hooks', join(root, 'innocent'));
    await assert.rejects(createWriteGate(root).write('innocent/pre-commit', bytes('x'), { mode: 0o755 }), { code: 'files.protected' });
    assert.deepEqual(readdirSync(join(root, '.git/hooks')), ['readme']);
  });

  it('lets workflows, agents, migrations and files that only look alike through', async () => {
    const root = folder();
    const paths = [
      '.cas/workflows/a.cas.yaml',
      '.cas/agents/dev.md',
      '.cas/migrations/1.yaml',
      '.gitignore',
      '.github/x.yml',
      'src/.cas/x',
      'git~/x',
    ];
    for (const path of paths) await createWriteGate(root).write(path, bytes('x'), { mode: null });
    for (const path of paths) assert.ok(existsSync(join(root, path)), path);
  });

  it('protects every spelling of .git that differs in case only', () => {
    const seed = Number(process.env['CAS_TEST_SEED'] ?? Date.now() % 2 ** 31);
    const spelled = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });
    const property = fc.property(spelled, fc.array(fc.string({ minLength: 1 })), (upper, rest) => {
      const name = Array.from('.git', (char, index) => (upper[index] ? char.toUpperCase() : char)).join('');
      return isProtected([name, ...rest]) && isProtected(['src', name, ...rest]);
    });
    fc.assert(property, { seed });
  });

  it('removes a file and the folders it leaves empty, but not the workspace', async () => {
    const root = folder({ 'a/b/c.txt': '', 'a/keep.txt': '' });
    const gate = createWriteGate(root);
    await gate.remove('a/b/c.txt');
    assert.deepEqual(readdirSync(join(root, 'a')), ['keep.txt']);
    await gate.remove('a/keep.txt');
    assert.deepEqual(readdirSync(root), []);
    await assert.rejects(gate.remove('a/keep.txt'), { code: 'files.notFound' });
  });

  it('says why when the folder cannot be written, and changes nothing', async () => {
    const root = folder({ 'taken/x': '' });
    const name = 'n'.repeat(300);
    await assert.rejects(createWriteGate(root).write(`new/deep/${name}`, bytes('x'), { mode: null }), {
      code: 'files.writeFailed',
      message: /the name is too long\. Nothing was changed/,
    });
    assert.deepEqual(readdirSync(root), ['taken']);
  });

  it('keeps the old file and no rest of the new one when the disk is full', async function () {
    const trouble = await probeBubblewrap(pathFolders(process.env));
    if (trouble !== null) {
      console.warn(`pending: a full disk needs a small file system of its own, and ${trouble}`);
      this.skip();
    }
    const repository = resolve(import.meta.dirname, '../../..');
    const mount = folder();
    const script = join(repository, 'test/unit/node/fullDisk.fixture.ts');
    const argv = ['--dev-bind', '/', '/', '--size', '262144', '--tmpfs', mount, '--chdir', repository, process.execPath, script, mount];
    const done = spawnSync('bwrap', argv, { encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
    assert.deepEqual(JSON.parse(done.stdout), {
      code: 'files.writeFailed',
      message: 'Cannot write "deep/er/a.bin": the disk is full. Nothing was changed.',
      old: 'files.writeFailed',
      kept: 'old',
      names: ['old.txt'],
    });
  });

  it('replaces a file in one step: a reader sees the old or the new one, whole', async () => {
    const root = folder({ 'a.txt': 'A'.repeat(100_000) });
    const gate = createWriteGate(root);
    const state = { done: false, seen: 0 };
    const reader = (async () => {
      while (!state.done) {
        const text = readFileSync(join(root, 'a.txt'), 'utf8');
        assert.ok(/^(?:A{100000}|B{100000})$/.test(text));
        state.seen += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let i = 0; i < 20; i += 1) await gate.write('a.txt', bytes((i % 2 ? 'A' : 'B').repeat(100_000)), { mode: null });
    state.done = true;
    await reader;
    assert.ok(state.seen > 5);
  });
});
