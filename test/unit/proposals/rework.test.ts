import assert from 'node:assert/strict';
import type { ProposalView } from '#protocol/proposal.ts';
import { changeReplaceSkill, changeReworkSkill } from '#core/skills/changes/changeRework.ts';
import { createSkillContext } from '#test/support/skillContext.ts';
import { by, createBench, draft, modify, numbered, run } from '#test/unit/proposals/bench.ts';

const NEXT = numbered(40, { 5: 'five\n', 30: 'thirty\n' });
const passed = { passed: true, checks: [{ name: 'tests', passed: true, detail: '' }] };
const failed = { passed: false, checks: [{ name: 'tests', passed: false, detail: 'one failed' }] };

/** An open proposal of an earlier run, and the two skills in the run that was asked to change it. */
async function asked() {
  const bench = createBench({ 'a.txt': numbered(40) });
  const old = await bench.proposals.create(draft([modify(bench, 'a.txt', NEXT)]), by, run);
  const desk = bench.proposals.deskFor('run_2', 'redo/1/propose');
  const context = { ...createSkillContext(bench.workspace), proposals: desk };
  return {
    bench,
    old,
    desk,
    rework: (args: object) => changeReworkSkill().run({ proposal: old.id, ...args }, context),
    replace: () => changeReplaceSkill().run({ proposal: old.id }, context),
    mine: async (): Promise<readonly ProposalView[]> => desk.ofRun(),
  };
}

describe('change.rework', () => {
  it('drafts what is left, and hands over the note with the old diff', async () => {
    const { rework, mine, bench, old } = await asked();
    const { output, summary } = await rework({ note: ' shorter ', drop: [{ path: 'a.txt', hunk: '2' }] });
    const [fresh, ...others] = await mine();
    assert.ok(fresh);
    assert.deepEqual(others, []);
    assert.equal(await bench.proposals.text(fresh.id, 'a.txt', 'proposed'), numbered(40, { 5: 'five\n' }));
    assert.deepEqual(output, {
      proposals: [{ id: fresh.id, title: 'Tidy up', files: 1 }],
      old: { id: old.id, title: 'Tidy up', summary: 'Two small repairs.', diff: await bench.proposals.diff(old.id) },
      note: 'shorter',
    });
    assert.equal(summary, '1 part left out, drafted anew');
    assert.equal((await bench.proposals.get(old.id)).asked?.note, 'shorter');
  });

  it('drafts nothing for words alone, nor when nothing is left', async () => {
    const { rework, mine } = await asked();
    assert.equal((await rework({ note: 'shorter' })).summary, 'nothing to leave out');
    assert.equal((await rework({ drop: [{ path: 'a.txt' }] })).summary, '1 part left out');
    assert.deepEqual(await mine(), []);
  });

  it('takes back what failed its checks, and leaves the rest to the agent', async () => {
    const { rework, mine, desk, bench } = await asked();
    await rework({ drop: [{ path: 'a.txt', hunk: '2' }] });
    const [first] = await mine();
    assert.ok(first);
    const feedback = { failed: [{ proposal: first.id, paths: ['a.txt'], reason: 'tests: one failed' }] };
    await rework({ drop: [{ path: 'a.txt', hunk: '2' }], feedback });
    assert.deepEqual(await desk.ofRun(), []);
    assert.equal((await bench.proposals.get(first.id)).status, 'superseded');
  });
});

describe('change.replace', () => {
  it('puts what passes its checks, or has none, in the place of the old one', async () => {
    const { rework, replace, bench, old, mine } = await asked();
    await rework({ drop: [{ path: 'a.txt', hunk: '2' }] });
    const [fresh] = await mine();
    assert.equal((await replace()).summary, 'the new proposal takes its place');
    assert.equal((await bench.proposals.get(old.id)).replacedBy, fresh?.id);
  });

  it('leaves the old one beside what fails checks that it passed itself', async () => {
    for (const [before, status, summary] of [
      [passed, 'open', 'what was drafted fails its checks: the proposal stands beside it'],
      [failed, 'superseded', 'the new proposal takes its place'],
    ] as const) {
      const { rework, replace, bench, old, mine } = await asked();
      await bench.proposals.verify(old.id, before);
      await rework({ drop: [{ path: 'a.txt', hunk: '2' }] });
      await bench.proposals.verify((await mine())[0]?.id ?? '', failed);
      assert.equal((await replace()).summary, summary);
      assert.equal((await bench.proposals.get(old.id)).status, status);
    }
  });

  it('says so when nothing was drafted, or the old one was decided meanwhile', async () => {
    const { rework, replace, bench, old } = await asked();
    await rework({ note: 'x' });
    assert.equal((await replace()).summary, 'nothing was drafted: the proposal stands as it was');
    await rework({ drop: [{ path: 'a.txt', hunk: '1' }] });
    await bench.proposals.reject({ proposalId: old.id });
    assert.deepEqual((await replace()).summary, 'the proposal was decided meanwhile');
  });
});
