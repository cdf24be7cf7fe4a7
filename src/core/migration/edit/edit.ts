// One change of a plan's text. Only the lines it must are touched; comments, order, quotes and line ends of the rest stay.

import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import type { CheckedMigration } from '#core/migration/check.ts';
import { type Day, dayText } from '#core/migration/day.ts';
import { addFeature, type NewFeature } from '#core/migration/edit/addFeature.ts';
import { addEntry, setTotal } from '#core/migration/edit/entries.ts';
import { type FeatureKey, removeKey, setKey } from '#core/migration/edit/mapping.ts';
import { applySplices, placesOf, type Splice, type YAMLMap } from '#core/migration/edit/place.ts';
import type { PlainValue } from '#core/migration/edit/scalars.ts';
import { cannotEdit, featureExists, noFeature } from '#core/migration/errors.ts';
import { actualOf } from '#core/migration/figures/hours.ts';
import { idFor } from '#core/migration/names.ts';
import type { MigrationPlan, PlanFeature } from '#core/migration/plan.ts';
import type { HoursEntry, MigrationEdit } from '#protocol/migration.ts';

/** What the API's edits are, and what CAS itself adds: measured hours. */
export type PlanEdit = MigrationEdit | { readonly kind: 'entry'; readonly feature: string; readonly entry: Omit<HoursEntry, 'note'> };

export interface EditContext {
  /** The plan's id, for messages. */
  readonly id: string;
  readonly file: string;
  readonly today: Day;
}

/** Pure. Throws `migration.noFeature`, `migration.badEdit`, or `migration.cannotEdit` where the form of the text does not allow it. */
export function editText(
  text: string,
  checked: CheckedMigration & { readonly plan: MigrationPlan },
  edit: PlanEdit,
  context: EditContext,
): string {
  const { plan } = checked;
  if (edit.kind === 'addFeature') {
    const feature = newFeature(plan, edit, context);
    const result = applySplices(text, addFeature(text, placesOf(text), feature));
    const beside = (value: unknown): unknown => valuesBeside(value, String(feature[0]?.[1]), null);
    if (!isDeepStrictEqual(beside(loadOrNull(result)), beside(load(text)))) throw cannotEdit(context.file, 1);
    return result;
  }
  const index = plan.features.findIndex((feature) => feature.id === edit.feature);
  const feature = plan.features[index];
  if (feature === undefined)
    throw noFeature(
      context.id,
      edit.feature,
      plan.features.map(({ id }) => id),
    );
  let result = text;
  for (const step of stepsOf(edit, feature, context))
    result = apply(result, edit.feature, step, { ...context, line: checked.lines.features[index] ?? 1 });
  return result;
}

interface Step {
  readonly key: FeatureKey;
  readonly splices: (text: string, map: YAMLMap) => readonly Splice[];
}

function stepsOf(edit: Exclude<PlanEdit, { kind: 'addFeature' }>, feature: PlanFeature, { today }: EditContext): readonly Step[] {
  const entry = (added: Parameters<typeof addEntry>[2]): Step => ({
    key: 'actualHours',
    splices: (text, map) => addEntry(text, map, added),
  });
  switch (edit.kind) {
    case 'status':
      return statusSteps(edit.status, feature, today);
    case 'oldSide':
      return [set('old', edit.state)];
    case 'estimatedHours':
      return [set('estimatedHours', edit.hours)];
    case 'completedDate':
    case 'startedDate':
      return [set(edit.kind, edit.date)];
    case 'name':
      return [set('name', edit.name)];
    case 'phase':
      return [set('phase', edit.phase)];
    case 'priority':
      return [set('priority', edit.priority)];
    case 'notes':
      return [set('notes', edit.notes === '' ? null : edit.notes)];
    case 'actualHours': {
      const total = { hours: edit.hours, now: actualOf(feature) ?? 0, date: dayText(today) };
      return [{ key: 'actualHours', splices: (text, map) => setTotal(text, map, total) }];
    }
    case 'logHours':
      return [
        entry({ hours: edit.hours, from: 'hand', date: edit.date ?? dayText(today), ...(edit.note !== undefined && { note: edit.note }) }),
      ];
    case 'entry':
      return [entry(edit.entry)];
  }
}

function set(key: FeatureKey, value: PlainValue | null): Step {
  return { key, splices: (text, map) => (value === null ? removeKey(text, map, key) : setKey(text, map, key, value)) };
}

function statusSteps(status: PlanFeature['status'], feature: PlanFeature, today: Day): readonly Step[] {
  const steps = [set('status', status)];
  if (status === 'in progress' && feature.startedDay === null) steps.push(set('startedDate', dayText(today)));
  if (status === 'done' && feature.completedDay === null) steps.push(set('completedDate', dayText(today)));
  if (status !== 'done' && feature.completedDay !== null) steps.push(set('completedDate', null));
  return steps;
}

/** Takes the step's change only when nothing but this key of this feature means something else afterwards. */
function apply(text: string, feature: string, step: Step, context: EditContext & { readonly line: number }): string {
  const map = placesOf(text).feature(feature);
  if (map === null) throw cannotEdit(context.file, context.line);
  const result = applySplices(text, step.splices(text, map));
  const beside = (value: unknown): unknown => valuesBeside(value, feature, step.key);
  if (!isDeepStrictEqual(beside(loadOrNull(result)), beside(load(text)))) throw cannotEdit(context.file, context.line);
  return result;
}

/** Null for a text that is no YAML any more: it equals nothing. */
function loadOrNull(text: string): unknown {
  try {
    return load(text);
  } catch {
    // Whatever made it unreadable, the change is not taken: that is the answer.
    return null;
  }
}

/** The file's values without one key of one feature; without a key, without the feature. */
function valuesBeside(value: unknown, id: string, key: FeatureKey | null): unknown {
  if (value === null) return null;
  const { features, ...rest } = value as { readonly features?: readonly { readonly id?: unknown }[] | null };
  const others = (features ?? []).flatMap((feature) => {
    if (feature.id !== id) return [feature];
    return key === null ? [] : [{ ...feature, [key]: undefined }];
  });
  return { rest, others };
}

function newFeature(plan: MigrationPlan, edit: Extract<MigrationEdit, { kind: 'addFeature' }>, { id, today }: EditContext): NewFeature {
  const taken = new Set(plan.features.map((feature) => feature.id));
  const own = edit.feature ?? idFor(edit.name, taken);
  if (taken.has(own)) throw featureExists(id, own);
  const pairs: (readonly [string, PlainValue | undefined])[] = [
    ['id', own],
    ['name', edit.name],
    ['phase', edit.phase],
    ['priority', edit.priority],
    ['estimatedHours', edit.estimatedHours],
    ['addedDate', dayText(today)],
    ['dependencies', edit.dependencies?.length === 0 ? undefined : edit.dependencies],
    ['notes', edit.notes === '' ? undefined : edit.notes],
  ];
  return pairs.filter((pair): pair is readonly [string, PlainValue] => pair[1] !== undefined);
}
