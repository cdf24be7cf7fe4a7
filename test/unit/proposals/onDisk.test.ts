import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasCode } from '#base/errors.ts';
import { createIdSource } from '#base/ids.ts';
import { sha256Hex } from '#core/proposals/content.ts';
import { createProposals, type Proposals } from '#core/proposals/proposals.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { createWriteGate } from '#node/ports/writeGate.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { by, draft, MemoryProposalsRepository, numbered, run } from '#test/unit/proposals/bench.ts';

describe('proposals on a real folder', () => {
  let folder = '';
  let proposals: Proposals;
  const path = (name: string): string => join(folder, name);
  const hash = (name: string): string => sha256Hex(readFileSync(path(name)));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cas-proposals-'));
    const clock = new FakeClock();
    proposals = createProposals({
      store: { proposals: new MemoryProposalsRepository(), audit: { append: async () => {} } },
      files: createWorkspaceFiles(folder),
      writeGate: createWriteGate(folder),
      clock,
      ids: createIdSource({ now: () => clock.now(), random: () => 0.5 }),
      log: { debug() {}, info() {}, warn() {}, error() {} },
      events: { changed() {} },
    });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('writes, merges and undoes with bytes, modes and folders as before', async () => {
    writeFileSync(path('a.txt'), numbered(40));
    writeFileSync(path('run.sh'), 'echo\n');
    chmodSync(path('run.sh'), 0o755);
    const { id } = await proposals.create(
      draft([
        { kind: 'modify', path: 'a.txt', baseHash: hash('a.txt'), newText: numbered(40, { 5: 'five\n' }) },
        { kind: 'rename', oldPath: 'run.sh', path: 'bin/run.sh', baseHash: hash('run.sh'), newText: 'echo\n' },
        { kind: 'create', path: 'deep/er/new.sh', newText: 'x', executable: true },
      ]),
      by,
      run,
    );
    writeFileSync(path('a.txt'), `${numbered(40)}mine\n`);
    assert.deepEqual((await proposals.accept({ proposalId: id })).rebased, ['a.txt']);
    assert.equal(readFileSync(path('a.txt'), 'utf8'), `${numbered(40, { 5: 'five\n' })}mine\n`);
    assert.deepEqual([statSync(path('bin/run.sh')).mode & 0o777, statSync(path('deep/er/new.sh')).mode & 0o777], [0o755, 0o755]);
    await proposals.undo(id);
    assert.equal(readFileSync(path('a.txt'), 'utf8'), `${numbered(40)}mine\n`);
    assert.deepEqual([statSync(path('run.sh')).mode & 0o777, existsSync(path('bin')), existsSync(path('deep'))], [0o755, false, false]);
  });

  it('is refused by the gate as a whole when one file is protected or a link', async () => {
    writeFileSync(path('a.txt'), 'a\n');
    writeFileSync(path('target.txt'), 't\n');
    symlinkSync('target.txt', path('link.txt'));
    const modifyA = { kind: 'modify' as const, path: 'a.txt', baseHash: hash('a.txt'), newText: 'b\n' };
    const link = { kind: 'modify' as const, path: 'link.txt', baseHash: hash('target.txt'), newText: 'u\n' };
    const hook = { kind: 'create' as const, path: '.git/hooks/pre-commit', newText: 'x\n' };
    for (const [other, code] of [[link, 'files.symlink'] as const, [hook, 'files.protected'] as const]) {
      const { id } = await proposals.create(draft([modifyA, other]), by, run);
      await assert.rejects(proposals.accept({ proposalId: id }), (error) => hasCode(error, code));
      assert.equal(readFileSync(path('a.txt'), 'utf8'), 'a\n');
      assert.equal(readFileSync(path('target.txt'), 'utf8'), 't\n');
    }
    assert.equal(existsSync(path('.git')), false);
  });
});
