import assert from 'node:assert/strict';
import { hasCode } from '#base/errors.ts';
import type { DraftFile } from '#core/skills/skill.ts';
import { by, createBench, draft, modify, numbered, run } from '#test/unit/proposals/bench.ts';

const refuses = (code: string) => (error: unknown) => hasCode(error, code);

describe('drafting a proposal', () => {
  it('keeps CRLF, mixed endings, a byte order mark and a missing last newline outside the changed lines', async () => {
    const cases: readonly (readonly [before: string, after: string])[] = [
      ['a\r\nb\r\nc\r\n', 'a\r\nB\r\nc\r\n'],
      ['a\r\nb\nc\r\nd', 'a\r\nB\nc\r\nd'],
      ['\uFEFFa\r\nb\r\n', '\uFEFFa\r\nB\r\n'],
      ['a\nb', 'a\nb\n'],
      ['a\nb\n', 'a\nb'],
      ['old mac\rline\rb', 'old mac\rline\rB'],
      ['', 'now it has text'],
      ['all of it\n', ''],
    ];
    for (const [before, after] of cases) {
      const bench = createBench({ 'a.txt': before });
      const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', after)]), by, run);
      await bench.proposals.accept({ proposalId: id });
      assert.equal(bench.workspace.text('a.txt'), after);
      await bench.proposals.undo(id);
      assert.equal(bench.workspace.text('a.txt'), before);
    }
  });

  it('changes one line of a CRLF file in one hunk of one line', async () => {
    const before = numbered(9).replaceAll('\n', '\r\n');
    const bench = createBench({ 'a.txt': before });
    const view = await bench.proposals.create(draft([modify(bench, 'a.txt', before.replace('l5', 'five'))]), by, run);
    assert.deepEqual(
      view.files[0]?.hunks.map((hunk) => [hunk.oldStart, hunk.oldLines, hunk.newStart, hunk.newLines, hunk.lines]),
      [[2, 7, 2, 7, [' l2\r', ' l3\r', ' l4\r', '-l5\r', '+five\r', ' l6\r', ' l7\r', ' l8\r']]],
    );
  });

  it('refuses binary files, other encodings and text without an exact UTF-8 form', async () => {
    const bench = createBench({ 'a.txt': 'a\n' });
    bench.workspace.put('latin1.txt', Uint8Array.of(0x63, 0x61, 0x66, 0xe9));
    bench.workspace.put('utf16.txt', Buffer.from('\uFEFFhi', 'utf16le'));
    bench.workspace.put('image.png', Uint8Array.of(0x89, 0x50, 0, 0));
    for (const path of ['latin1.txt', 'utf16.txt', 'image.png']) {
      await assert.rejects(bench.proposals.create(draft([modify(bench, path, 'x')]), by, run), refuses('proposal.notText'));
    }
    for (const text of ['\ud800', 'a\0b']) {
      await assert.rejects(bench.proposals.create(draft([modify(bench, 'a.txt', text)]), by, run), refuses('proposal.notText'));
    }
  });

  it('refuses a base that is not what is on disk, and a new file that exists', async () => {
    const bench = createBench({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
    const stale = modify(bench, 'a.txt', 'A\n');
    bench.workspace.put('a.txt', 'changed\n');
    const bad: readonly DraftFile[] = [
      stale,
      { kind: 'modify', path: 'none.txt', baseHash: bench.workspace.hash('b.txt'), newText: 'x' },
      { kind: 'create', path: 'b.txt', newText: 'x' },
      { kind: 'rename', oldPath: 'a.txt', path: 'b.txt', baseHash: bench.workspace.hash('a.txt'), newText: 'x' },
    ];
    for (const file of bad) await assert.rejects(bench.proposals.create(draft([file]), by, run), refuses('proposal.stale'));
    assert.deepEqual(await bench.proposals.list(), []);
  });

  it('refuses a rename by case alone onto another file, where names keep case', async () => {
    const bench = createBench({ 'Readme.md': 'a\n', 'README.md': 'b\n' });
    const rename: DraftFile = {
      kind: 'rename',
      oldPath: 'Readme.md',
      path: 'README.md',
      baseHash: bench.workspace.hash('Readme.md'),
      newText: 'c\n',
    };
    await assert.rejects(bench.proposals.create(draft([rename]), by, run), refuses('proposal.stale'));
  });

  it('refuses paths that lead outside or have a second spelling, one file named twice, and a draft that changes nothing', async () => {
    const bench = createBench({ 'a.txt': 'a\n' });
    for (const path of ['../x', '/etc/passwd', 'a/../x', './x', 'a//b', '', 'x/', 'a\0b']) {
      await assert.rejects(
        bench.proposals.create(draft([{ kind: 'create', path, newText: 'x' }]), by, run),
        refuses('proposal.badDraft'),
        JSON.stringify(path),
      );
    }
    const twice = [modify(bench, 'a.txt', 'b\n'), modify(bench, 'a.txt', 'c\n')];
    await assert.rejects(bench.proposals.create(draft(twice), by, run), refuses('proposal.badDraft'));
    await assert.rejects(bench.proposals.create(draft([modify(bench, 'a.txt', 'a\n')]), by, run), refuses('proposal.badDraft'));
  });

  it('puts each note on the hunk that covers its line, and names every hunk', async () => {
    const bench = createBench({ 'a.txt': numbered(60) });
    const next = numbered(60, { 5: 'five\n', 30: 'thirty\n', 50: 'fifty\n' });
    const citations = [{ path: 'a.txt', line: 30 }];
    const notes = [
      { path: 'a.txt', line: 30, reason: 'A value\n  is wrong.', citations },
      { path: 'a.txt', line: 5, reason: 'Typo.', citations: [] },
    ];
    const view = await bench.proposals.create(draft([modify(bench, 'a.txt', next)], notes), by, run);
    assert.deepEqual(
      view.files[0]?.hunks.map((hunk) => [hunk.id, hunk.reason, hunk.citations]),
      [
        ['1', 'Typo.', []],
        ['2', 'A value is wrong.', citations],
        ['3', 'Tidy up', []],
      ],
    );
  });

  it('keeps every text side by side', async () => {
    const bench = createBench({ 'a.txt': numbered(40), 'd.txt': 'd\n' });
    const next = numbered(40, { 5: 'five\n', 30: 'thirty\n' });
    const files: DraftFile[] = [
      modify(bench, 'a.txt', next),
      { kind: 'create', path: 'n.txt', newText: 'n\n' },
      { kind: 'delete', path: 'd.txt', baseHash: bench.workspace.hash('d.txt') },
    ];
    const { id } = await bench.proposals.create(draft(files), by, run);
    await bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: '1' });
    const sides = async (path: string): Promise<unknown> => [
      await bench.proposals.text(id, path, 'base'),
      await bench.proposals.text(id, path, 'proposed'),
      await bench.proposals.text(id, path, 'accepted'),
    ];
    assert.deepEqual(await sides('a.txt'), [numbered(40), next, numbered(40, { 5: 'five\n' })]);
    assert.deepEqual(await sides('n.txt'), [null, 'n\n', null]);
    assert.deepEqual(await sides('d.txt'), ['d\n', null, 'd\n']);
  });

  it('takes files of 10 MB, rewritten or edited, merges into them, and refuses larger ones', async () => {
    const size = 200_000;
    const line = (at: number): string => `${at} ${'x'.repeat(40)}\n`;
    const text = Array.from({ length: size }, (_, at) => line(at)).join('');
    const bench = createBench({ 'big.txt': text });
    const edited = text.replace(line(100), 'first\n').replace(line(199_900), 'last\n');
    const view = await bench.proposals.create(draft([modify(bench, 'big.txt', edited)]), by, run);
    assert.equal(view.hunks, 2);
    bench.workspace.put('big.txt', `mine\n${text.replace(line(100_000), '')}mine\n`);
    await bench.proposals.accept({ proposalId: view.id });
    assert.equal(bench.workspace.text('big.txt'), `mine\n${edited.replace(line(100_000), '')}mine\n`);

    const rewritten = Array.from({ length: size }, (_, at) => `${at * 7} y\n`).join('');
    bench.workspace.put('big.txt', text);
    const rewrite = await bench.proposals.create(draft([modify(bench, 'big.txt', rewritten)]), by, run);
    assert.equal(rewrite.hunks, 1);
    await bench.proposals.accept({ proposalId: rewrite.id });
    assert.equal(bench.workspace.text('big.txt'), rewritten);

    bench.workspace.put('big.txt', 'x'.repeat(10 * 1024 * 1024 + 1));
    await assert.rejects(bench.proposals.create(draft([modify(bench, 'big.txt', 'y')]), by, run), refuses('proposal.tooLarge'));
  });
});
