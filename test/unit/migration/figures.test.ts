import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkMigration } from '#core/migration/check.ts';
import { dayOf, dayText, isoWeek, mondayOf } from '#core/migration/day.ts';
import { figuresOf } from '#core/migration/figures/figures.ts';
import type { MigrationFigures } from '#protocol/migration.ts';
import { arbitraryMigration, FIRST_DAY, TODAY } from '#test/support/arbitraryMigration.ts';

/** Noon here on a day. */
const noon = (day: string): number => new Date(`${day}T12:00:00`).getTime();

function figures(text: string, today = '2026-11-20', clocks: ReadonlyMap<string, number> = new Map()): MigrationFigures {
  const { plan, lines, problems } = checkMigration(text, 'x.yaml');
  assert.ok(plan, JSON.stringify(problems));
  return figuresOf({ plan, lines, now: noon(today), clocks });
}

const plan = (...features: readonly string[]): string =>
  `name: X\nkind: feature delivery\nstartDate: 2026-09-07\ntargetDate: 2026-12-14\nphases:\n  - { id: one, name: One }\n  - { id: two, name: Two, estimatedHours: 10 }\nfeatures:\n${features.map((feature) => `  - { ${feature} }\n`).join('')}`;

describe('the hours of a plan', () => {
  const hoursOf = (fields: string): unknown => figures(plan(`id: a, name: A, ${fields}`)).features[0]?.hours;

  it('are under plan up to the estimate, over it above, and nothing before work began', () => {
    assert.deepEqual(hoursOf('estimatedHours: 10, actualHours: 10'), { planned: 10, actual: 10, state: 'under' });
    assert.deepEqual(hoursOf('estimatedHours: 10, actualHours: 10.1'), { planned: 10, actual: 10.1, state: 'over' });
    assert.deepEqual(hoursOf('estimatedHours: 10'), { planned: 10, actual: null, state: 'none' });
    assert.deepEqual(hoursOf('actualHours: 2'), { planned: null, actual: 2, state: 'unplanned' });
    assert.deepEqual(hoursOf('estimatedHours: 0.3, actualHours: [{ hours: 0.1, from: run }, { hours: 0.2, from: clock }]'), {
      planned: 0.3,
      actual: 0.3,
      state: 'under',
    });
  });

  it('of a phase are its own estimate, else the sum, and say how many features are in neither', () => {
    const { phases, hours } = figures(
      plan(
        'id: a, name: A, phase: one, estimatedHours: 2',
        'id: b, name: B, phase: one',
        'id: c, name: C, phase: two, actualHours: 1',
        'id: d, name: D',
      ),
    );
    assert.deepEqual(
      phases.map((phase) => phase.hours),
      [
        { planned: 2, actual: null, state: 'none', unestimated: 1 },
        { planned: 10, actual: 1, state: 'under', unestimated: 0 },
      ],
    );
    assert.deepEqual(hours, { planned: 12, actual: 1, state: 'under', unestimated: 2 });
  });
});

describe('progress', () => {
  it('is cut, never rounded up to done', () => {
    const features = Array.from({ length: 200 }, (_, index) => `id: f${index}, name: F${index === 0 ? '' : ', status: done'}`);
    assert.deepEqual(figures(plan(...features)).progress, { done: 199, total: 200, percent: 99, hours: null });
    assert.equal(figures(plan(...features.slice(1))).progress.percent, 100);
    assert.equal(figures('name: X\nkind: feature delivery\n').progress.percent, null);
  });
});

describe('what waits for what', () => {
  const chain = plan(
    'id: a, name: A, status: done',
    'id: b, name: B, dependencies: [a], estimatedHours: 4, actualHours: 1, status: in progress',
    'id: c, name: C, dependencies: [b], estimatedHours: 5',
    'id: d, name: D, dependencies: [a, b]',
    'id: e, name: E, estimatedHours: 6',
    'id: f, name: F, dependencies: [c], estimatedHours: 1, actualHours: 3',
  );

  it('tells blocked features, what they wait for and what they hold up', () => {
    const { features } = figures(chain);
    assert.deepEqual(
      features.map(({ id, state, blockedBy, unblocks }) => [id, state, blockedBy.join(), unblocks.join()]),
      [
        ['a', 'done', '', 'b,d'],
        ['b', 'in progress', '', 'c,d'],
        ['c', 'blocked', 'b', 'f'],
        ['d', 'blocked', 'b', ''],
        ['e', 'not started', '', ''],
        ['f', 'blocked', 'c', ''],
      ],
    );
  });

  it('has the chain with the most remaining hours as its critical path, and counts what is not estimated', () => {
    // f is over its estimate: what is left of it is not known.
    assert.deepEqual(figures(chain).criticalPath, { features: ['b', 'c', 'f'], hours: 8, unestimated: 1 });
    assert.deepEqual(figures(plan('id: a, name: A', 'id: b, name: B, dependencies: [a]', 'id: c, name: C')).criticalPath, {
      features: ['a', 'b'],
      hours: null,
      unestimated: 2,
    });
    assert.deepEqual(figures(plan('id: a, name: A, status: done')).criticalPath, { features: [], hours: null, unestimated: 0 });
  });

  it('puts first what is begun, then what is critical, then what holds up most, and says why', () => {
    const { nextSteps } = figures(chain);
    assert.deepEqual(
      nextSteps.map(({ feature, action, unblocks, because }) => [feature, action, unblocks, because]),
      [
        ['b', 'finish', 3, 'in progress'],
        ['e', 'start', 0, 'order'],
      ],
    );
    const steps = figures(
      plan('id: a, name: A', 'id: b, name: B, priority: critical', 'id: c, name: C', 'id: d, name: D, dependencies: [c]'),
    ).nextSteps;
    assert.deepEqual(
      steps.map(({ feature, because }) => [feature, because]),
      [
        ['b', 'priority'],
        ['c', 'unblocks most'],
        ['a', 'order'],
      ],
    );
  });
});

describe('pace', () => {
  const done = (id: string, day: string, hours = ''): string => `id: ${id}, name: ${id}, status: done, completedDate: ${day}${hours}`;

  it('counts the 28 days that end today', () => {
    const text = plan(
      done('a', '2026-10-23'),
      done('b', '2026-10-24', ', estimatedHours: 6'),
      done('c', '2026-11-20'),
      done('d', '2026-11-21'),
      'id: e, name: E, status: done',
    );
    assert.deepEqual(figures(text).velocity, { featuresPerWeek: 0.5, hoursPerWeek: 1.5, completed: 2, weeks: 4 });
  });

  it('of a young plan counts its own age, at least a week; and is absent when nothing was completed', () => {
    const young = `name: X\nkind: feature delivery\nstartDate: 2026-11-18\nfeatures:\n  - { ${done('a', '2026-11-19')} }\n`;
    assert.deepEqual(figures(young).velocity, { featuresPerWeek: 1, hoursPerWeek: null, completed: 1, weeks: 1 });
    assert.equal(figures(plan('id: a, name: A')).velocity, null);
    assert.equal(figures(plan(done('a', '2026-09-09'))).velocity, null);
  });

  it('shows each week since the start, at most eleven, this one marked', () => {
    const { weeks } = figures(plan(done('a', '2026-09-08'), done('b', '2026-11-20', ', estimatedHours: 2')));
    assert.equal(weeks.length, 11);
    assert.deepEqual(weeks[0], { date: '2026-09-07', week: 37, features: 1, hours: 0, current: false });
    assert.deepEqual(weeks.at(-1), { date: '2026-11-16', week: 47, features: 1, hours: 2, current: true });
  });

  it('draws scope and done at the end of each week, and what nobody dated today', () => {
    const { burnUp } = figures(plan(done('a', '2026-09-08'), 'id: b, name: B, addedDate: 2026-10-01', 'id: c, name: C, status: done'));
    assert.deepEqual(burnUp.points[0], { date: '2026-09-07', scope: 2, done: 0 });
    assert.deepEqual(burnUp.points[1], { date: '2026-09-13', scope: 2, done: 1 });
    assert.deepEqual(burnUp.points.at(-1), { date: '2026-11-20', scope: 3, done: 2 });
    assert.equal(burnUp.undated, 1);
    assert.deepEqual(burnUp.plan, { from: '2026-09-07', to: '2026-12-14', scope: 3 });
  });
});

describe('the forecast', () => {
  const weekly = (weeks: number, each: number, open: number): string =>
    plan(
      ...Array.from(
        { length: weeks * each },
        (_, index) =>
          `id: d${index}, name: D, status: done, completedDate: ${dayText((dayOf('2026-11-11') ?? 0) - 7 * Math.floor(index / each))}`,
      ),
      ...Array.from({ length: open }, (_, index) => `id: o${index}, name: O`),
    );

  it('of an even pace is that pace', () => {
    const { forecast } = figures(weekly(10, 2, 8));
    assert.deepEqual(forecast, {
      kind: 'forecast',
      earliest: '2026-12-18',
      likely: '2026-12-18',
      latest: '2026-12-18',
      weeks: 10,
      completed: 20,
      daysAfterPlan: 4,
    });
  });

  it('is absent, and says why, with too few weeks or features, and when all is done', () => {
    const why = (text: string, today?: string): unknown => {
      const { forecast } = figures(text, today);
      return forecast.kind === 'none' ? [forecast.why, forecast.have, forecast.need] : forecast;
    };
    assert.deepEqual(why(plan('id: a, name: A, status: done, completedDate: 2026-09-08', 'id: b, name: B'), '2026-09-28'), [
      'fewWeeks',
      3,
      4,
    ]);
    assert.deepEqual(why(weekly(3, 1, 2)), ['fewFeatures', 3, 4]);
    assert.deepEqual(why(weekly(6, 2, 0)), ['finished', 12, 12]);
    assert.deepEqual(why('name: X\nkind: feature delivery\n'), ['empty', 0, 1]);
  });

  it('is the same for the same file and day, and a range in order', () => {
    const uneven = plan(
      ...['2026-09-15', '2026-09-16', '2026-09-17', '2026-10-01', '2026-10-20', '2026-10-21', '2026-11-11'].map(
        (day, index) => `id: d${index}, name: D, status: done, completedDate: ${day}`,
      ),
      ...Array.from({ length: 9 }, (_, index) => `id: o${index}, name: O`),
    );
    const { forecast } = figures(uneven);
    assert.deepEqual(forecast, figures(uneven).forecast);
    assert.ok(forecast.kind === 'forecast' && forecast.earliest < forecast.likely && forecast.likely < forecast.latest);
  });
});

describe('the figures of any plan', () => {
  it('add up', () => {
    fc.assert(
      fc.property(arbitraryMigration, (text) => {
        const all = figures(text);
        const { features, progress, phases, burnUp, criticalPath } = all;
        const byId = new Map(features.map((feature) => [feature.id, feature]));
        assert.equal(progress.total, features.length);
        assert.equal(progress.done, features.filter(({ status }) => status === 'done').length);
        assert.equal(
          phases.reduce((sum, { total }) => sum + total, 0) + features.filter(({ phase }) => phase === null).length,
          features.length,
        );
        const sum = (pick: (feature: MigrationFigures['features'][number]) => number | null): number =>
          features.reduce((total, feature) => total + (pick(feature) ?? 0), 0);
        assert.ok(Math.abs((all.hours.planned ?? 0) - sum(({ hours }) => hours.planned)) < 1e-6);
        assert.ok(Math.abs((all.hours.actual ?? 0) - sum(({ hours }) => hours.actual)) < 1e-6);
        for (const [index, id] of criticalPath.features.entries()) {
          assert.notEqual(byId.get(id)?.status, 'done');
          if (index > 0) assert.ok(byId.get(id)?.dependencies.includes(criticalPath.features[index - 1] ?? ''));
        }
        // No chain of unfinished features has more hours left.
        const longest = (id: string): number => {
          const feature = byId.get(id);
          const after = (feature?.unblocks ?? []).map(longest);
          return (feature?.remainingHours ?? 0) + Math.max(0, ...after);
        };
        const open = features.filter(({ status }) => status !== 'done');
        assert.ok(Math.abs((criticalPath.hours ?? 0) - Math.max(0, ...open.map(({ id }) => longest(id)))) < 1e-6);
        for (const step of all.nextSteps) assert.deepEqual(byId.get(step.feature)?.blockedBy, []);
        for (const [index, point] of burnUp.points.entries()) {
          const before = burnUp.points[index - 1];
          assert.ok(point.done <= point.scope);
          if (before) assert.ok(before.date < point.date && before.done <= point.done && before.scope <= point.scope);
        }
        if (burnUp.points.length > 0) assert.equal(burnUp.points.at(-1)?.done, progress.done);
        assert.equal(
          all.velocity === null,
          !features.some(
            ({ status, completedDate }) => status === 'done' && completedDate !== null && (dayOf(completedDate) ?? 0) > TODAY - 28,
          ),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('are right for a chain of 5,000 features', () => {
    const text = plan(
      ...Array.from(
        { length: 5_000 },
        (_, index) => `id: f${index}, name: F${index === 0 ? '' : `, dependencies: [f${index - 1}]`}, estimatedHours: 1`,
      ),
    );
    const { plan: checked, lines } = checkMigration(text, 'x.yaml');
    assert.ok(checked);
    const { criticalPath } = figuresOf({ plan: checked, lines, now: noon('2026-11-20'), clocks: new Map() });
    assert.equal(criticalPath.hours, 5_000);
  });
});

describe('days', () => {
  it('are read only when they exist, and written as they were read', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST_DAY - 40_000, max: FIRST_DAY + 40_000 }), (day) => assert.equal(dayOf(dayText(day)), day)),
    );
    for (const text of ['2026-02-30', '2026-13-01', '24.12.2026', '2026-1-1', '']) assert.equal(dayOf(text), null, text);
  });

  it('know their week as ISO 8601 counts it', () => {
    const weekOf = (day: string): readonly [number, string] => [isoWeek(dayOf(day) ?? 0), dayText(mondayOf(dayOf(day) ?? 0))];
    assert.deepEqual(weekOf('2026-11-20'), [47, '2026-11-16']);
    assert.deepEqual(weekOf('2027-01-03'), [53, '2026-12-28']);
    assert.deepEqual(weekOf('2024-12-30'), [1, '2024-12-30']);
  });
});
