import assert from 'node:assert/strict';
import { hasCode } from '#base/errors.ts';
import { by, createBench, draft, modify, numbered, run } from '#test/unit/proposals/bench.ts';

const TWO_HUNKS = numbered(40, { 5: 'five\n', 30: 'thirty\n' });

describe('decisions on proposals', () => {
  it('writes nothing before a hunk is accepted', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const view = await bench.proposals.create(draft([modify(bench, 'a.txt', TWO_HUNKS)]), by, run);
    assert.deepEqual([view.status, view.hunks, view.hunksPending, view.added, view.removed], ['open', 2, 2, 2, 2]);
    assert.equal(bench.workspace.text('a.txt'), numbered(40));
  });

  it('writes an accepted hunk at once and never a rejected one', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', TWO_HUNKS)]), by, run);
    await bench.proposals.reject({ proposalId: id, path: 'a.txt', hunk: '1' });
    const outcome = await bench.proposals.accept({ proposalId: id });
    assert.equal(bench.workspace.text('a.txt'), numbered(40, { 30: 'thirty\n' }));
    assert.deepEqual([outcome.proposal.status, outcome.written, outcome.rebased], ['partial', ['a.txt'], []]);
    await assert.rejects(bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: '1' }), (error) =>
      hasCode(error, 'proposal.decided'),
    );
    assert.equal(bench.workspace.text('a.txt'), numbered(40, { 30: 'thirty\n' }));
  });

  it('closes a proposal whose hunks are all rejected as rejected, and one all accepted as accepted', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const first = await bench.proposals.create(draft([modify(bench, 'a.txt', TWO_HUNKS)]), by, run);
    await bench.proposals.reject({ proposalId: first.id, path: 'a.txt', hunk: '2' });
    assert.equal((await bench.proposals.get(first.id)).status, 'open');
    assert.equal((await bench.proposals.reject({ proposalId: first.id })).proposal.status, 'rejected');
    const second = await bench.proposals.create(draft([modify(bench, 'a.txt', TWO_HUNKS)]), by, run);
    assert.equal((await bench.proposals.accept({ proposalId: second.id, path: 'a.txt' })).proposal.status, 'accepted');
    assert.deepEqual(await bench.proposals.list({ open: true }), []);
  });

  it('does nothing when the same decision is made twice', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', TWO_HUNKS)]), by, run);
    await bench.proposals.accept({ proposalId: id });
    const again = await bench.proposals.accept({ proposalId: id });
    assert.deepEqual([again.written, bench.audit.length], [[], 1]);
    await assert.rejects(bench.proposals.reject({ proposalId: id }), (error) => hasCode(error, 'proposal.decided'));
  });

  it('undoes one decision after the other, byte for byte', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const before = bench.workspace.snapshot();
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', TWO_HUNKS)]), by, run);
    await bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: '2' });
    const middle = bench.workspace.snapshot();
    await bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: '1' });
    await bench.proposals.undo(id);
    assert.deepEqual(bench.workspace.snapshot(), middle);
    const last = await bench.proposals.undo(id);
    assert.deepEqual(bench.workspace.snapshot(), before);
    assert.deepEqual([last.proposal.status, last.proposal.canUndo], ['open', false]);
    await assert.rejects(bench.proposals.undo(id), (error) => hasCode(error, 'proposal.nothingToUndo'));
  });

  it('creates, deletes and renames, and undo brings back bytes, modes and absence', async () => {
    const bench = createBench({ 'old.txt': numbered(20), 'same.txt': 'x\n' });
    bench.workspace.put('gone.sh', '#!/bin/sh\n', 0o755);
    const before = bench.workspace.snapshot();
    const { id } = await bench.proposals.create(
      draft([
        { kind: 'create', path: 'bin/new.sh', newText: 'echo hi\n', executable: true },
        { kind: 'create', path: 'empty.txt', newText: '' },
        { kind: 'delete', path: 'gone.sh', baseHash: bench.workspace.hash('gone.sh') },
        {
          kind: 'rename',
          oldPath: 'old.txt',
          path: 'dir/new.txt',
          baseHash: bench.workspace.hash('old.txt'),
          newText: numbered(20, { 3: 'three\n' }),
        },
      ]),
      by,
      run,
    );
    const outcome = await bench.proposals.accept({ proposalId: id });
    assert.deepEqual(bench.workspace.snapshot(), {
      'bin/new.sh': '755 echo hi\n',
      'dir/new.txt': `644 ${numbered(20, { 3: 'three\n' })}`,
      'empty.txt': '644 ',
      'same.txt': '644 x\n',
    });
    assert.deepEqual(outcome.written, ['bin/new.sh', 'dir/new.txt', 'empty.txt', 'gone.sh', 'old.txt']);
    assert.deepEqual(
      outcome.proposal.files.map((file) => file.disk),
      ['same', 'same', 'same', 'same'],
    );
    await bench.proposals.undo(id);
    assert.deepEqual(bench.workspace.snapshot(), before);
  });

  it('keeps the name when only the edits of a renamed file are accepted, and moves it later', async () => {
    const bench = createBench({ 'old.txt': numbered(20) });
    const edited = numbered(20, { 3: 'three\n' });
    const { id } = await bench.proposals.create(
      draft([{ kind: 'rename', oldPath: 'old.txt', path: 'new.txt', baseHash: bench.workspace.hash('old.txt'), newText: edited }]),
      by,
      run,
    );
    await bench.proposals.accept({ proposalId: id, path: 'new.txt', hunk: '2' });
    assert.deepEqual(bench.workspace.snapshot(), { 'old.txt': `644 ${edited}` });
    await bench.proposals.accept({ proposalId: id, path: 'new.txt', hunk: '1' });
    assert.deepEqual(bench.workspace.snapshot(), { 'new.txt': `644 ${edited}` });
    await bench.proposals.undo(id);
    await bench.proposals.undo(id);
    assert.deepEqual(bench.workspace.snapshot(), { 'old.txt': `644 ${numbered(20)}` });
  });

  for (const ignoreCase of [false, true]) {
    it(`renames by case alone where names ${ignoreCase ? 'ignore' : 'keep'} case`, async () => {
      const bench = createBench({ 'Readme.md': 'a\n' }, { ignoreCase });
      const { id } = await bench.proposals.create(
        draft([{ kind: 'rename', oldPath: 'Readme.md', path: 'README.md', baseHash: bench.workspace.hash('Readme.md'), newText: 'b\n' }]),
        by,
        run,
      );
      await bench.proposals.accept({ proposalId: id });
      assert.deepEqual(bench.workspace.snapshot(), { 'README.md': '644 b\n' });
      await bench.proposals.undo(id);
      assert.deepEqual(bench.workspace.snapshot(), { 'Readme.md': '644 a\n' });
    });
  }

  it('refuses decisions on a proposal that was taken back, and still undoes what was written', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', TWO_HUNKS)]), by, run);
    await bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: '1' });
    await bench.proposals.supersede(id, 'a better one exists');
    await assert.rejects(bench.proposals.accept({ proposalId: id }), (error) => hasCode(error, 'proposal.superseded'));
    await bench.proposals.undo(id);
    assert.equal(bench.workspace.text('a.txt'), numbered(40));
  });

  it('leaves an audit entry for every decision', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', TWO_HUNKS)]), by, run);
    await bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: '1' }, { by: 'person' });
    await bench.proposals.undo(id);
    await bench.proposals.reject({ proposalId: id });
    assert.deepEqual(
      bench.audit.map((entry) => [entry.actor, entry.action, entry.target]),
      [
        ['person', 'proposal.accept', id],
        ['person', 'proposal.undo', id],
        ['person', 'proposal.reject', id],
      ],
    );
  });

  it('commits what it wrote with the run in a trailer', async () => {
    const requests: unknown[] = [];
    const bench = createBench(
      { 'a.txt': 'a\n' },
      {
        commit: async (request) => {
          requests.push(request);
          return 'abc123';
        },
      },
    );
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', 'b\n')]), by, run);
    const outcome = await bench.proposals.accept({ proposalId: id }, { commit: true });
    assert.equal(outcome.commit, 'abc123');
    assert.deepEqual(requests, [
      {
        paths: ['a.txt'],
        message: 'Tidy up\n\nTwo small repairs.',
        trailers: { 'CAS-Run': 'run_1', 'CAS-Proposal': id, 'CAS-Agent': 'developer' },
      },
    ]);
  });

  it('lets the write stand when the commit fails, and refuses a commit beforehand where there is no repository', async () => {
    const failing = createBench({ 'a.txt': 'a\n' }, { commit: () => Promise.reject(new Error('a hook said no')) });
    const first = await failing.proposals.create(draft([modify(failing, 'a.txt', 'b\n')]), by, run);
    const outcome = await failing.proposals.accept({ proposalId: first.id }, { commit: true });
    assert.deepEqual([outcome.commit, failing.workspace.text('a.txt'), failing.errors.length], [null, 'b\n', 1]);

    const bare = createBench({ 'a.txt': 'a\n' });
    const second = await bare.proposals.create(draft([modify(bare, 'a.txt', 'b\n')]), by, run);
    await assert.rejects(bare.proposals.accept({ proposalId: second.id }, { commit: true }), (error) =>
      hasCode(error, 'proposal.commitUnavailable'),
    );
    assert.equal(bare.workspace.text('a.txt'), 'a\n');
  });

  it('makes decisions one after another', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', TWO_HUNKS)]), by, run);
    await Promise.all([
      bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: '1' }),
      bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: '2' }),
    ]);
    assert.equal(bench.workspace.text('a.txt'), TWO_HUNKS);
    assert.equal((await bench.proposals.get(id)).status, 'accepted');
  });

  it('lets a step mark only the proposals of its own run', async () => {
    const bench = createBench({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
    const desk = bench.proposals.deskFor('run_2', 'repair');
    const foreign = await bench.proposals.create(draft([modify(bench, 'a.txt', 'x\n')]), by, run);
    const own = await desk.create(draft([modify(bench, 'b.txt', 'y\n')]), by);
    await assert.rejects(desk.supersede(foreign.id, 'no'), (error) => hasCode(error, 'proposal.otherRun'));
    await desk.verify(own.id, { passed: true, checks: [{ name: 'tests', passed: true, detail: '3 passed' }] });
    const [only, ...rest] = await desk.ofRun();
    assert.deepEqual([only?.id, only?.runId, only?.verification?.passed, rest.length], [own.id, 'run_2', true, 0]);
  });

  it('answers for unknown ids, files and hunks with a code each', async () => {
    const bench = createBench({ 'a.txt': 'a\n' });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', 'b\n')]), by, run);
    await assert.rejects(bench.proposals.get('prp_none'), (error) => hasCode(error, 'proposal.notFound'));
    await assert.rejects(bench.proposals.accept({ proposalId: id, path: 'b.txt' }), (error) => hasCode(error, 'proposal.noSuchTarget'));
    await assert.rejects(bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: '9' }), (error) =>
      hasCode(error, 'proposal.noSuchTarget'),
    );
    await assert.rejects(bench.proposals.text(id, 'b.txt', 'base'), (error) => hasCode(error, 'proposal.noSuchTarget'));
  });
});
