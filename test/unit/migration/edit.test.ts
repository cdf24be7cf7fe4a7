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

const edits: fc.Arbitrary<(id: string) => PlanEdit> = fc.oneof(
  fc
    .constantFrom('not started' as const, 'in progress' as const, 'done' as const, 'unknown' as const)
    .map((status) => (feature: string): PlanEdit => ({ kind: 'status', feature, status })),
  fc.integer({ min: 0, max: 99 }).map((hours) => (feature: string): PlanEdit => ({ kind: 'actualHours', feature, hours: hours / 4 })),
  fc.option(fc.integer({ min: 0, max: 99 })).map((hours) => (feature: string): PlanEdit => ({ kind: 'estimatedHours', feature, hours })),
  fc.constantFrom(null, '2026-11-02').map((date) => (feature: string): PlanEdit => ({ kind: 'startedDate', feature, date })),
  fc.option(fc.string({ unit: 'grapheme', maxLength: 30 })).map((notes) => (feature: string): PlanEdit => ({
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
