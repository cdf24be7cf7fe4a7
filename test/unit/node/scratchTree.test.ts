import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { createScratchFactory } from '#node/ports/scratchTree.ts';
import { makeScratchRoot, removeLeftovers, removeScratchRoot, scratchRootOf } from '#node/ports/scratchRoot.ts';
import type { ScratchTree } from '#core/ports.ts';
import { commitAll, temporaryFolders, writeFiles } from '#test/support/temporaryFolder.ts';

describe('scratch trees', () => {
  const folder = temporaryFolders();
  const trees: ScratchTree[] = [];
  afterEach(() => Promise.all(trees.splice(0).map((tree) => tree.dispose())));

  async function copy(workspace: string): Promise<ScratchTree> {
    const tree = await createScratchFactory(workspace).create({});
    trees.push(tree);
    return tree;
  }

  const filesIn = (root: string): readonly string[] =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort();

  it('copy listed files with their modes, without git metadata, ignored files and records of CAS', async () => {
    const root = folder({ '.gitignore': 'dist\n', 'a.txt': 'a', 'bin/run.sh': 'x', 'dist/x.js': '', '.cas/cas.db': '' });
    chmodSync(join(root, 'bin/run.sh'), 0o755);
    commitAll(root);
    const tree = await copy(root);
    assert.deepEqual(filesIn(tree.root), ['.gitignore', 'a.txt', 'bin/run.sh']);
    assert.equal(statSync(join(tree.root, 'bin/run.sh')).mode & 0o777, 0o755);
    assert.equal(basename(tree.root), basename(root));
  });

  it('keep edits to themselves', async () => {
    const root = folder({ 'a.txt': 'old', 'gone.txt': 'g', 'run.sh': 'x' });
    chmodSync(join(root, 'run.sh'), 0o755);
    chmodSync(join(root, 'a.txt'), 0o444);
    const tree = await copy(root);
    await tree.write('a.txt', Buffer.from('new'));
    await tree.write('run.sh', Buffer.from('y'));
    await tree.write('deep/er/b.txt', Buffer.from('b'));
    await tree.write('gone.txt', null);
    await tree.write('never/was.txt', null);
    assert.deepEqual(filesIn(tree.root), ['a.txt', 'deep/er/b.txt', 'run.sh']);
    assert.equal(statSync(join(tree.root, 'run.sh')).mode & 0o777, 0o755);
    assert.deepEqual(
      [readFileSync(join(root, 'a.txt'), 'utf8'), readFileSync(join(root, 'run.sh'), 'utf8'), existsSync(join(root, 'deep'))],
      ['old', 'x', false],
    );
  });

  it('refuse to write outside, also through a link a command made', async () => {
    const outside = folder({ 'a.txt': 'old' });
    const tree = await copy(folder({ 'b.txt': '' }));
    symlinkSync(outside, join(tree.root, 'link'));
    symlinkSync(join(outside, 'a.txt'), join(tree.root, 'file'));
    for (const path of ['../x', '/tmp/x', 'link/a.txt'])
      await assert.rejects(tree.write(path, Buffer.from('x')), { code: 'files.outside' }, path);
    await tree.write('file', Buffer.from('x'));
    assert.equal(readFileSync(join(outside, 'a.txt'), 'utf8'), 'old');
  });

  it('keep links that stay inside and drop those that lead outside', async () => {
    const outside = folder({ secret: '' });
    const root = folder({ 'real/a.txt': 'a' });
    symlinkSync('real', join(root, 'relative'));
    symlinkSync(join(root, 'real'), join(root, 'absolute'));
    symlinkSync(outside, join(root, 'out'));
    symlinkSync('out/secret', join(root, 'through'));
    symlinkSync('../../etc/passwd', join(root, 'up'));
    const tree = await copy(root);
    assert.deepEqual(readdirSync(tree.root).sort(), ['absolute', 'real', 'relative']);
    assert.equal(readlinkSync(join(tree.root, 'relative')), 'real');
    assert.equal(realpathSync(join(tree.root, 'absolute')), join(tree.root, 'real'));
  });

  it('show node_modules as links, packages of the workspace as their own copies, and leave room for caches', async () => {
    const root = folder({
      '.gitignore': 'node_modules\n',
      'package.json': '{}',
      'packages/one/package.json': '{}',
      'packages/one/index.js': 'one',
      'packages/one/node_modules/inner/index.js': 'inner',
      'node_modules/dep/index.js': 'dep',
      'node_modules/@scope/dep/index.js': 'scoped',
      'node_modules/.package-lock.json': '{}',
    });
    mkdirSync(join(root, 'node_modules/.bin'));
    symlinkSync('../packages/one', join(root, 'node_modules/one'));
    commitAll(root);
    const tree = await copy(root);
    const at = (path: string): string => realpathSync(join(tree.root, 'node_modules', path));
    assert.equal(at('dep'), join(root, 'node_modules/dep'));
    assert.equal(at('@scope/dep'), join(root, 'node_modules/@scope/dep'));
    assert.equal(at('one'), join(tree.root, 'packages/one'));
    assert.equal(readFileSync(join(tree.root, 'packages/one/node_modules/inner/index.js'), 'utf8'), 'inner');
    assert.deepEqual([...tree.readOnly].sort(), [join(root, 'node_modules'), join(root, 'packages/one/node_modules')]);
    writeFileSync(join(tree.root, 'node_modules/.cache'), 'x');
    assert.equal(existsSync(join(root, 'node_modules/.cache')), false);
  });

  it('show virtual environments and vendored packages that git ignores', async () => {
    const root = folder({
      '.gitignore': '.venv\nvendor\n',
      'pyproject.toml': '',
      '.venv/pyvenv.cfg': 'home',
      'composer.json': '{}',
      'vendor/autoload.php': 'x',
    });
    commitAll(root);
    const tree = await copy(root);
    assert.equal(readFileSync(join(tree.root, '.venv/pyvenv.cfg'), 'utf8'), 'home');
    assert.equal(readFileSync(join(tree.root, 'vendor/autoload.php'), 'utf8'), 'x');
    assert.deepEqual([...tree.readOnly].sort(), [join(root, '.venv'), join(root, 'vendor')]);
  });

  it('follow a link to dependencies that a person made and git ignores, none that came with the repository', async () => {
    const outside = folder({ 'node_modules/dep/index.js': 'dep', 'env/pyvenv.cfg': 'home', 'keys/id': 'canary' });
    const ignored = '/node_modules\n.venv\n/packages/two/vendor\n';
    const root = folder({ '.gitignore': ignored, 'package.json': '{}', 'go.mod': '', 'setup.py': '', 'packages/two/go.mod': '' });
    const links = { node_modules: 'node_modules', '.venv': 'env', vendor: 'keys', venv: 'env', 'packages/two/vendor': 'keys' };
    for (const [link, target] of Object.entries(links)) symlinkSync(join(outside, target), join(root, link));
    commitAll(root);
    const tree = await copy(root);
    assert.deepEqual([...tree.readOnly].sort(), [join(outside, 'env'), join(outside, 'node_modules')]);
    assert.equal(readFileSync(join(tree.root, 'node_modules/dep/index.js'), 'utf8'), 'dep');
    for (const name of ['vendor', 'venv', 'packages/two/vendor']) assert.equal(existsSync(join(tree.root, name)), false, name);
  });

  it('remove links, never what they lead to', async () => {
    const root = folder({ '.gitignore': 'node_modules\n', 'package.json': '{}', 'node_modules/dep/index.js': 'dep' });
    commitAll(root);
    const tree = await createScratchFactory(root).create({});
    await tree.dispose();
    await tree.dispose();
    assert.equal(existsSync(dirname(tree.root)), false);
    assert.equal(readFileSync(join(root, 'node_modules/dep/index.js'), 'utf8'), 'dep');
  });

  it('hold hostile names', async () => {
    const names = ['-rf', 'line\nbreak', '"quote"', '$(id)', 'ü 日本', ' lead', 'trail '];
    const root = folder(Object.fromEntries(names.map((name) => [`d ${name}/${name}`, name])));
    assert.deepEqual(filesIn((await copy(root)).root), names.map((name) => `d ${name}/${name}`).sort());
  });

  it('are gone after an abort', async () => {
    const root = folder(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}.txt`, 'x'])));
    const controller = new AbortController();
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('cas-scratch-'));
    const creating = createScratchFactory(root).create({ signal: controller.signal });
    controller.abort();
    await assert.rejects(creating, { name: 'AbortError' });
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => name.startsWith('cas-scratch-') && name.includes(`-${process.pid}-`)),
      before.filter((name) => name.includes(`-${process.pid}-`)),
    );
  });

  it('go when the process exits, and what a killed process left goes at the next start', () => {
    const repository = resolve(import.meta.dirname, '../../..');
    const script = (end: string): string => `
      import { makeScratchRoot } from '#node/ports/scratchRoot.ts';
      console.log(await makeScratchRoot());
      ${end}`;
    const run = (end: string): string =>
      spawnSync(process.execPath, ['--input-type=module', '-e', script(end)], { cwd: repository, encoding: 'utf8' }).stdout.trim();
    assert.equal(existsSync(run('process.exit(3)')), false);
    const left = run("process.kill(process.pid, 'SIGKILL'); await new Promise((resolve) => setTimeout(resolve, 60_000));");
    assert.equal(existsSync(left), true);
    writeFiles(left, { 'locked/a.txt': 'x' });
    chmodSync(join(left, 'locked'), 0o555);
    return removeLeftovers().then((removed) => {
      assert.ok(removed >= 1);
      assert.equal(existsSync(left), false);
    });
  });

  it('of living processes, and links and files of that name, are left alone', async () => {
    const own = await makeScratchRoot();
    const dead = own.replace(`-${process.pid}-`, '-999999999-');
    const target = folder({ 'a.txt': 'x' });
    symlinkSync(target, dead);
    await removeLeftovers();
    assert.deepEqual([existsSync(own), lstatSync(dead).isSymbolicLink(), readdirSync(target)], [true, true, ['a.txt']]);
    rmSync(dead);
    assert.equal(scratchRootOf(join(own, 'deep')), own);
    await removeScratchRoot(own);
    assert.equal(scratchRootOf(own), null);
  });
});
