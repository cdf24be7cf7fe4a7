import assert from 'node:assert/strict';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { checkMigration } from '#core/migration/check.ts';
import { editText, type PlanEdit } from '#core/migration/edit/edit.ts';
import { arbitraryMigration, TODAY } from '#test/support/arbitraryMigration.ts';

const context = { id: 'plan', file: '.cas/migrations/plan.yaml', today: TODAY };

function edited(text: string, edit: PlanEdit): string {
  const checked = checkMigration(text, 'plan.yaml');
  assert.ok(checked.plan, JSON.stringify(checked.problems));
  return editText(text, { ...checked, plan: checked.plan }, edit, context);
}

/** Lines of `after` that are not in `before`, and the other way round, when the rest is the same in the same order. */
function changedLines(before: string, after: string): { readonly gone: readonly string[]; readonly come: readonly string[] } {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return { gone: a.slice(start, a.length - end), come: b.slice(start, b.length - end) };
}

const PLAN = `# Our move
name: Custom to new
kind: migration
sides: { old: A, new: B }   # both run today
phases:
  - { id: one, name: One }
features:
  # the first
  - id: a
    name: "Alpha"
    status: 'in progress'     # since Monday
    phase: one
    estimatedHours: 10
    notes: |
      two
      lines

  - id: b
    name: Beta
    phase: one
    actualHours: 3  # by the team
    dependencies: [a]

  - { id: c, name: Gamma, status: done, completedDate: 2026-11-01 }
`;

type Features = readonly { readonly id: string; readonly [key: string]: unknown }[];
const featuresOf = (text: string): Features => (load(text) as { readonly features: Features }).features;

/** Also of several lines, with blanks at their edges and what YAML reads as something else. */
const anyNotes = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc
    .array(fc.constantFrom('', 'one', ' two', 'three ', '- four', 'a: b # c', '# d', '...', '---', '\ttab'), { maxLength: 5 })
    .map((lines) => lines.join('\n')),
);

const edits: fc.Arbitrary<(id: string) => PlanEdit> = fc.oneof(
  fc
    .constantFrom('not started' as const, 'in progress' as const, 'done' as const, 'unknown' as const)
    .map((status) => (feature: string): PlanEdit => ({ kind: 'status', feature, status })),
  fc.integer({ min: 0, max: 99 }).map((hours) => (feature: string): PlanEdit => ({ kind: 'actualHours', feature, hours: hours / 4 })),
  fc.option(fc.integer({ min: 0, max: 99 })).map((hours) => (feature: string): PlanEdit => ({ kind: 'estimatedHours', feature, hours })),
  fc.constantFrom(null, '2026-11-02').map((date) => (feature: string): PlanEdit => ({ kind: 'startedDate', feature, date })),
  fc.string({ minLength: 1, maxLength: 20 }).map((name) => (feature: string): PlanEdit => ({ kind: 'name', feature, name })),
  fc.option(anyNotes).map((notes) => (feature: string): PlanEdit => ({
    kind: 'notes',
    feature,
    notes,
  })),
  fc.integer({ min: 1, max: 99 }).map((hours) => (feature: string): PlanEdit => ({
    kind: 'logHours',
    feature,
    hours: hours / 8,
    note: 'pairing, at noon',
  })),
);

describe('an edit of a migration file', () => {
  it('changes the value and leaves comments, quotes and order', () => {
    const text = edited(PLAN, { kind: 'status', feature: 'a', status: 'done' });
    assert.deepEqual(changedLines(PLAN, text), {
      gone: ["    status: 'in progress'     # since Monday", '    phase: one', '    estimatedHours: 10'],
      come: ["    status: 'done'     # since Monday", '    phase: one', '    estimatedHours: 10', '    completedDate: 2026-11-20'],
    });
  });

  it('adds one line for a key that was not there', () => {
    const text = edited(PLAN, { kind: 'actualHours', feature: 'a', hours: 2.5 });
    assert.deepEqual(changedLines(PLAN, text), { gone: [], come: ['    actualHours: 2.5'] });
  });

  it('takes a block text away whole', () => {
    const text = edited(PLAN, { kind: 'notes', feature: 'a', notes: null });
    assert.deepEqual(changedLines(PLAN, text), { gone: ['    notes: |', '      two', '      lines'], come: [] });
    const other = edited(PLAN, { kind: 'notes', feature: 'a', notes: 'one: line' });
    assert.deepEqual(changedLines(PLAN, other), { gone: ['    notes: |', '      two', '      lines'], come: ['    notes: "one: line"'] });
  });

  it('writes a text of several lines as a block, and as a quoted text where a block would not keep it', () => {
    const block = edited(PLAN, { kind: 'notes', feature: 'b', notes: 'First: this\n\nThen # that' });
    assert.deepEqual(changedLines(PLAN, block), { gone: [], come: ['    notes: |-', '      First: this', '', '      Then # that'] });
    const other = edited(PLAN, { kind: 'notes', feature: 'a', notes: 'three\nlines\nnow' });
    assert.deepEqual(changedLines(PLAN, other), {
      gone: ['    notes: |', '      two', '      lines'],
      come: ['    notes: |-', '      three', '      lines', '      now'],
    });
    const inFlow = edited(PLAN, { kind: 'notes', feature: 'c', notes: 'x\ny' });
    assert.equal(featuresOf(inFlow).at(2)?.['notes'], 'x\ny');
    const commented = PLAN.replace('name: Beta', 'name: Beta\n    notes: short # keep me');
    const kept = edited(commented, { kind: 'notes', feature: 'b', notes: 'x\ny' });
    assert.match(kept, /notes: "x\\ny" # keep me\n/);
  });

  it('moves a feature to another phase, out of any, and gives it another name', () => {
    const phases = PLAN.replace('  - { id: one, name: One }', '  - { id: one, name: One }\n  - { id: two, name: Two }');
    const moved = edited(phases, { kind: 'phase', feature: 'a', phase: 'two' });
    assert.deepEqual(changedLines(phases, moved), { gone: ['    phase: one'], come: ['    phase: two'] });
    const out = edited(phases, { kind: 'phase', feature: 'b', phase: null });
    assert.deepEqual(changedLines(phases, out), { gone: ['    phase: one'], come: [] });
    const named = edited(phases, { kind: 'name', feature: 'a', name: 'Alpha "1"' });
    assert.deepEqual(changedLines(phases, named), { gone: ['    name: "Alpha"'], come: ['    name: "Alpha \\"1\\""'] });
  });

  it('turns a total into entries when measured hours come, and adds to entries that are there', () => {
    const entry = { hours: 0.4, from: 'run' as const, date: '2026-11-20', run: 'run_1', since: null };
    const once = edited(PLAN, { kind: 'entry', feature: 'b', entry });
    assert.deepEqual(changedLines(PLAN, once), {
      gone: ['    actualHours: 3  # by the team'],
      come: [
        '    actualHours:',
        '      - { hours: 3, from: hand }',
        '      - { hours: 0.4, from: run, date: 2026-11-20, run: run_1 }  # by the team',
      ],
    });
    const twice = edited(once, { kind: 'actualHours', feature: 'b', hours: 4 });
    assert.deepEqual(changedLines(once, twice), { gone: [], come: ['      - { hours: 0.6, from: hand, date: 2026-11-20 }'] });
  });

  it('takes hours back to none, whatever the entries sum up to in binary', () => {
    const text = PLAN.replace(
      'actualHours: 3 ',
      'actualHours: [{ hours: 30.8, from: hand }, { hours: 25, from: hand }, { hours: 29.9, from: hand }] ',
    );
    const none = edited(text, { kind: 'actualHours', feature: 'b', hours: 0 });
    assert.equal(featuresOf(none).length, 3);
    assert.ok(checkMigration(none, 'plan.yaml').plan);
  });

  it('works inside a feature on one line', () => {
    const text = edited(PLAN, { kind: 'status', feature: 'c', status: 'in progress' });
    assert.deepEqual(changedLines(PLAN, text), {
      gone: ['  - { id: c, name: Gamma, status: done, completedDate: 2026-11-01 }'],
      come: ['  - { id: c, name: Gamma, status: in progress, startedDate: 2026-11-20 }'],
    });
  });

  it('adds a feature behind the last one of its phase, as the others are written', () => {
    const text = edited(PLAN, { kind: 'addFeature', name: 'Delta: more', phase: 'one', priority: 'critical', dependencies: ['b'] });
    assert.deepEqual(changedLines(PLAN, text), {
      gone: [],
      come: [
        '  - id: delta-more',
        '    name: "Delta: more"',
        '    phase: one',
        '    priority: critical',
        '    addedDate: 2026-11-20',
        '    dependencies: [b]',
        '',
      ],
    });
  });

  it('adds the first feature to a plan without any', () => {
    for (const end of ['', 'features: []\n', 'features: [] # none yet\n']) {
      const text = edited(`name: X\nkind: feature delivery\n${end}`, { kind: 'addFeature', name: 'One' });
      assert.deepEqual(featuresOf(text), [{ id: 'one', name: 'One', addedDate: '2026-11-20' }], end);
    }
  });

  it('keeps CRLF', () => {
    const crlf = PLAN.replaceAll('\n', '\r\n');
    const text = edited(crlf, { kind: 'logHours', feature: 'b', hours: 1 });
    assert.equal(text.replaceAll('\r\n', ''), text.replaceAll(/\r?\n/g, ''));
    assert.equal(text.replaceAll('\r\n', '\n'), edited(PLAN, { kind: 'logHours', feature: 'b', hours: 1 }));
  });

  it('is refused for a feature that is not there, and names the nearest', () => {
    assert.throws(() => edited(PLAN, { kind: 'status', feature: 'aa', status: 'done' }), {
      code: 'migration.noFeature',
      message: /Did you mean `a`/,
    });
    assert.throws(() => edited(PLAN, { kind: 'addFeature', name: 'X', feature: 'a' }), { code: 'migration.badEdit' });
  });

  it('touches only the lines of its feature, whatever the file looks like', () => {
    fc.assert(
      fc.property(arbitraryMigration, edits, fc.nat(), (text, edit, pick) => {
        const before = featuresOf(text);
        fc.pre(before.length > 0);
        const feature = before[pick % before.length]?.id ?? '';
        const after = edited(text, edit(feature));
        const { gone, come } = changedLines(text, after);
        const others = (features: Features): Features => features.filter(({ id }) => id !== feature);
        assert.deepEqual(others(featuresOf(after)), others(before));
        assert.ok(gone.length <= 12 && come.length <= 16, 'a few lines');
        assert.equal(
          count(after, '# keep me'),
          count(text, '# keep me') - count(gone.join('\n'), '# keep me') + count(come.join('\n'), '# keep me'),
        );
        assert.equal(after.includes('\r\n'), text.includes('\r\n'));
        const lines = after.split('\n');
        if (text.includes('\r\n'))
          assert.ok(
            lines.slice(0, -1).every((line) => line.endsWith('\r')),
            'every line ends as before',
          );
      }),
      { numRuns: 400 },
    );
  });

  it('keeps notes letter by letter, in a feature that is there and in a new one', () => {
    fc.assert(
      fc.property(arbitraryMigration, anyNotes, fc.nat(), (text, notes, pick) => {
        const before = featuresOf(text);
        fc.pre(before.length > 0);
        const feature = before[pick % before.length]?.id ?? '';
        const said = (after: string, id: string): unknown => featuresOf(after).find((one) => one.id === id)?.['notes'] ?? '';
        assert.equal(said(edited(text, { kind: 'notes', feature, notes }), feature), notes);
        assert.equal(said(edited(text, { kind: 'addFeature', name: 'New', feature: 'new-one', notes }), 'new-one'), notes);
      }),
      { numRuns: 300 },
    );
  });

  it('says what was asked for when it is read again', () => {
    fc.assert(
      fc.property(arbitraryMigration, fc.nat(), fc.integer({ min: 0, max: 99 }), (text, pick, hours) => {
        const before = featuresOf(text);
        fc.pre(before.length > 0);
        const feature = before[pick % before.length]?.id ?? '';
        const { plan } = checkMigration(
          edited(edited(text, { kind: 'actualHours', feature, hours }), { kind: 'status', feature, status: 'done' }),
          'x.yaml',
        );
        const found = plan?.features.find(({ id }) => id === feature);
        assert.equal(found?.status, 'done');
        assert.ok(found.completedDay !== null);
        assert.ok(Math.abs(found.entries.reduce((sum, entry) => sum + entry.hours, 0) - hours) < 1e-6);
      }),
      { numRuns: 200 },
    );
  });
});

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
