// All agents by id: the built-in ones, the workspace's own over them, and those registered while running.

import path from 'node:path';
import { type Disposable, toDisposable } from '#base/disposable.ts';
import { Emitter } from '#base/emitter.ts';
import type { FileProblem } from '#protocol/workflow.ts';
import { type CheckedAgent, parseAgentFile } from '#core/agents/agentFile.ts';
import type { AgentDefinition } from '#core/agents/definition.ts';
import { agentExists, agentNotFound } from '#core/agents/errors.ts';
import { parseForeignAgent } from '#core/agents/foreign/foreignAgent.ts';
import type { HostPorts } from '#core/ports.ts';
import type { ActingFiles } from '#core/trust/actingFiles.ts';

export interface AgentRegistryDeps {
  readonly ports: Pick<HostPorts, 'readOwnFile' | 'listOwnFolder' | 'trusted' | 'resources' | 'files' | 'log'>;
  readonly knownTools: readonly string[];
  readonly knownSkills: readonly string[];
  /** Which files of the workspace may act. Default: all of a trusted one. */
  readonly acting?: Pick<ActingFiles, 'state'>;
}

/** An agent file that was not loaded, or not as its author meant. */
export interface AgentFileReport {
  readonly file: string;
  readonly source: AgentDefinition['source'];
  readonly problems: readonly FileProblem[];
}

interface ReadFolder {
  readonly agents: ReadonlyMap<string, AgentDefinition>;
  readonly reports: readonly AgentFileReport[];
}

/** Where other assistants keep agents. */
const FOREIGN = [
  { folder: ['.github', 'agents'], ending: '.md' },
  { folder: ['.claude', 'agents'], ending: '.md' },
] as const;

export class AgentRegistry implements Disposable {
  readonly #deps: AgentRegistryDeps;
  readonly #changed: Emitter<void>;
  readonly #registered = new Map<string, AgentDefinition>();
  #fromFiles: ReadonlyMap<string, AgentDefinition> = new Map();
  #reports: readonly AgentFileReport[] = [];
  #disabled: ReadonlySet<string> = new Set();
  #all: readonly AgentDefinition[] = [];
  #loads = 0;

  /** Empty until `load`. */
  constructor(deps: AgentRegistryDeps) {
    this.#deps = deps;
    this.#changed = new Emitter((error) => deps.ports.log.error('A listener to agent changes failed.', {}, error));
  }

  /** Fires after agents were loaded, registered, unregistered, enabled or disabled. */
  get onChanged(): Emitter<void>['event'] {
    return this.#changed.event;
  }

  /** In order of id, disabled ones included. The same array until something changes. */
  get all(): readonly AgentDefinition[] {
    return this.#all;
  }

  /** Files that could not be used, with all their problems. A bad file never keeps another from loading. */
  get reports(): readonly AgentFileReport[] {
    return this.#reports;
  }

  /**
   * Reads the files anew. A workspace's agent replaces the built-in one of its id; when it is broken the built-in one stays.
   * Those that other assistants keep in the repository are added where their ids are free.
   * In an untrusted workspace its files are not read. When loads overlap, the last one started wins.
   */
  async load(): Promise<void> {
    const { resources, files, trusted } = this.#deps.ports;
    const load = (this.#loads += 1);
    const builtIn = await this.#read(path.join(resources, 'agents'), 'built-in', true);
    const own = await this.#read(path.join(files.root, '.cas', 'agents'), 'workspace', trusted());
    const elsewhere = await this.#readForeign(new Set([...builtIn.agents.keys(), ...own.agents.keys()]));
    if (load !== this.#loads) return;
    this.#fromFiles = new Map([...builtIn.agents, ...elsewhere.agents, ...own.agents]);
    this.#reports = [...builtIn.reports, ...elsewhere.reports, ...own.reports];
    this.#refresh();
  }

  /** What is wrong with this text as that file (absolute); nothing is loaded. */
  check(text: string, file: string): readonly FileProblem[] {
    const folder = path.relative(this.#deps.ports.files.root, path.dirname(file)).split(path.sep);
    const foreign = FOREIGN.some((one) => one.folder.join('/') === folder.join('/'));
    return this.#parse(text, file, foreign ? 'foreign' : 'workspace').problems;
  }

  /** Throws `agent.notFound` with the nearest name. */
  get(id: string): AgentDefinition {
    const agent = this.#registered.get(id) ?? this.#fromFiles.get(id);
    if (!agent) throw agentNotFound(id, this.ids);
    return agent;
  }

  get ids(): readonly string[] {
    return this.#all.map((agent) => agent.id);
  }

  isDisabled(id: string): boolean {
    return this.#disabled.has(id);
  }

  /** Replaces the set; ids of agents that are not there yet are kept for when they come. */
  setDisabled(ids: Iterable<string>): void {
    this.#disabled = new Set(ids);
    this.#refresh();
  }

  /** Adds an agent until the result is disposed. Throws `agent.exists`. */
  register(agent: AgentDefinition): Disposable {
    if (this.#registered.has(agent.id) || this.#fromFiles.has(agent.id)) throw agentExists(agent.id);
    this.#registered.set(agent.id, agent);
    this.#refresh();
    return toDisposable(() => {
      this.#registered.delete(agent.id);
      this.#refresh();
    });
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #refresh(): void {
    const byId = new Map([...this.#fromFiles, ...this.#registered]);
    this.#all = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#changed.fire();
  }

  /** The first of two with one id is used, those of `.github` before those of `.claude`. */
  async #readForeign(taken: ReadonlySet<string>): Promise<ReadFolder> {
    const { files, trusted } = this.#deps.ports;
    const agents = new Map<string, AgentDefinition>();
    const reports: AgentFileReport[] = [];
    for (const { folder, ending } of FOREIGN) {
      const read = await this.#read(path.join(files.root, ...folder), 'workspace', trusted(), { ending, foreign: true });
      reports.push(...read.reports);
      for (const [id, agent] of read.agents) {
        if (!taken.has(id) && !agents.has(id)) agents.set(id, agent);
        else reports.push({ file: agent.file, source: 'workspace', problems: [takenBy(id)] });
      }
    }
    return { agents, reports };
  }

  async #read(
    folder: string,
    source: AgentDefinition['source'],
    trusted: boolean,
    { ending, foreign }: { readonly ending: string; readonly foreign: boolean } = { ending: '.md', foreign: false },
  ): Promise<ReadFolder> {
    const agents = new Map<string, AgentDefinition>();
    const reports: AgentFileReport[] = [];
    const names = await this.#deps.ports.listOwnFolder(folder);
    for (const name of names.filter((one) => one.endsWith(ending) && !one.startsWith('.'))) {
      const file = path.join(folder, name);
      const { agent, problems } = trusted ? await this.#readFile(file, source, foreign) : { agent: null, problems: [UNTRUSTED] };
      const other = agent && agents.get(agent.id);
      if (other) problems.push(duplicate(agent.id, path.basename(other.file)));
      else if (agent) agents.set(agent.id, agent);
      if (problems.length > 0) reports.push({ file, source, problems });
    }
    return { agents, reports };
  }

  #parse(text: string, file: string, source: AgentDefinition['source'] | 'foreign'): CheckedAgent {
    const { knownTools, knownSkills } = this.#deps;
    const fileName = path.basename(file).replace(/(\.agent)?\.md$/, '');
    if (source === 'foreign') return parseForeignAgent(text, { file, fileName, knownTools });
    return parseAgentFile(text, { file, source, knownTools, knownSkills });
  }

  async #readFile(
    file: string,
    source: AgentDefinition['source'],
    foreign: boolean,
  ): Promise<{ agent: AgentDefinition | null; problems: FileProblem[] }> {
    const { ports, acting } = this.#deps;
    try {
      const text = await ports.readOwnFile(file);
      if (text === null) return { agent: null, problems: [] }; // Removed since the folder was listed.
      if (source === 'workspace' && ((await acting?.state(file, text)) ?? 'approved') !== 'approved')
        return { agent: null, problems: [UNAPPROVED] };
      const { agent, problems } = this.#parse(text, file, foreign ? 'foreign' : source);
      return { agent, problems: [...problems] };
    } catch (error) {
      ports.log.warn('An agent file could not be read.', { file });
      const reason = error instanceof Error ? error.message : String(error);
      return { agent: null, problems: [problemOfFile('unreadable', `The file could not be read: ${reason}`, '')] };
    }
  }
}

function duplicate(id: string, other: string): FileProblem {
  return problemOfFile(
    'duplicateId',
    `Another file has the id \`${id}\` too: ${other}. This one is not used.`,
    'Give one of the two another id.',
  );
}

function takenBy(id: string): FileProblem {
  const hint = 'Give it another name, or run `cas import` to put it in the place of the other one.';
  const message = `There is an agent \`${id}\` already, so this one is not used.`;
  return { ...problemOfFile('taken', message, hint), severity: 'warning' };
}

function problemOfFile(code: string, message: string, hint: string): FileProblem {
  return { severity: 'error', code: `agent.${code}`, message, hint, line: 1, column: 1, endLine: 1, endColumn: 2 };
}

const UNAPPROVED = problemOfFile(
  'unapproved',
  'This file is new or has changed since it was approved, so the agent is not used.',
  'Look at it, then run "CAS: Approve Changed Files…" or `cas trust`.',
);

const UNTRUSTED = problemOfFile(
  'untrusted',
  'The workspace is not trusted, so its agents are not read.',
  'Trust the workspace to use them.',
);
