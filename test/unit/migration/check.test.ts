import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkMigration } from '#core/migration/check.ts';
import { migrationJsonSchema } from '#core/migration/jsonSchema.ts';

const problemsOf = (text: string): readonly string[] =>
  checkMigration(text, 'plan.yaml').problems.map(
    ({ line, column, severity, code, message, hint }) => `${line}:${column} ${severity} ${code} ${message}${hint === '' ? '' : ` ${hint}`}`,
  );

const WRONG = `name: X
kind: migraton
sides: { old: a }
startDate: 2026-13-01
phases:
  - { id: one, name: One }
features:
  - id: a
    name: A
    phase: on
    dependencies: [b, bb]
    estimatedHours: "3"
    prioritty: critical
  - id: b
    name: B
    phase: one
    status: don
    dependencies: [a]
`;

describe('a migration file', () => {
  it('says everything that is wrong at once, with place, reason and hint', () => {
    assert.deepEqual(problemsOf(WRONG), [
      '2:7 error migration.type `kind` must be one of `feature delivery`, `migration`, but it is `migraton`. Did you mean `migration`?',
      '3:1 error migration.missing `new` is missing in `sides`. Add `new:`.',
      '4:12 error migration.type `startDate` must be a day such as 2026-12-24, but it is `2026-13-01`.',
      '10:12 error migration.unknownPhase Feature `a` is in phase `on`, which is no phase of this plan. Did you mean `one`?',
      '11:20 error migration.cycle These features wait for each other: a → b → a. Remove one of these dependencies.',
      '11:23 error migration.unknownFeature Feature `a` needs `bb`, which is no feature of this plan. Did you mean `b`?',
      '12:21 error migration.type `estimatedHours` of feature `a` must be a number, but it is `3`.',
      '13:5 error migration.unknownKey `prioritty` is not a key of feature `a`. Did you mean `priority`?',
      '17:13 error migration.type `status` of feature `b` must be one of `not started`, `in progress`, `done`, `unknown`, but it is `don`. Did you mean `done`?',
    ]);
  });

  it('warns where a migration has too few phases, and where a piece of a delivery is long', () => {
    const short = 'name: X\nkind: migration\nsides: { old: a, new: b }\nphases: [{ id: one, name: One }]\n';
    assert.deepEqual(problemsOf(short), ['4:1 warning migration.phaseCount A migration has 5 to 7 phases; this one has 1.']);
    const long = 'name: X\nkind: feature delivery\nfeatures:\n  - { id: a, name: A, estimatedHours: 8 }\n';
    assert.deepEqual(problemsOf(long), [
      '4:39 warning migration.longPiece `a` is estimated at 8h; the pieces of a delivery take 1 to 3 hours. Split it.',
    ]);
    assert.ok(checkMigration(long, 'x.yaml').plan);
  });

  it('is refused where ids stand twice, days contradict each other, or sides are in the wrong kind', () => {
    const text = `name: X
kind: feature delivery
sides: { old: a, new: b }
startDate: 2026-02-02
targetDate: 2026-01-01
features:
  - { id: a, name: A, startedDate: 2026-03-03, completedDate: 2026-03-02, status: done }
  - { id: a, name: B, old: available, actualHours: [{ hours: -2, from: hand }] }
`;
    assert.deepEqual(
      checkMigration(text, 'plan.yaml').problems.map(({ line, code }) => [line, code]),
      [
        [3, 'migration.noSides'],
        [5, 'migration.dates'],
        [7, 'migration.dates'],
        [8, 'migration.duplicateId'],
        [8, 'migration.noSides'],
        [8, 'migration.hours'],
      ],
    );
  });

  it('names the syntax error of a text that is no YAML, and an empty one', () => {
    assert.deepEqual(problemsOf(''), ['1:1 error migration.empty The file is empty. Start with `name:`, `kind:` and `features:`.']);
    assert.match(problemsOf('name: [x\nkind: y')[0] ?? '', /^\d+:\d+ error migration\.yaml /);
  });

  it('is checked without a crash whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.nat(WRONG.length), (noise, at) => {
        const text = WRONG.slice(0, at) + noise + WRONG.slice(at);
        const { plan, problems } = checkMigration(text, 'x.yaml');
        assert.equal(
          plan === null,
          problems.some(({ severity }) => severity === 'error'),
        );
        for (const { line, column } of problems) assert.ok(line >= 1 && column >= 1);
      }),
      { numRuns: 500 },
    );
  });

  it('has a JSON Schema with a description for every key', () => {
    const missing: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries((node as { readonly properties?: object }).properties ?? {}))
        if ((value as { readonly description?: string }).description === undefined) missing.push(`${path}.${key}`);
      for (const [key, value] of Object.entries(node)) walk(value, `${path}.${key}`);
    };
    walk(migrationJsonSchema(), '');
    assert.deepEqual(missing, []);
  });
});
