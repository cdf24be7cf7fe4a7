import assert from 'node:assert/strict';
import { hasCode } from '#base/errors.ts';
import type { ProposalView } from '#protocol/proposal.ts';
import { by, createBench, draft, modify, numbered, run, type Bench } from '#test/unit/proposals/bench.ts';

const NEXT = numbered(40, { 5: 'five\n', 30: 'thirty\n' });

async function proposed(bench: Bench): Promise<ProposalView> {
  return bench.proposals.create(draft([modify(bench, 'a.txt', NEXT)]), by, run);
}

const coded = (code: string) => (error: unknown) => hasCode(error, code);

describe('editing a proposal before accepting it', () => {
  it('writes what the person made of it, says who edited which hunk, and undo restores the file', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const { id } = await proposed(bench);
    const text = numbered(40, { 5: 'FIVE\n', 30: 'thirty\n' });
    const view = await bench.proposals.amend({ id, path: 'a.txt', text });
    const [file] = view.files;
    assert.deepEqual(file?.amendment, { by: 'person', at: bench.clock.now(), agentText: true });
    assert.deepEqual(
      file?.hunks.map(({ amended }) => amended === true),
      [true, false],
    );
    await bench.proposals.accept({ proposalId: id });
    assert.equal(bench.workspace.text('a.txt'), text);
    await bench.proposals.undo(id);
    assert.equal(bench.workspace.text('a.txt'), numbered(40));
    assert.deepEqual(
      bench.audit.map(({ action }) => action),
      ['proposal.amend', 'proposal.accept', 'proposal.undo'],
    );
  });

  it('keeps the reason and the citations with the lines they were about', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const citations = [{ path: 'a.txt', line: 30, column: 1, endLine: 30 }];
    const notes = [{ path: 'a.txt', line: 30, reason: 'Thirty is wrong', citations }];
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', NEXT)], notes), by, run);
    const { files } = await bench.proposals.amend({ id, path: 'a.txt', text: numbered(40, { 5: 'five\n', 30: '30\n' }) });
    assert.equal(files[0]?.hunks[1]?.reason, 'Thirty is wrong');
    assert.deepEqual(files[0]?.hunks[1]?.citations, citations);
  });

  it('leaves a decided hunk as it was decided, wherever the edit moves it', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const { id } = await proposed(bench);
    await bench.proposals.reject({ proposalId: id, path: 'a.txt', hunk: '2' });
    const text = numbered(40, { 5: 'five\n', 16: 'new\nl16\n', 30: 'thirty\n' });
    const { files } = await bench.proposals.amend({ id, path: 'a.txt', text });
    assert.deepEqual(
      files[0]?.hunks.map(({ status }) => status),
      ['pending', 'pending', 'rejected'],
    );
    await bench.proposals.accept({ proposalId: id });
    assert.equal(bench.workspace.text('a.txt'), numbered(40, { 5: 'five\n', 16: 'new\nl16\n' }));
    await bench.proposals.undo(id);
    await bench.proposals.undo(id);
    assert.deepEqual(
      (await bench.proposals.get(id)).files[0]?.hunks.map(({ status }) => status),
      ['pending', 'pending', 'pending'],
    );
  });

  it('refuses an edit that reaches into a decided hunk, and one after everything is decided', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const { id } = await proposed(bench);
    await bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: '1' });
    const text = numbered(40, { 5: 'FIVE\n', 30: 'thirty\n' });
    await assert.rejects(bench.proposals.amend({ id, path: 'a.txt', text }), coded('proposal.decided'));
    await bench.proposals.accept({ proposalId: id });
    await assert.rejects(bench.proposals.amend({ id, path: 'a.txt', text }), coded('proposal.decided'));
    assert.equal(bench.workspace.text('a.txt'), NEXT);
  });

  it('puts back what the agent wrote', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const before = await proposed(bench);
    await bench.proposals.amend({ id: before.id, path: 'a.txt', text: 'nothing left\n' });
    assert.deepEqual(await bench.proposals.amend({ id: before.id, path: 'a.txt', text: null }), before);
  });

  it('edits a new file, and refuses to edit one that is deleted or to leave nothing', async () => {
    const bench = createBench({ 'a.txt': 'a\n', 'old.txt': 'old\n' });
    const files = [
      { kind: 'create' as const, path: 'new.txt', newText: 'new\n' },
      { kind: 'delete' as const, path: 'old.txt', baseHash: bench.workspace.hash('old.txt') },
      modify(bench, 'a.txt', 'b\n'),
    ];
    const { id } = await bench.proposals.create(draft(files), by, run);
    await bench.proposals.amend({ id, path: 'new.txt', text: 'newer\n' });
    await assert.rejects(bench.proposals.amend({ id, path: 'old.txt', text: 'x' }), coded('proposal.notAmendable'));
    await assert.rejects(bench.proposals.amend({ id, path: 'a.txt', text: 'a\n' }), coded('proposal.nothingLeft'));
    await assert.rejects(bench.proposals.amend({ id, path: 'a.txt', text: '\ud800' }), coded('proposal.notText'));
    await assert.rejects(bench.proposals.amend({ id, path: 'b.txt', text: '' }), coded('proposal.noSuchTarget'));
    await bench.proposals.accept({ proposalId: id });
    assert.deepEqual([bench.workspace.text('new.txt'), bench.workspace.text('old.txt')], ['newer\n', undefined]);
  });

  it('marks checks as outdated, because they were made on another text', async () => {
    const bench = createBench({ 'a.txt': numbered(40) });
    const { id } = await proposed(bench);
    await bench.proposals.verify(id, { passed: true, checks: [{ name: 'tests', passed: true, detail: '3 passed' }] });
    const { verification } = await bench.proposals.amend({ id, path: 'a.txt', text: numbered(40, { 5: 'V\n' }) });
    assert.equal(verification?.outdated, true);
    await bench.proposals.verify(id, { passed: true, checks: [] });
    assert.equal((await bench.proposals.get(id)).verification?.outdated, undefined);
  });
});

describe('one decision about several parts', () => {
  it('writes all of them, and one undo takes all of them back', async () => {
    const bench = createBench({ 'a.txt': numbered(40), 'b.txt': 'b\n', 'c.txt': 'c\n' });
    const files = [modify(bench, 'a.txt', NEXT), modify(bench, 'b.txt', 'B\n'), modify(bench, 'c.txt', 'C\n')];
    const { id } = await bench.proposals.create(draft(files), by, run);
    const parts = [{ path: 'a.txt', hunk: '2' }, { path: 'b.txt' }, { path: 'b.txt', hunk: '1' }];
    const { written } = await bench.proposals.accept({ proposalId: id, parts });
    assert.deepEqual(written, ['a.txt', 'b.txt']);
    assert.equal(bench.workspace.text('a.txt'), numbered(40, { 30: 'thirty\n' }));
    await bench.proposals.undo(id);
    assert.deepEqual([bench.workspace.text('a.txt'), bench.workspace.text('b.txt')], [numbered(40), 'b\n']);
    assert.equal((await bench.proposals.get(id)).canUndo, false);
  });

  it('writes none of them when one is in conflict, decided the other way or not there', async () => {
    const bench = createBench({ 'a.txt': numbered(40), 'b.txt': 'b\n' });
    const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', NEXT), modify(bench, 'b.txt', 'B\n')]), by, run);
    bench.workspace.put('b.txt', 'mine\n');
    const parts = [{ path: 'a.txt' }, { path: 'b.txt' }];
    await assert.rejects(bench.proposals.accept({ proposalId: id, parts }), coded('proposal.conflict'));
    const missing = [{ path: 'a.txt' }, { path: 'a.txt', hunk: '9' }];
    await assert.rejects(bench.proposals.accept({ proposalId: id, parts: missing }), coded('proposal.noSuchTarget'));
    await bench.proposals.reject({ proposalId: id, path: 'a.txt', hunk: '1' });
    const rejected = [
      { path: 'a.txt', hunk: '2' },
      { path: 'a.txt', hunk: '1' },
    ];
    await assert.rejects(bench.proposals.accept({ proposalId: id, parts: rejected }), coded('proposal.decided'));
    assert.equal(bench.workspace.text('a.txt'), numbered(40));
  });
});
