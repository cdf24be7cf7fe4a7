import assert from 'node:assert/strict';
import { applyPatch, type StructuredPatch } from 'diff';
import fc from 'fast-check';
import { hasCode, toErrorView } from '#base/errors.ts';
import type { DraftFile } from '#core/skills/skill.ts';
import { splitLines } from '#core/proposals/content.ts';
import { mergeTexts } from '#core/proposals/merge.ts';
import { fuzzOptions } from '#test/support/fuzz.ts';
import { by, createBench, draft, modify, numbered, run } from '#test/unit/proposals/bench.ts';

/** Few different lines, so that repeats make diffs and merges ambiguous; all kinds of line ends. */
const line = fc.tuple(fc.constantFrom('', 'a', 'b', 'c', 'd', '}', '\uFEFF', 'é'), fc.constantFrom('\n', '\n', '\r\n'));
const text = fc
  .tuple(fc.array(line, { maxLength: 60 }), fc.constantFrom('', 'end', 'end\r'))
  .map(([lines, end]) => lines.map((parts) => parts.join('')).join('') + end);

type Edit = readonly [at: number, remove: number, insert: readonly string[]];
const edits = fc.array(fc.tuple(fc.nat(60), fc.nat(3), fc.array(fc.constantFrom('x\n', 'y\n', 'a\n', 'z\r\n'), { maxLength: 3 })), {
  minLength: 1,
  maxLength: 5,
});

function edited(before: string, changes: readonly Edit[]): string {
  const lines = [...splitLines(before)];
  for (const [at, remove, insert] of changes) lines.splice(at % (lines.length + 1), remove, ...insert);
  return lines.join('');
}

async function holds<T>(property: fc.IAsyncProperty<T>): Promise<void> {
  await fc.assert(property, fuzzOptions(300));
}

/** What a decision may answer in the middle of a random history. */
function refused(error: unknown): void {
  if (!hasCode(error, 'proposal.nothingToUndo') && !hasCode(error, 'proposal.decided')) throw error;
}

describe('any text, any edits', () => {
  it('accepts any subset of hunks in any order as if that subset were one patch, and undo restores every byte', () =>
    holds(
      fc.asyncProperty(text, edits, fc.infiniteStream(fc.nat(1000)), async (base, changes, choices) => {
        const next = edited(base, changes);
        fc.pre(next !== base);
        const bench = createBench({ 'a.txt': base });
        const { id, files } = await bench.proposals.create(draft([modify(bench, 'a.txt', next)]), by, run);
        const hunks = files[0]?.hunks ?? [];
        const chosen = hunks.filter(() => (choices.next().value ?? 0) % 2 === 0);
        const order = chosen.map((hunk) => ({ hunk, rank: choices.next().value ?? 0 })).sort((a, b) => a.rank - b.rank);
        for (const { hunk } of order) await bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk: hunk.id });
        const starts = (start: number, count: number): number => (count === 0 ? start + 1 : start);
        const patch: StructuredPatch = {
          oldFileName: 'a',
          newFileName: 'a',
          oldHeader: '',
          newHeader: '',
          hunks: chosen.map((hunk) => ({
            oldStart: starts(hunk.oldStart, hunk.oldLines),
            oldLines: hunk.oldLines,
            newStart: starts(hunk.newStart, hunk.newLines),
            newLines: hunk.newLines,
            lines: [...hunk.lines],
          })),
        };
        assert.equal(bench.workspace.text('a.txt'), applyPatch(base, patch, { autoConvertLineEndings: false }));
        if (chosen.length === hunks.length) assert.equal(bench.workspace.text('a.txt'), next);
        for (const _ of order) await bench.proposals.undo(id);
        assert.equal(bench.workspace.text('a.txt'), base);
      }),
    ));

  it('writes an edited proposal exactly, whatever was decided before, and undo restores every byte', () =>
    holds(
      fc.asyncProperty(text, edits, edits, fc.nat(8), async (base, changes, own, decided) => {
        const next = edited(base, changes);
        const amended = edited(next, own);
        fc.pre(next !== base && amended !== base);
        const bench = createBench({ 'a.txt': base });
        const { id, files } = await bench.proposals.create(draft([modify(bench, 'a.txt', next)]), by, run);
        const hunk = String(decided + 1);
        const first = (files[0]?.hunks.length ?? 0) > decided;
        if (first) await bench.proposals.accept({ proposalId: id, path: 'a.txt', hunk });
        const between = bench.workspace.text('a.txt');
        try {
          await bench.proposals.amend({ id, path: 'a.txt', text: amended });
        } catch (error) {
          // The edit reached into the hunk that was accepted, or no other was left.
          assert.ok(first && hasCode(error, 'proposal.decided'), String(error));
          assert.equal(await bench.proposals.text(id, 'a.txt', 'proposed'), next);
          return;
        }
        assert.equal(bench.workspace.text('a.txt'), between);
        const left = (await bench.proposals.get(id)).hunksPending > 0;
        if (left) await bench.proposals.accept({ proposalId: id });
        assert.equal(bench.workspace.text('a.txt'), amended);
        for (let times = Number(first) + Number(left); times > 0; times -= 1) await bench.proposals.undo(id);
        assert.equal(bench.workspace.text('a.txt'), base);
      }),
    ));

  it('rebases to what a merge on accept would have written, or refuses as that would', () =>
    holds(
      fc.asyncProperty(text, edits, edits, async (base, ours, theirs) => {
        const [next, disk] = [edited(base, ours), edited(base, theirs)];
        fc.pre(next !== base);
        const [bench, other] = [createBench({ 'a.txt': base }), createBench({ 'a.txt': base })];
        const one = await bench.proposals.create(draft([modify(bench, 'a.txt', next)]), by, run);
        const two = await other.proposals.create(draft([modify(other, 'a.txt', next)]), by, run);
        bench.workspace.put('a.txt', disk);
        other.workspace.put('a.txt', disk);
        const outcome = async (work: () => Promise<unknown>): Promise<unknown> => {
          try {
            await work();
            return 'done';
          } catch (error) {
            return toErrorView(error).code;
          }
        };
        const rebased = await outcome(() => bench.proposals.rebase({ id: one.id }));
        assert.equal(bench.workspace.text('a.txt'), disk);
        const accepted = await outcome(() => other.proposals.accept({ proposalId: two.id }));
        assert.equal(rebased, accepted);
        if (rebased !== 'done') return;
        await bench.proposals.accept({ proposalId: one.id });
        assert.equal(bench.workspace.text('a.txt'), other.workspace.text('a.txt'));
        await bench.proposals.undo(one.id);
        assert.equal(bench.workspace.text('a.txt'), disk);
      }),
    ));

  it('never loses a concurrent edit: the result holds it, or nothing is written', () =>
    holds(
      fc.asyncProperty(text, edits, edits, async (base, ours, theirs) => {
        const next = edited(base, ours);
        fc.pre(next !== base);
        // A person's lines are marked, so that they can be counted in the result.
        const mark = (insert: readonly string[]): string[] => insert.map((_, at) => `mine ${at}\n`);
        const disk = edited(
          base,
          theirs.map(([at, , insert]) => [at, 0, mark(insert)] as const),
        );
        const bench = createBench({ 'a.txt': base });
        const { id } = await bench.proposals.create(draft([modify(bench, 'a.txt', next)]), by, run);
        bench.workspace.put('a.txt', disk);
        const marks = (content: string | undefined): string[] => splitLines(content ?? '').filter((one) => one.startsWith('mine'));
        try {
          await bench.proposals.accept({ proposalId: id });
        } catch (error) {
          assert.ok(hasCode(error, 'proposal.conflict'), String(error));
          assert.equal(bench.workspace.text('a.txt'), disk);
          return;
        }
        assert.deepEqual(marks(bench.workspace.text('a.txt')), marks(disk));
        await bench.proposals.undo(id);
        assert.equal(bench.workspace.text('a.txt'), disk);
      }),
    ));

  it('leaves every file as before or as decided, whichever write dies, after any history of decisions', () =>
    holds(
      fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 6 }), fc.nat(8), async (history, dying) => {
        const bench = createBench({ 'a.txt': numbered(40), 'b.txt': 'b\n', 'c.txt': 'c\n' });
        const files: DraftFile[] = [
          modify(bench, 'a.txt', numbered(40, { 5: 'five\n', 30: 'thirty\n' })),
          { kind: 'rename', oldPath: 'b.txt', path: 'd/b.txt', baseHash: bench.workspace.hash('b.txt'), newText: 'B\n' },
          { kind: 'delete', path: 'c.txt', baseHash: bench.workspace.hash('c.txt') },
          { kind: 'create', path: 'n.txt', newText: 'n\n' },
        ];
        const { id } = await bench.proposals.create(draft(files), by, run);
        const act = async (choice: number): Promise<unknown> => {
          const path = ['a.txt', 'd/b.txt', 'c.txt', 'n.txt'][choice];
          if (path !== undefined) return bench.proposals.accept({ proposalId: id, path });
          return choice === 4 ? bench.proposals.undo(id) : bench.proposals.accept({ proposalId: id });
        };
        for (const choice of history.slice(0, -1)) await act(choice).catch(refused);
        const before = bench.workspace.snapshot();
        const was = await bench.proposals.get(id);
        let writes = 0;
        bench.workspace.beforeWrite = () => {
          writes += 1;
          if (writes > dying) throw new Error('killed');
        };
        const stands = await act(history.at(-1) ?? 5).then(
          () => true,
          () => false,
        );
        bench.workspace.beforeWrite = () => {};
        await bench.reopen().recover();
        if (stands) return;
        assert.deepEqual(bench.workspace.snapshot(), before);
        assert.deepEqual(await bench.reopen().get(id), was);
      }),
    ));

  it('merges to what both sides made when only one of them changed anything', () =>
    holds(
      fc.asyncProperty(text, edits, async (base, changes) => {
        const next = edited(base, changes);
        assert.deepEqual(mergeTexts(base, next, base), { kind: 'clean', text: next });
        assert.deepEqual(mergeTexts(base, base, next), { kind: 'clean', text: next });
        assert.deepEqual(mergeTexts(base, next, next), { kind: 'clean', text: next });
      }),
    ));

  it('merges the same way whichever side is called which', () =>
    holds(
      fc.asyncProperty(text, edits, edits, async (base, ours, theirs) => {
        const one = mergeTexts(base, edited(base, ours), edited(base, theirs));
        const other = mergeTexts(base, edited(base, theirs), edited(base, ours));
        assert.equal(one.kind, other.kind);
        if (one.kind === 'clean') assert.deepEqual(one, other);
      }),
    ));
});
