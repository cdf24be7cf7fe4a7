// What `cas migration` writes: new plans, features, values, clocks, hours.

import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, textOption, usage } from '#cli/options.ts';
import { formatTime } from '#cli/printers/format.ts';
import { hoursText } from '#cli/printers/migration.ts';
import type { Session } from '#cli/session.ts';
import { hoursOption, planOf } from '#cli/verbs/migrationTarget.ts';
import { idFor } from '#core/migration/names.ts';
import { type MigrationEdit, migrationEditSchema, type MigrationView, type NewMigration, newMigrationSchema } from '#protocol/migration.ts';

export async function create(session: Session, options: Options, [name = '']: readonly string[]): Promise<number> {
  const { api, output, shown, command } = session;
  const request = checked(
    newMigrationSchema.safeParse({ id: textOption(options, 'id') || idFor(name, new Set()).slice(0, 40), name, from: sourceOf(options) }),
  );
  const made = await api.call('migrations.create', request);
  if (output.json) output.value(made);
  else {
    output.line(`Written: ${shown(made.file)}`);
    output.line(`Look at it with: ${command(`migration status ${made.id}`)}`);
  }
  return exitCodes.ok;
}

function sourceOf(options: Options): NewMigration['from'] {
  const copy = textOption(options, 'copy');
  if (copy !== '') return { template: 'copy', of: copy };
  const template = textOption(options, 'template');
  if (template === 'feature-delivery') return { template: 'feature delivery', pieces: textList(options, 'piece') };
  if (template !== 'migration') throw usage(`--template ${template}: it is feature-delivery or migration.`);
  const [old, next] = [textOption(options, 'from'), textOption(options, 'to')];
  if (old === '' || next === '') throw usage('A migration needs its two sides: --from and --to.');
  return { template: 'migration', old, new: next };
}

export async function add(session: Session, options: Options, [name = '']: readonly string[]): Promise<number> {
  const estimate = textOption(options, 'estimate');
  return edit(session, options, {
    kind: 'addFeature',
    name,
    ...given('phase', textOption(options, 'phase')),
    ...given('priority', textOption(options, 'priority')),
    ...(estimate !== '' && { estimatedHours: hoursOption(estimate, '--estimate') }),
    ...(textList(options, 'needs').length > 0 && { dependencies: textList(options, 'needs') }),
    ...given('notes', textOption(options, 'notes')),
  });
}

export async function set(session: Session, options: Options, [feature = '']: readonly string[]): Promise<number> {
  // All are checked before the first is written.
  const edits = editsOf(feature, options).map((raw) => checked(migrationEditSchema.safeParse(raw)));
  if (edits.length === 0) throw usage('Say what to set, such as --status done.');
  for (const one of edits.slice(0, -1)) await apply(session, options, one);
  return edit(session, options, edits.at(-1), feature);
}

function editsOf(feature: string, options: Options): readonly unknown[] {
  const edits: unknown[] = [];
  const take = (option: string, make: (text: string) => object): void => {
    const text = options[option];
    if (typeof text === 'string') edits.push({ feature, ...make(text) });
  };
  const orNone = <T>(text: string, value: (text: string) => T): T | null => (text === 'none' ? null : value(text));
  take('status', (status) => ({ kind: 'status', status }));
  take('oldSide', (text) => ({ kind: 'oldSide', state: orNone(text, (state) => state) }));
  take('estimate', (text) => ({ kind: 'estimatedHours', hours: orNone(text, (hours) => hoursOption(hours, '--estimate')) }));
  take('hours', (text) => ({ kind: 'actualHours', hours: hoursOption(text, '--hours') }));
  take('started', (text) => ({ kind: 'startedDate', date: orNone(text, (date) => date) }));
  take('completed', (text) => ({ kind: 'completedDate', date: orNone(text, (date) => date) }));
  take('name', (name) => ({ kind: 'name', name }));
  take('phase', (text) => ({ kind: 'phase', phase: orNone(text, (phase) => phase) }));
  take('priority', (priority) => ({ kind: 'priority', priority }));
  take('notes', (notes) => ({ kind: 'notes', notes: notes === '' ? null : notes }));
  return edits;
}

export async function log(session: Session, options: Options, [feature = '', hours = '']: readonly string[]): Promise<number> {
  const entry = {
    kind: 'logHours',
    feature,
    hours: hoursOption(hours, 'hours'),
    ...given('date', textOption(options, 'date')),
    ...given('note', textOption(options, 'note')),
  };
  return edit(session, options, entry, feature);
}

export async function start(session: Session, options: Options, [feature = '']: readonly string[]): Promise<number> {
  const plan = await planOf(session, options, '', 'write');
  const view = await session.api.call('migrations.startClock', { plan, feature });
  return printFeature(
    session,
    view,
    feature,
    `The clock runs. Stop it with: ${session.command(`migration stop ${feature} --plan ${plan}`)}`,
  );
}

export async function stop(session: Session, options: Options, [feature = '']: readonly string[]): Promise<number> {
  const plan = await planOf(session, options, '', 'write');
  const discard = options['discard'] === true;
  const view = await session.api.call('migrations.stopClock', { plan, feature, discard });
  return printFeature(
    session,
    view,
    feature,
    discard ? 'The clock was stopped; its time is thrown away.' : 'The clock was stopped; its time is written down.',
  );
}

async function edit(session: Session, options: Options, raw: unknown, feature: string | null = null): Promise<number> {
  const view = await apply(session, options, raw);
  return printFeature(
    session,
    view,
    feature ?? view.figures?.features.find(({ name }) => name === (raw as { name?: string }).name)?.id ?? '',
    'Written.',
  );
}

async function apply(session: Session, options: Options, raw: unknown): Promise<MigrationView> {
  const one: MigrationEdit = checked(migrationEditSchema.safeParse(raw));
  return session.api.call('migrations.edit', { plan: await planOf(session, options, '', 'write'), edit: one });
}

function printFeature({ output }: Session, view: MigrationView, id: string, done: string): number {
  const feature = view.figures?.features.find((one) => one.id === id) ?? null;
  if (output.json) output.value({ plan: view.id, hash: view.hash, feature });
  else {
    const clockAt = feature?.clockAt ?? null;
    const clock = clockAt === null ? '' : `, clock running since ${formatTime(clockAt)}`;
    output.line(feature === null ? done : `${done} ${feature.id}: ${feature.state}, ${hoursText(feature.hours, output)}${clock}`);
  }
  return exitCodes.ok;
}

/** What a schema refuses is a wrong option. */
function checked<T>(
  parsed:
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
      },
): T {
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw usage(`${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'wrong value'}.`);
}

function given<K extends string>(key: K, text: string): { readonly [P in K]?: string } {
  return text === '' ? {} : ({ [key]: text } as { readonly [P in K]?: string });
}

function textList(options: Options, name: string): readonly string[] & string[] {
  const list = options[name];
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : [];
}
