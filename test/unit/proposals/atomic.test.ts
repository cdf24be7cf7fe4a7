import assert from 'node:assert/strict';
import { hasCode } from '#base/errors.ts';
import { by, createBench, draft, modify, numbered, run, type Bench } from '#test/unit/proposals/bench.ts';

/** Five writes: two removals (the rename's and the deletion), then a rename's target, a modify and a create. */
async function fiveWrites(): Promise<{ bench: Bench; id: string; before: object }> {
  const bench = createBench({ 'a.txt': numbered(20), 'gone.txt': 'g\n', 'old.txt': numbered(9) });
  const before = bench.workspace.snapshot();
  const files = [
    modify(bench, 'a.txt', numbered(20, { 2: 'two\n' })),
    { kind: 'create' as const, path: 'new.txt', newText: 'n\n' },
    { kind: 'delete' as const, path: 'gone.txt', baseHash: bench.workspace.hash('gone.txt') },
    {
      kind: 'rename' as const,
      oldPath: 'old.txt',
      path: 'moved.txt',
      baseHash: bench.workspace.hash('old.txt'),
      newText: numbered(9, { 1: 'one\n' }),
    },
  ];
  const { id } = await bench.proposals.create(draft(files), by, run);
  return { bench, id, before };
}

const WRITES = 5;

describe('a decision over several files', () => {
  for (let failing = 1; failing <= WRITES; failing += 1) {
    it(`restores every file when write ${failing} of ${WRITES} fails`, async () => {
      const { bench, id, before } = await fiveWrites();
      bench.workspace.beforeWrite = (_path, count) => {
        if (count === failing) throw new Error('disk full');
      };
      await assert.rejects(bench.proposals.accept({ proposalId: id }), /disk full/);
      assert.deepEqual(bench.workspace.snapshot(), before);
      assert.deepEqual([bench.repository.journals.size, (await bench.proposals.get(id)).hunksPending], [0, 5]);
      bench.workspace.beforeWrite = () => {};
      assert.equal((await bench.proposals.accept({ proposalId: id })).proposal.status, 'accepted');
    });

    it(`is rolled back at the next start when the process dies at write ${failing} of ${WRITES}`, async () => {
      const { bench, id, before } = await fiveWrites();
      bench.workspace.beforeWrite = (_path, count) => {
        if (count >= failing) throw new Error('killed');
      };
      // Before the first write there is nothing to restore; after it, restoring dies too and the journal stays.
      const code = failing === 1 ? undefined : 'proposal.rollbackFailed';
      await assert.rejects(bench.proposals.accept({ proposalId: id }), (error) => code === undefined || hasCode(error, code));
      bench.workspace.beforeWrite = () => {};
      const next = bench.reopen();
      const recovered = await next.recover();
      assert.equal(recovered.length, failing === 1 ? 0 : 1);
      assert.deepEqual(bench.workspace.snapshot(), before);
      assert.deepEqual(await next.recover(), []);
      assert.equal((await next.get(id)).status, 'open');
    });
  }

  it('is rolled back when its end cannot be recorded', async () => {
    const { bench, id, before } = await fiveWrites();
    bench.repository.beforeEnd = () => {
      throw new Error('store is full');
    };
    await assert.rejects(bench.proposals.accept({ proposalId: id }), /store is full/);
    assert.deepEqual(bench.workspace.snapshot(), before);
  });

  it('survives a death in the middle of the recovery', async () => {
    const { bench, id, before } = await fiveWrites();
    bench.workspace.beforeWrite = (_path, count) => {
      if (count >= 5) throw new Error('killed');
    };
    await assert.rejects(bench.proposals.accept({ proposalId: id }));
    let seen = 0;
    bench.workspace.beforeWrite = () => {
      seen += 1;
      if (seen > 2) throw new Error('killed again');
    };
    const [first] = await bench.reopen().recover();
    assert.equal(first?.error?.code, 'internal');
    bench.workspace.beforeWrite = () => {};
    await bench.reopen().recover();
    assert.deepEqual(bench.workspace.snapshot(), before);
  });

  it('leaves alone what a person saved between the crash and the next start', async () => {
    const { bench, id } = await fiveWrites();
    bench.workspace.beforeWrite = (_path, count) => {
      if (count >= 5) throw new Error('killed');
    };
    await assert.rejects(bench.proposals.accept({ proposalId: id }));
    bench.workspace.beforeWrite = () => {};
    bench.workspace.put('a.txt', 'mine\n');
    const [recovered] = await bench.reopen().recover();
    assert.deepEqual(recovered?.leftAlone, ['a.txt']);
    assert.equal(bench.workspace.text('a.txt'), 'mine\n');
    assert.equal(bench.workspace.text('gone.txt'), 'g\n');
  });

  it('restores a rename that only changes case, where names ignore case', async () => {
    const bench = createBench({ 'Readme.md': 'a\n', 'z.txt': 'z\n' }, { ignoreCase: true });
    const before = bench.workspace.snapshot();
    const rename = {
      kind: 'rename' as const,
      oldPath: 'Readme.md',
      path: 'README.md',
      baseHash: bench.workspace.hash('Readme.md'),
      newText: 'b\n',
    };
    const { id } = await bench.proposals.create(draft([rename, modify(bench, 'z.txt', 'y\n')]), by, run);
    bench.workspace.beforeWrite = (_path, count) => {
      if (count === 3) throw new Error('disk full');
    };
    await assert.rejects(bench.proposals.accept({ proposalId: id }), /disk full/);
    assert.deepEqual(bench.workspace.snapshot(), before);
  });

  it('undoes atomically too', async () => {
    const { bench, id } = await fiveWrites();
    await bench.proposals.accept({ proposalId: id });
    const after = bench.workspace.snapshot();
    bench.workspace.beforeWrite = (_path, count) => {
      if (count === WRITES + 3) throw new Error('disk full');
    };
    await assert.rejects(bench.proposals.undo(id), /disk full/);
    assert.deepEqual(bench.workspace.snapshot(), after);
    assert.equal((await bench.proposals.get(id)).canUndo, true);
  });
});
