import assert from 'node:assert/strict';
import { hasCode } from '#base/errors.ts';
import { by, createBench, draft, modify, numbered, run } from '#test/unit/proposals/bench.ts';

const BASE = numbered(40);
const NEXT = numbered(40, { 5: 'five\n', 30: 'thirty\n' });
const coded = (code: string) => (error: unknown) => hasCode(error, code);

describe('rebasing a proposal', () => {
  it('moves it onto the file as it is now; accepting then merges nothing any more', async () => {
    const bench = createBench({ 'a.txt': BASE });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', NEXT)]), by, run);
    bench.workspace.put('a.txt', `mine\n${BASE}`);
    assert.equal((await bench.proposals.get(id)).files[0]?.disk, 'changed');
    const { proposal, rebased } = await bench.proposals.rebase({ id });
    assert.deepEqual([rebased, proposal.files[0]?.disk, proposal.files[0]?.amendment], [['a.txt'], 'same', undefined]);
    assert.equal(bench.workspace.text('a.txt'), `mine\n${BASE}`);
    assert.deepEqual((await bench.proposals.accept({ proposalId: id })).rebased, []);
    assert.equal(bench.workspace.text('a.txt'), `mine\n${NEXT}`);
    await bench.proposals.undo(id);
    assert.equal(bench.workspace.text('a.txt'), `mine\n${BASE}`);
  });

  it('refuses where both changed the same lines, and takes what the person made of both', async () => {
    const bench = createBench({ 'a.txt': BASE, 'b.txt': 'b\n' });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', NEXT), modify(bench, 'b.txt', 'B\n')]), by, run);
    bench.workspace.put('a.txt', numbered(40, { 5: 'mine\n' }));
    bench.workspace.put('b.txt', 'b\nb\n');
    const before = await bench.proposals.get(id);
    await assert.rejects(bench.proposals.rebase({ id }), coded('proposal.conflict'));
    assert.deepEqual(await bench.proposals.get(id), before);
    const marked = `<<<<<<< a\n=======\n>>>>>>> b\n`;
    await assert.rejects(bench.proposals.rebase({ id, path: 'a.txt', text: marked }), coded('proposal.badDraft'));
    const text = numbered(40, { 5: 'mine and five\n', 30: 'thirty\n' });
    const { proposal } = await bench.proposals.rebase({ id, path: 'a.txt', text });
    assert.equal(proposal.files[0]?.disk, 'same');
    assert.equal(proposal.files[0]?.amendment?.by, 'person');
    await bench.proposals.accept({ proposalId: id, path: 'a.txt' });
    assert.equal(bench.workspace.text('a.txt'), text);
  });

  it('carries rejected hunks and edits of a person along', async () => {
    const bench = createBench({ 'a.txt': BASE });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', NEXT)]), by, run);
    await bench.proposals.reject({ proposalId: id, path: 'a.txt', hunk: '1' });
    await bench.proposals.amend({ id, path: 'a.txt', text: numbered(40, { 5: 'five\n', 30: 'XXX\n' }) });
    bench.workspace.put('a.txt', `mine\n${BASE}`);
    const { proposal } = await bench.proposals.rebase({ id });
    assert.deepEqual(
      proposal.files[0]?.hunks.map(({ status, amended }) => [status, amended === true]),
      [
        ['rejected', false],
        ['pending', true],
      ],
    );
    await bench.proposals.amend({ id, path: 'a.txt', text: null });
    await bench.proposals.accept({ proposalId: id });
    assert.equal(bench.workspace.text('a.txt'), `mine\n${numbered(40, { 30: 'thirty\n' })}`);
  });

  it('refuses a file of which something was accepted, and one that is gone', async () => {
    const bench = createBench({ 'a.txt': BASE, 'b.txt': 'b\n' });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', NEXT), modify(bench, 'b.txt', 'B\n')]), by, run);
    await bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: '1' });
    bench.workspace.put('a.txt', `mine\n${bench.workspace.text('a.txt')}`);
    await assert.rejects(bench.proposals.rebase({ id, path: 'a.txt' }), coded('proposal.decided'));
    bench.workspace.drop('b.txt');
    await assert.rejects(bench.proposals.rebase({ id }), coded('proposal.conflict'));
  });

  it('leaves files that did not change alone, and one that holds the change already', async () => {
    const bench = createBench({ 'a.txt': BASE });
    const before = await bench.proposals.create(draft([modify(bench, 'a.txt', NEXT)]), by, run);
    assert.deepEqual(await bench.proposals.rebase({ id: before.id }), { proposal: before, rebased: [] });
    bench.workspace.put('a.txt', NEXT);
    assert.deepEqual((await bench.proposals.rebase({ id: before.id })).rebased, []);
  });

  it('moves a deletion and a rename along', async () => {
    const bench = createBench({ 'a.txt': BASE, 'old.txt': 'old\n' });
    const files = [
      { kind: 'delete' as const, path: 'old.txt', baseHash: bench.workspace.hash('old.txt') },
      { kind: 'rename' as const, oldPath: 'a.txt', path: 'b.txt', baseHash: bench.workspace.hash('a.txt'), newText: NEXT },
    ];
    const { id } = await bench.proposals.create(draft(files), by, run);
    bench.workspace.put('a.txt', `mine\n${BASE}`);
    bench.workspace.put('old.txt', 'older\n');
    const { rebased } = await bench.proposals.rebase({ id });
    assert.deepEqual(rebased, ['old.txt', 'b.txt']);
    await bench.proposals.accept({ proposalId: id });
    assert.equal(bench.workspace.text('b.txt'), `mine\n${NEXT}`);
    assert.deepEqual([bench.workspace.text('a.txt'), bench.workspace.text('old.txt')], [undefined, undefined]);
    await bench.proposals.undo(id);
    assert.equal(bench.workspace.text('old.txt'), 'older\n');
  });
});

describe('a proposal that is asked to be changed', () => {
  it('is replaced by what the asked run drafts, with links both ways, and by no other run', async () => {
    const bench = createBench({ 'a.txt': BASE });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', NEXT)]), by, run);
    const [asked, other] = [bench.proposals.deskFor('run_2', 'propose'), bench.proposals.deskFor('run_3', 'propose')];
    await asked.asked(id, { note: 'no thirty', drop: [{ path: 'a.txt', hunk: '2' }] });
    const left = await asked.draftWithout(id, [{ path: 'a.txt', hunk: '2' }]);
    assert.ok(left);
    const fresh = await asked.create(left, by);
    const foreign = await other.create(draft([modify(bench, 'a.txt', 'x\n')]), by);
    await assert.rejects(other.replace(id, foreign.id), coded('proposal.notAsked'));
    assert.equal(await asked.replace(id, fresh.id), 'replaced');
    const [old, next] = [await bench.proposals.get(id), await bench.proposals.get(fresh.id)];
    assert.deepEqual([old.status, old.replacedBy, next.replaces, old.asked?.note], ['superseded', fresh.id, id, 'no thirty']);
    await bench.proposals.accept({ proposalId: fresh.id });
    assert.equal(bench.workspace.text('a.txt'), numbered(40, { 5: 'five\n' }));
    await assert.rejects(bench.proposals.accept({ proposalId: id }), coded('proposal.superseded'));
  });

  it('is drafted anew on the files as they are, without what is decided', async () => {
    const bench = createBench({ 'a.txt': BASE, 'b.txt': 'b\n', 'c.txt': 'c\n' });
    const files = [
      modify(bench, 'a.txt', NEXT),
      modify(bench, 'b.txt', 'B\n'),
      { kind: 'create' as const, path: 'n.txt', newText: 'n\n' },
      { kind: 'rename' as const, oldPath: 'c.txt', path: 'd.txt', baseHash: bench.workspace.hash('c.txt'), newText: 'C\n' },
    ];
    const { id } = await bench.proposals.create(draft(files), by, run);
    await bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: '1' });
    bench.workspace.put('a.txt', `mine\n${bench.workspace.text('a.txt')}`);
    const desk = bench.proposals.deskFor('run_2', 'propose');
    const left = await desk.draftWithout(id, [{ path: 'b.txt' }]);
    assert.ok(left);
    const { id: fresh } = await desk.create(left, by);
    await bench.proposals.accept({ proposalId: fresh });
    assert.equal(bench.workspace.text('a.txt'), `mine\n${NEXT}`);
    assert.deepEqual(
      ['b.txt', 'c.txt', 'd.txt', 'n.txt'].map((path) => bench.workspace.text(path)),
      ['b\n', undefined, 'C\n', 'n\n'],
    );
    const all = [{ path: 'a.txt' }, { path: 'b.txt' }, { path: 'd.txt' }, { path: 'n.txt' }];
    assert.equal(await desk.draftWithout(id, all), null);
  });

  it('keeps what a person edited, and says whose it is', async () => {
    const bench = createBench({ 'a.txt': BASE, 'b.txt': 'b\n' });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', NEXT), modify(bench, 'b.txt', 'B\n')]), by, run);
    const text = numbered(40, { 5: 'five\n', 15: 'mine\n', 30: 'THIRTY\n' });
    await bench.proposals.amend({ id, path: 'a.txt', text });
    const desk = bench.proposals.deskFor('run_2', 'propose');
    const left = await desk.draftWithout(id, [{ path: 'b.txt' }]);
    assert.ok(left);
    const fresh = await desk.create(left, by);
    assert.equal(await bench.proposals.text(fresh.id, 'a.txt', 'proposed'), text);
    assert.deepEqual(
      fresh.files[0]?.hunks.map(({ reason }) => reason),
      ['Tidy up', 'Edited by a person', 'Edited by a person: Tidy up'],
    );
  });

  it('is left to the run that was asked last', async () => {
    const bench = createBench({ 'a.txt': BASE });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', NEXT)]), by, run);
    const [first, last] = [bench.proposals.deskFor('run_2', 'p'), bench.proposals.deskFor('run_3', 'p')];
    for (const desk of [first, last, first]) await desk.asked(id, { note: 'x', drop: [] });
    const [early, late] = [
      await first.create(draft([modify(bench, 'a.txt', 'x\n')]), by),
      await last.create(draft([modify(bench, 'a.txt', 'y\n')]), by),
    ];
    assert.equal(await first.replace(id, early.id), 'askedAgain');
    assert.equal((await bench.proposals.get(id)).status, 'open');
    assert.equal(await last.replace(id, late.id), 'replaced');
  });

  it('can be decided meanwhile; then it is not replaced', async () => {
    const bench = createBench({ 'a.txt': BASE });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', NEXT)]), by, run);
    const desk = bench.proposals.deskFor('run_2', 'propose');
    await desk.asked(id, { note: 'x', drop: [] });
    const { id: fresh } = await desk.create(draft([modify(bench, 'a.txt', 'x\n')]), by);
    await bench.proposals.accept({ proposalId: id });
    assert.equal(await desk.replace(id, fresh), 'decided');
    await assert.rejects(bench.proposals.deskFor('run_3', 'p').asked(id, { note: 'x', drop: [] }), coded('proposal.decided'));
  });
});
