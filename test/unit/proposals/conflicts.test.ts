import assert from 'node:assert/strict';
import { hasCode, isAppError } from '#base/errors.ts';
import { by, createBench, draft, modify, numbered, run } from '#test/unit/proposals/bench.ts';

const isConflict = (error: unknown): boolean => hasCode(error, 'proposal.conflict');

describe('files that changed since the proposal was drafted', () => {
  it('merges a hunk into a file that was edited elsewhere, and says so', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', numbered(40, { 5: 'five\n' }))]), by, run);
    bench.workspace.put('a.txt', `mine\n${numbered(40, { 30: '' })}`);
    assert.equal((await bench.proposals.get(id)).files[0]?.disk, 'changed');
    const outcome = await bench.proposals.accept({ proposalId: id });
    assert.deepEqual(outcome.rebased, ['a.txt']);
    assert.equal(bench.workspace.text('a.txt'), `mine\n${numbered(40, { 5: 'five\n', 30: '' })}`);
    assert.equal(outcome.proposal.files[0]?.disk, 'same');
    await bench.proposals.undo(id);
    assert.equal(bench.workspace.text('a.txt'), `mine\n${numbered(40, { 30: '' })}`);
  });

  it('refuses with the regions when the same lines were edited, and writes no file at all', async () => {
    const bench = createBench({ 'a.txt': numbered(40), 'b.txt': 'b\n' });
    const files = [modify(bench, 'b.txt', 'c\n'), modify(bench, 'a.txt', numbered(40, { 5: 'five\n' }))];
    const { id } = await bench.proposals.create(draft(files), by, run);
    bench.workspace.put('a.txt', numbered(40, { 5: 'cinq\n' }));
    const before = bench.workspace.snapshot();
    await assert.rejects(bench.proposals.accept({ proposalId: id }), (error) => {
      assert.ok(isAppError(error));
      assert.equal(error.code, 'proposal.conflict');
      assert.deepEqual(error.details['files'], [
        { path: 'a.txt', reason: 'overlap', regions: [{ line: 5, disk: ['cinq\n'], wanted: ['five\n'] }] },
      ]);
      return true;
    });
    assert.deepEqual(bench.workspace.snapshot(), before);
    assert.equal((await bench.proposals.get(id)).status, 'open');
    assert.deepEqual(bench.audit, []);
  });

  it('recognises a change that a person already made, and does not apply it twice', async () => {
    const bench = createBench({ 'a.txt': numbered(40), 'new.txt': '' });
    bench.workspace.drop('new.txt');
    const wanted = numbered(40, { 5: 'five\nand a half\n', 30: 'thirty\n' });
    const files = [modify(bench, 'a.txt', wanted), { kind: 'create' as const, path: 'new.txt', newText: 'n\n' }];
    const { id } = await bench.proposals.create(draft(files), by, run);
    bench.workspace.put('a.txt', numbered(40, { 5: 'five\nand a half\n' }));
    bench.workspace.put('new.txt', 'n\n');
    const outcome = await bench.proposals.accept({ proposalId: id });
    assert.equal(bench.workspace.text('a.txt'), wanted);
    assert.deepEqual(outcome.written, ['a.txt']);
  });

  it('rebases a second proposal on the first one', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const first = await bench.proposals.create(draft([modify(bench, 'a.txt', numbered(40, { 5: 'five\n' }))]), by, run);
    const second = await bench.proposals.create(draft([modify(bench, 'a.txt', numbered(40, { 30: 'thirty\n' }))]), by, run);
    await bench.proposals.accept({ proposalId: first.id });
    assert.deepEqual((await bench.proposals.accept({ proposalId: second.id })).rebased, ['a.txt']);
    assert.equal(bench.workspace.text('a.txt'), numbered(40, { 5: 'five\n', 30: 'thirty\n' }));
    await bench.proposals.undo(first.id);
    assert.equal(bench.workspace.text('a.txt'), numbered(40, { 30: 'thirty\n' }));
  });

  it('does not call it rebased when the file is as the last decision left it', async () => {
    const bench = createBench({ 'a.txt': numbered(60) });
    const wanted = numbered(60, { 5: 'five\n', 30: 'thirty\n' });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', wanted)]), by, run);
    bench.workspace.put('a.txt', `${numbered(60)}mine\n`);
    assert.deepEqual((await bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: '1' })).rebased, ['a.txt']);
    assert.deepEqual((await bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: '2' })).rebased, []);
    assert.equal(bench.workspace.text('a.txt'), `${wanted}mine\n`);
  });

  it('refuses to modify a file that is gone, to create over another, and to delete one that was edited', async () => {
    const bench = createBench({ 'a.txt': 'a\n', 'd.txt': 'd\n', 'r.txt': 'r\n' });
    const create = (files: Parameters<typeof draft>[0]) => bench.proposals.create(draft(files), by, run);
    const gone = await create([modify(bench, 'a.txt', 'b\n')]);
    const over = await create([{ kind: 'create', path: 'n.txt', newText: 'n\n' }]);
    const deleted = await create([{ kind: 'delete', path: 'd.txt', baseHash: bench.workspace.hash('d.txt') }]);
    const moved = await create([
      { kind: 'rename', oldPath: 'r.txt', path: 's.txt', baseHash: bench.workspace.hash('r.txt'), newText: 'r\n' },
    ]);
    bench.workspace.drop('a.txt');
    bench.workspace.put('n.txt', 'mine\n');
    bench.workspace.put('d.txt', 'mine\n');
    bench.workspace.put('s.txt', 'mine\n');
    const before = bench.workspace.snapshot();
    assert.equal((await bench.proposals.get(gone.id)).files[0]?.disk, 'missing');
    for (const { id } of [gone, over, deleted, moved]) await assert.rejects(bench.proposals.accept({ proposalId: id }), isConflict);
    assert.deepEqual(bench.workspace.snapshot(), before);
  });

  it('refuses when the file became binary', async () => {
    const bench = createBench({ 'a.txt': 'a\n' });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', 'b\n')]), by, run);
    bench.workspace.put('a.txt', Uint8Array.of(0xff, 0, 1));
    await assert.rejects(bench.proposals.accept({ proposalId: id }), isConflict);
  });

  it('undoes around later edits, and refuses when they are on the same lines', async () => {
    const bench = createBench({ 'a.txt': numbered(40), 'b.txt': 'b\n' });
    const files = [modify(bench, 'a.txt', numbered(40, { 5: 'five\n' })), { kind: 'create' as const, path: 'n.txt', newText: 'n\n' }];
    const { id } = await bench.proposals.create(draft(files), by, run);
    await bench.proposals.accept({ proposalId: id });
    bench.workspace.put('n.txt', 'n\nand mine\n');
    const before = bench.workspace.snapshot();
    await assert.rejects(bench.proposals.undo(id), isConflict);
    assert.deepEqual(bench.workspace.snapshot(), before);
    bench.workspace.put('n.txt', 'n\n');
    bench.workspace.put('a.txt', numbered(40, { 5: 'five\n', 30: 'mine\n' }));
    await bench.proposals.undo(id);
    assert.deepEqual(bench.workspace.snapshot(), { 'a.txt': `644 ${numbered(40, { 30: 'mine\n' })}`, 'b.txt': '644 b\n' });
  });

  it('refuses when a file is saved between the plan and the write', async () => {
    const bench = createBench({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', 'A\n'), modify(bench, 'b.txt', 'B\n')]), by, run);
    bench.workspace.beforeWrite = (path) => {
      if (path === 'a.txt') bench.workspace.put('b.txt', 'mine\n');
    };
    await assert.rejects(bench.proposals.accept({ proposalId: id }), isConflict);
    assert.deepEqual(bench.workspace.snapshot(), { 'a.txt': '644 a\n', 'b.txt': '644 mine\n' });
    assert.equal(bench.repository.journals.size, 0);
  });
});
