import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completionsAt, hoverAt } from '#core/migration/complete.ts';

const labels = (text: string): readonly string[] => completionsAt(text.replace('|', ''), text.indexOf('|')).map(({ label }) => label);

const PLAN = `name: X
kind: migration
phases:
  - id: one
    name: "The first"
features:
  - id: a
    name: A
    phase: one
  - id: b
    name: B
`;

describe('help in a migration file', () => {
  it('offers the keys that are not there yet', () => {
    assert.deepEqual(labels('na|'), labels('|'));
    assert.ok(labels('name: X\n|').includes('kind'));
    assert.ok(!labels('name: X\n|').includes('name'));
    assert.ok(labels(`${PLAN}    |`).includes('estimatedHours'));
    assert.ok(!labels(`${PLAN}    |`).includes('phases'));
  });

  it('offers values, phases with their names, and the other features', () => {
    assert.deepEqual(labels('kind: |'), ['feature delivery', 'migration']);
    assert.deepEqual(labels(`${PLAN}    status: |`), ['not started', 'in progress', 'done', 'unknown']);
    assert.deepEqual(labels(`${PLAN}    phase: |`), ['one']);
    assert.deepEqual(labels(`${PLAN}    dependencies: [|]`), ['a']);
    const text = `${PLAN}    phase: o`;
    const [first] = completionsAt(text, text.length);
    assert.deepEqual(first, {
      label: 'one',
      kind: 'phase',
      description: 'The first',
      insert: 'one',
      start: text.length - 1,
      end: text.length,
    });
  });

  it('says what a key means', () => {
    const text = 'name: X\nhoursPerWeek: 20\n';
    assert.match(hoverAt(text, text.indexOf('hours') + 2)?.text ?? '', /a week/);
    assert.equal(hoverAt('nothing: 1', 2), null);
  });

  it('never fails, wherever the cursor is and whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.nat(PLAN.length), fc.nat(PLAN.length), (noise, at, cursor) => {
        const text = PLAN.slice(0, at) + noise + PLAN.slice(at);
        completionsAt(text, cursor);
        hoverAt(text, cursor);
      }),
    );
  });
});
