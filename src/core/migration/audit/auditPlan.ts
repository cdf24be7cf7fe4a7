// A migration plan from an audit: six phases, a feature for each module in the order in which they can move. Hours are left out:
// nobody has estimated them.

import { movingOrder } from '#core/migration/audit/levels.ts';
import type { Module } from '#core/migration/audit/modules.ts';
import type { Survey } from '#core/migration/audit/survey.ts';
import { idFor } from '#core/migration/names.ts';
import { type Fields, planText } from '#core/migration/planText.ts';

const HOTSPOTS = 10;
const SHOWN_DEBT = 10;
/** A module that this share of the others imports is one that everything rests on. */
const KEY_SHARE = 1 / 3;

export interface AuditPlanInputs {
  readonly name: string;
  readonly sides: { readonly old: string; readonly new: string };
  readonly survey: Survey;
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

/** Pure. The plan passes the checker, whatever was found. */
export function auditPlanText({ name, sides, survey, today }: AuditPlanInputs): string {
  const net = safetyNet(survey, sides.old);
  const modules = moduleFeatures(survey);
  const last = modules.map((feature) => String(feature['id']));
  const features = [
    ...net,
    ...modules,
    ...parity(survey, sides, last.length > 0 ? last : net.map((feature) => String(feature['id']))),
    ...cutover(sides),
  ];
  return planText({
    comments: [
      `Written ${today} from an audit of this repository: ${foundText(survey)}.`,
      'Nothing is estimated yet: add `estimatedHours:` where you know it.',
    ],
    head: { name, kind: 'migration', startDate: today },
    sides,
    phases: [
      { id: 'safety-net', name: 'Safety Net', description: `What ${sides.old} does today is known and tested.` },
      { id: 'foundations', name: 'Foundations', description: 'Modules that need no other, or few, have moved.' },
      { id: 'core', name: 'Core', description: 'Modules that rest on the foundations have moved.' },
      { id: 'edges', name: 'Edges', description: 'Modules that rest on all others have moved.' },
      { id: 'parity', name: 'Parity', description: 'Both sides give the same answers.' },
      { id: 'cutover', name: 'Cutover', description: `${sides.old} is gone.` },
    ],
    features,
  });
}

function foundText({ modules, languages, manifests, debt, hotspots, historyDays }: Survey): string {
  const files = modules.reduce((sum, module) => sum + module.files, 0);
  const packages = manifests.reduce((sum, manifest) => sum + manifest.dependencies, 0);
  const past = historyDays === null ? 'no history to read' : `${hotspots.length} hotspots in ${historyDays} days`;
  return `${files} source files${languages.length === 0 ? '' : ` (${languages.join(', ')})`} in ${modules.length} modules, ${packages} dependencies, ${debt.length} notes of debt, ${past}`;
}

/** Ids of the features that every plan has, or may have; modules get others. */
const OWN_IDS = [
  'tests-of-today',
  'behaviour',
  'dependencies',
  'debt',
  'tests-of-new',
  'compare-sides',
  'way-back',
  'switch',
  'remove-old',
];

const open = { status: 'not started' } as const;

function safetyNet({ tests, manifests, debt }: Survey, old: string): readonly Fields[] {
  const packages = manifests.filter((manifest) => manifest.dependencies > 0);
  const features: Fields[] = [
    {
      id: 'tests-of-today',
      name: tests === null ? `Write tests of what ${old} does` : `Let the tests pass on ${old}`,
      phase: 'safety-net',
      priority: 'critical',
      ...open,
      notes: tests === null ? 'The audit found no test command.' : `Test command: ${tests}`,
    },
    { id: 'behaviour', name: `Write down what users rely on in ${old}`, phase: 'safety-net', priority: 'critical', ...open },
  ];
  if (packages.length > 0)
    features.push({
      id: 'dependencies',
      name: `Decide for each of ${packages.reduce((sum, one) => sum + one.dependencies, 0)} dependencies whether it moves`,
      phase: 'safety-net',
      priority: 'important',
      ...open,
      notes: packages
        .slice(0, 20)
        .map(({ path, dependencies }) => `${path}: ${dependencies}`)
        .join('\n'),
    });
  if (debt.length > 0)
    features.push({
      id: 'debt',
      name: `Settle or drop ${debt.length} ${debt.length === 1 ? 'note' : 'notes'} left in the code`,
      phase: 'safety-net',
      priority: 'nice to have',
      ...open,
      notes: [
        ...debt.slice(0, SHOWN_DEBT).map(({ path, line, title }) => `${path}:${line} ${title}`),
        ...(debt.length > SHOWN_DEBT ? [`and ${debt.length - SHOWN_DEBT} more`] : []),
      ].join('\n'),
    });
  return features;
}

function moduleFeatures({ modules, hotspots, historyDays }: Survey): readonly Fields[] {
  const taken = new Set(OWN_IDS);
  const order = movingOrder(modules);
  const ids = new Map<string, string>();
  for (const { path } of modules) {
    const id = idFor(path === '' ? 'root files' : path, taken);
    taken.add(id);
    ids.set(path, id);
  }
  const importers = (path: string): number => modules.filter((module) => module.imports.has(path)).length;
  const hot = hotspots.slice(0, HOTSPOTS).filter(({ score }) => score > 0);
  const ordered = inPhases(order.levels);
  return ordered.flatMap(({ path, phase }): Fields[] => {
    const module = modules.find((one) => one.path === path);
    if (module === undefined) return [];
    const own = hot.filter((spot) => ownerOf(spot.path, modules) === path);
    const needs = (order.needs.get(path) ?? []).map((other) => ids.get(other) ?? '');
    const cut = order.cut.filter(({ from }) => from === path).map(({ to }) => to);
    const isKey = own.length > 0 || importers(path) >= Math.max(2, KEY_SHARE * modules.length);
    return [
      {
        id: ids.get(path),
        name: path === '' ? 'Files beside the folders' : path.slice(0, 200),
        phase,
        priority: isKey ? 'critical' : 'important',
        ...open,
        old: 'available',
        dependencies: needs.length > 0 ? needs : ['tests-of-today'],
        notes: moduleNotes(module, { importers: importers(path), hot: own, cut, historyDays }),
      },
    ];
  });
}

const MODULE_PHASES = ['foundations', 'core', 'edges'] as const;

/** Levels in order, about a third of the modules in each phase; what can move at the same time stays together. */
function inPhases(levels: readonly (readonly string[])[]): readonly { readonly path: string; readonly phase: string }[] {
  const total = levels.flat().length;
  let before = 0;
  return levels.flatMap((level) => {
    const phase = MODULE_PHASES[Math.floor((3 * before) / total)] ?? 'edges';
    before += level.length;
    return level.map((path) => ({ path, phase }));
  });
}

function ownerOf(path: string, modules: readonly Module[]): string | undefined {
  const holding = modules.filter((module) => module.path === '' || path.startsWith(`${module.path}/`));
  return holding.toSorted((a, b) => b.path.length - a.path.length)[0]?.path;
}

function moduleNotes(
  { files, lines }: Module,
  found: {
    readonly importers: number;
    readonly hot: Survey['hotspots'];
    readonly cut: readonly string[];
    readonly historyDays: number | null;
  },
): string {
  const notes = [
    `${files} ${files === 1 ? 'file' : 'files'}, ${lines} lines. ${found.importers === 0 ? 'No module imports it.' : `Imported by ${found.importers} ${found.importers === 1 ? 'module' : 'modules'}.`}`,
  ];
  for (const { path, commits } of found.hot) notes.push(`Hotspot: ${path}, ${commits} commits in ${found.historyDays ?? 0} days.`);
  for (const other of found.cut) notes.push(`In a circle with ${other === '' ? 'the files beside the folders' : other}.`);
  return notes.join('\n');
}

function parity({ tests }: Survey, sides: { readonly old: string; readonly new: string }, moved: readonly string[]): readonly Fields[] {
  return [
    {
      id: 'tests-of-new',
      name: tests === null ? `Let the new tests pass on ${sides.new}` : `Let the tests pass on ${sides.new}`,
      phase: 'parity',
      priority: 'critical',
      ...open,
      dependencies: ['tests-of-today', ...moved],
    },
    {
      id: 'compare-sides',
      name: `Compare ${sides.old} and ${sides.new} on the same work`,
      phase: 'parity',
      priority: 'critical',
      ...open,
      dependencies: ['behaviour', 'tests-of-new'],
    },
  ];
}

function cutover(sides: { readonly old: string; readonly new: string }): readonly Fields[] {
  return [
    {
      id: 'way-back',
      name: `Try the way back to ${sides.old}`,
      phase: 'cutover',
      priority: 'important',
      ...open,
      dependencies: ['compare-sides'],
    },
    { id: 'switch', name: `Switch to ${sides.new}`, phase: 'cutover', priority: 'critical', ...open, dependencies: ['way-back'] },
    { id: 'remove-old', name: `Remove ${sides.old}`, phase: 'cutover', priority: 'important', ...open, dependencies: ['switch'] },
  ];
}
