// Random edits through the edit tool, put forward, accepted and taken back: the files are as they were, byte for byte.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isAppError } from '#base/errors.ts';
import { ChangeSet } from '#core/agents/tools/changeSet.ts';
import { sha256Hex } from '#core/proposals/content.ts';
import type { ProposalDraft } from '#core/skills/skill.ts';
import { fuzzOptions } from '#test/support/fuzz.ts';
import { type Bench, by, createBench, run } from '#test/unit/proposals/bench.ts';

const PER_RUN = 12;
const options = fuzzOptions(3_000, PER_RUN);
const why = { reason: 'fuzz', citations: [] };

const text = fc.oneof(
  fc
    .array(fc.constantFrom('a', 'b\n', '  c\n', '\td\r\n', 'é', '\u{1f600}', '\ufeff', '\r', 'x();\n', '$&', '$1', '\\n'), {
      maxLength: 40,
    })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
);
const path = fc.constantFrom('a.ts', 'b.ts', 'new.ts');
const edit = fc.oneof(
  fc.record({ kind: fc.constant('replace' as const), path, from: fc.nat(), length: fc.nat(30), other: fc.boolean(), text }),
  fc.record({ kind: fc.constant('patch' as const), path, from: fc.nat(), text }),
  fc.record({ kind: fc.constantFrom('create' as const, 'write' as const, 'adopt' as const), path, text }),
  fc.record({ kind: fc.constantFrom('delete' as const, 'discard' as const), path }),
);
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

async function apply(changes: ChangeSet, one: Edit): Promise<void> {
  switch (one.kind) {
    case 'replace': {
      const now = await changes.read(one.path);
      const from = now.length === 0 ? 0 : one.from % now.length;
      const search = now.slice(from, from + one.length + 1);
      if (search === '') return;
      await changes.replace({ path: one.path, search: one.other ? search.replaceAll('\r\n', '\n') : search, replace: one.text, ...why });
      return;
    }
    case 'patch': {
      const lines = (await changes.read(one.path)).split('\n');
      const at = one.from % lines.length;
      const added = one.text.split('\n').map((line) => `+${line}`);
      return changes.patch({ path: one.path, diff: `@@ -${at + 1} +${at + 1} @@\n-${lines[at] ?? ''}\n${added.join('\n')}\n`, ...why });
    }
    case 'create':
      return changes.create(one.path, one.text, why);
    case 'write':
      return changes.overwrite(one.path, one.text, why);
    case 'adopt':
      return changes.adopt(one.path, one.text, why);
    case 'delete':
      return changes.remove(one.path, why);
    case 'discard':
      return changes.discard(one.path);
  }
}

/** A refusal is an answer too, and then nothing has changed. */
async function applyOrRefuse(changes: ChangeSet, one: Edit): Promise<void> {
  const shown = new Map(changes.current());
  try {
    await apply(changes, one);
  } catch (error) {
    if (!isAppError(error)) throw error;
    assert.deepEqual(changes.current(), shown);
  }
}

/** What was drafted stands against exactly what is there. */
function checkDraft(draft: ProposalDraft, changes: ChangeSet, bench: Bench): void {
  for (const file of draft.files) {
    const base = bench.workspace.text(file.path);
    if (file.kind === 'create') assert.equal(base, undefined);
    else if (file.kind !== 'rename') assert.equal(file.baseHash, sha256Hex(Buffer.from(base ?? '')));
    if (file.kind === 'modify') assert.equal(file.newText, changes.current().get(file.path));
  }
}

/** Accepts all at once, or each file for itself, and then takes back every decision. */
async function acceptAndUndo(draft: ProposalDraft, changes: ChangeSet, bench: Bench, whole: boolean): Promise<void> {
  const { id } = await bench.proposals.create(draft, by, run);
  const targets = whole ? [{ proposalId: id }] : draft.files.map(({ path: one }) => ({ proposalId: id, path: one }));
  for (const target of targets) await bench.proposals.accept(target);
  for (const [name, now] of changes.current()) assert.equal(bench.workspace.text(name), now ?? undefined, `${name} is as it was edited`);
  for (const _ of targets) await bench.proposals.undo(id);
}

describe('an edit that no proposal could hold', () => {
  it('is refused at once and changes nothing: half a character, a NUL, too much', async () => {
    const bench = createBench({ 'a.ts': 'smile \u{1f600}\n' });
    const changes = new ChangeSet(bench.workspace);
    await changes.replace({ path: 'a.ts', search: 'smile', replace: 'smiles', ...why });
    const made = changes.draft('t', 's');
    for (const [replace, code] of [
      ['\ud83d', 'edit.notText'],
      ['a\0b', 'edit.notText'],
      ['x'.repeat(10 * 1024 * 1024 + 1), 'edit.tooLarge'],
    ] as const) {
      await assert.rejects(changes.replace({ path: 'a.ts', search: 'smiles', replace, ...why }), { code });
      await assert.rejects(changes.create('b.ts', replace, why), { code });
    }
    await assert.rejects(changes.replace({ path: 'a.ts', search: '\ude00', replace: '', ...why }), { code: 'edit.notText' });
    assert.deepEqual(changes.draft('t', 's'), made);
  });
});

describe('random edits', () => {
  it(`are accepted as they were made and undone byte for byte (${options.numRuns * PER_RUN} edits)`, async function fuzz() {
    this.timeout(3_600_000);
    await fc.assert(
      fc.asyncProperty(text, text, fc.array(edit, { minLength: PER_RUN, maxLength: PER_RUN }), fc.boolean(), async (a, b, edits, whole) => {
        const bench = createBench({ 'a.ts': a, 'b.ts': b });
        const before = bench.workspace.snapshot();
        const changes = new ChangeSet(bench.workspace);
        for (const one of edits) await applyOrRefuse(changes, one);
        assert.deepEqual(bench.workspace.snapshot(), before, 'editing writes nothing');
        const draft = changes.draft('t', 's');
        if (draft !== null) {
          checkDraft(draft, changes, bench);
          await acceptAndUndo(draft, changes, bench, whole);
          assert.deepEqual(bench.workspace.snapshot(), before, 'taken back, every byte is as before');
        }
        for (const name of ['a.ts', 'b.ts', 'new.ts']) changes.discard(name);
        assert.equal(changes.draft('t', 's'), null, 'discarded, nothing is left');
      }),
      options,
    );
  });
});
