// All workflows there are: the built-in ones and the workspace's own. A workspace file overrides the built-in of its name.

import path from 'node:path';
import type { HostPorts } from '#core/ports.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { gatherLibrary, workflowInvalid, workflowNotFound } from '#core/workflow/library.ts';
import type { KnownNames } from '#core/workflow/names.ts';
import { checkWorkflow } from '#core/workflow/parse.ts';
import { placeAll } from '#core/workflow/positions.ts';
import type { FileProblem, WorkflowSummary } from '#protocol/workflow.ts';

/** Names of workflow files. */
const WORKFLOW_FILE = /\.cas\.(?:yaml|yml|json)$/i;
/** Files read of one folder. */
const MAX_FILES = 1000;

export interface CatalogueOptions extends Pick<KnownNames, 'knownAgents' | 'knownSkills'> {
  readonly ports: Pick<HostPorts, 'readOwnFile' | 'listOwnFolder' | 'resources' | 'trusted'>;
  /** Absolute root of the workspace; its files are in `.cas/workflows/`. */
  readonly workspace: string;
  /** Whether a file of the workspace may act with this text. Default: each may. */
  readonly approved?: (file: string, text: string) => Promise<boolean>;
}

export interface WorkflowCatalogue {
  /** By name; files with errors too, and in an untrusted workspace those of the workspace, with a problem that says so. */
  list(): readonly WorkflowSummary[];
  /** Throws `workflow.notFound`. */
  get(name: string): WorkflowSummary;
  /** What a run needs. Throws `workflow.notFound`, or `workflow.invalid` with all problems in its details. */
  resolve(name: string): { readonly definition: WorkflowDefinition; readonly library: { readonly [name: string]: WorkflowDefinition } };
}

interface LoadedFile {
  readonly source: WorkflowSummary['source'];
  readonly file: string;
  /** Null: not read, because the workspace is not trusted. */
  readonly text: string | null;
  readonly approved: boolean;
}

interface Entry extends LoadedFile {
  readonly definition: WorkflowDefinition | null;
  readonly problems: readonly FileProblem[];
}

/** Reads and checks all files. A missing folder is an empty one; what a port throws passes through. */
export async function loadCatalogue(options: CatalogueOptions): Promise<WorkflowCatalogue> {
  const { ports } = options;
  const own = path.join(options.workspace, '.cas', 'workflows');
  const files = [
    ...(await loadFolder(options, path.join(ports.resources, 'workflows'), 'built-in', true)),
    ...(await loadFolder(options, own, 'workspace', ports.trusted())),
  ];
  const entries = new Map<string, Entry>();
  const extra: Entry[] = [];
  for (const file of files) {
    const entry = checkFile(file, options);
    const name = nameOf(entry);
    const other = entries.get(name);
    if (entry.text === null && other) extra.push(entry);
    else if (other && other.source === entry.source) extra.push(duplicate(entry, other));
    else entries.set(name, entry);
  }
  return createCatalogue(entries, extra);
}

async function loadFolder(
  options: CatalogueOptions,
  folder: string,
  source: WorkflowSummary['source'],
  read: boolean,
): Promise<readonly LoadedFile[]> {
  const { ports } = options;
  const names = (await ports.listOwnFolder(folder)).filter((name) => WORKFLOW_FILE.test(name)).slice(0, MAX_FILES);
  const files: LoadedFile[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    const text = read ? await ports.readOwnFile(file) : null;
    // A file removed between the listing and the reading is simply not there.
    if (text === null && read) continue;
    const approved = source === 'built-in' || text === null || ((await options.approved?.(file, text)) ?? true);
    files.push({ source, file, text, approved });
  }
  return files;
}

function checkFile(file: LoadedFile, options: CatalogueOptions): Entry {
  if (file.text === null) return { ...file, definition: null, problems: [UNTRUSTED] };
  // Sub-workflows are checked when all files are known.
  const { definition, problems } = checkWorkflow(file.text, {
    file: file.file,
    ...(options.knownAgents ? { knownAgents: options.knownAgents } : {}),
    ...(options.knownSkills ? { knownSkills: options.knownSkills } : {}),
  });
  return file.approved ? { ...file, definition, problems } : { ...file, definition: null, problems: [UNAPPROVED, ...problems] };
}

function createCatalogue(entries: ReadonlyMap<string, Entry>, extra: readonly Entry[]): WorkflowCatalogue {
  const checked = new Map(Array.from(entries, ([name, entry]) => [name, withLibrary(entry, entries)]));
  const summaries = [...checked.values(), ...extra].map((entry) => summarise(entry)).toSorted(byName);
  const find = (name: string): Entry => {
    const entry = checked.get(name);
    if (!entry) throw workflowNotFound(name, checked.keys());
    return entry;
  };
  return {
    list: () => summaries,
    get: (name) => summarise(find(name)),
    resolve(name) {
      const { definition, problems } = find(name);
      if (!definition) throw workflowInvalid(name, problems);
      return { definition, library: gatherLibrary(definition, lookupIn(checked)).library };
    },
  };
}

function lookupIn(entries: ReadonlyMap<string, Entry>) {
  return (name: string): WorkflowDefinition | null => entries.get(name)?.definition ?? null;
}

function withLibrary(entry: Entry, entries: ReadonlyMap<string, Entry>): Entry {
  if (!entry.definition || entry.text === null) return entry;
  const { issues } = gatherLibrary(entry.definition, lookupIn(entries));
  if (issues.length === 0) return entry;
  return { ...entry, definition: null, problems: [...entry.problems, ...placeAll(entry.text, issues)] };
}

function summarise({ definition, problems, source, file, ...entry }: Entry): WorkflowSummary {
  return {
    name: nameOf({ definition, file, ...entry }),
    version: definition?.version ?? '',
    description: definition?.description ?? '',
    source,
    file,
    steps: definition?.steps.length ?? 0,
    inputs: definition?.inputs ?? [],
    needsModel: definition?.requires.includes('model') ?? false,
    problems,
  };
}

/** A file that cannot be read as a workflow goes by the name its text or else its file seems to give. */
function nameOf(entry: { readonly definition: WorkflowDefinition | null; readonly file: string; readonly text: string | null }): string {
  const written = entry.text === null ? undefined : /^\s*"?name"?\s*:\s*["']?([a-z][a-z0-9-]{0,63})["']?\s*,?\s*$/m.exec(entry.text)?.[1];
  return entry.definition?.name ?? written ?? path.basename(entry.file).replace(WORKFLOW_FILE, '');
}

function byName(a: WorkflowSummary, b: WorkflowSummary): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function duplicate(entry: Entry, other: Entry): Entry {
  const name = nameOf(entry);
  const problem = problemOfFile(
    'duplicateName',
    `Another file has the name \`${name}\` too: ${path.basename(other.file)}.`,
    'Rename one of the two.',
  );
  return { ...entry, definition: null, problems: [...entry.problems, problem] };
}

function problemOfFile(code: string, message: string, hint: string): FileProblem {
  return { severity: 'error', code: `workflow.${code}`, message, hint, line: 1, column: 1, endLine: 1, endColumn: 2 };
}

const UNAPPROVED = problemOfFile(
  'unapproved',
  'This file is new or has changed since it was approved, so it does not run.',
  'Look at it, then run "CAS: Approve Changed Files…" or `cas trust`.',
);

const UNTRUSTED = problemOfFile(
  'untrusted',
  'The workspace is not trusted, so its workflows are neither read nor run.',
  'Trust the workspace to use them.',
);
