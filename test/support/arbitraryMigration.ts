// Plans as people write them, at random: block and flow style, comments, quotes, CRLF, gaps; always right.

import fc from 'fast-check';
import { dayText } from '#core/migration/day.ts';

interface DraftFeature {
  readonly id: string;
  readonly name: string;
  readonly status: 'not started' | 'in progress' | 'done' | undefined;
  readonly priority: 'critical' | 'important' | 'nice to have' | undefined;
  readonly estimatedHours: number | undefined;
  readonly actual: number | readonly number[] | undefined;
  readonly completedDay: number | undefined;
  readonly needs: readonly number[];
  readonly phase: number | undefined;
  readonly style: { readonly flow: boolean; readonly comment: boolean; readonly gap: boolean; readonly quote: '' | '"' | "'" };
}

/** 2026-06-01. */
export const FIRST_DAY = 20_605;
/** 2026-11-20. */
export const TODAY = 20_777;

const hours = fc.integer({ min: 0, max: 400 }).map((tenths) => tenths / 10);
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

const draft = (index: number): fc.Arbitrary<DraftFeature> =>
  fc.record({
    id: fc.constant(`f${index}`),
    name: fc.constantFrom('Sequential steps', 'Loops: with exit', "It's done", 'Ünïcode 名前', 'a # b', '12'),
    status: optional(fc.constantFrom('not started' as const, 'in progress' as const, 'done' as const)),
    priority: optional(fc.constantFrom('critical' as const, 'important' as const, 'nice to have' as const)),
    estimatedHours: optional(hours),
    actual: optional(fc.oneof(hours, fc.array(hours, { maxLength: 3 }))),
    completedDay: optional(fc.integer({ min: FIRST_DAY, max: TODAY })),
    needs: fc.array(fc.nat(Math.max(0, index - 1)), { maxLength: index === 0 ? 0 : 3 }),
    phase: optional(fc.nat(4)),
    style: fc.record({
      flow: fc.boolean(),
      comment: fc.boolean(),
      gap: fc.boolean(),
      quote: fc.constantFrom('' as const, '"' as const, "'" as const),
    }),
  });

function quoted(text: string, quote: '' | '"' | "'"): string {
  if (quote === "'") return `'${text.replaceAll("'", "''")}'`;
  return quote === '"' || !/^[A-Za-z][A-Za-z ]*$/.test(text) ? JSON.stringify(text) : text;
}

function pairsOf(feature: DraftFeature): readonly (readonly [string, string])[] {
  const { style, status, actual, completedDay } = feature;
  const needs = [...new Set(feature.needs)].map((index) => `f${index}`);
  const entries = Array.isArray(actual)
    ? `[${(actual as readonly number[]).map((one) => `{ hours: ${one}, from: hand }`).join(', ')}]`
    : String(actual);
  const pairs: (readonly [string, string] | null)[] = [
    ['id', quoted(feature.id, style.quote)],
    ['name', quoted(feature.name, style.quote)],
    feature.phase === undefined ? null : ['phase', `p${feature.phase}`],
    feature.priority === undefined ? null : ['priority', feature.priority],
    status === undefined ? null : ['status', quoted(status, style.quote)],
    feature.estimatedHours === undefined ? null : ['estimatedHours', String(feature.estimatedHours)],
    actual === undefined ? null : ['actualHours', entries],
    status !== 'done' || completedDay === undefined ? null : ['completedDate', quoted(dayText(completedDay), style.quote)],
    needs.length === 0 ? null : ['dependencies', `[${needs.join(', ')}]`],
  ];
  return pairs.filter((pair) => pair !== null);
}

function featureLines(feature: DraftFeature): readonly string[] {
  const pairs = pairsOf(feature);
  const gap = feature.style.gap ? [''] : [];
  if (feature.style.flow)
    return [...gap, `  - { ${pairs.map(([key, value]) => `${key}: ${value}`).join(', ')} }${feature.style.comment ? ' # flow' : ''}`];
  const lines = pairs.map(
    ([key, value], index) =>
      `${index === 0 ? '  - ' : '    '}${key}: ${value}${feature.style.comment && index % 2 === 0 ? '   # keep me' : ''}`,
  );
  return [...gap, ...(feature.style.comment ? ['    # above'] : []), ...lines];
}

/** The text of a plan with up to 12 features; no cycles, since each needs only earlier ones. */
export const arbitraryMigration: fc.Arbitrary<string> = fc
  .record({
    features: fc.nat(12).chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => draft(index)))),
    start: optional(fc.integer({ min: FIRST_DAY, max: TODAY })),
    target: optional(fc.integer({ min: TODAY, max: TODAY + 200 })),
    crlf: fc.boolean(),
    lastBreak: fc.boolean(),
  })
  .map(({ features, start, target, crlf, lastBreak }) => {
    const lines = [
      '# A plan',
      'name: Custom to new',
      'kind: migration # from here to there',
      'sides: { old: A, new: B }',
      ...(start === undefined ? [] : [`startDate: ${dayText(start)}`]),
      ...(target === undefined ? [] : [`targetDate: "${dayText(target)}"`]),
      'phases:',
      ...Array.from({ length: 5 }, (_, index) => `  - { id: p${index}, name: Phase ${index} }`),
      ...(features.length === 0 ? ['features: []'] : ['features:', ...features.flatMap(featureLines)]),
    ];
    return lines.join(crlf ? '\r\n' : '\n') + (lastBreak ? (crlf ? '\r\n' : '\n') : '');
  });
