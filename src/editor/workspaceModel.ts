// The lists the views draw, kept fresh: follows the core's events, reads again what changed, tells who listens.
// Bursts of events become one reading; a list nobody asked for is not read.

import * as vscode from 'vscode';
import { touchedBy } from '#core/pages/touchedBy.ts';
import type { Log } from '#core/ports.ts';
import type { CoreAccess } from '#editor/coreAccess.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';
import type { AgentView } from '#protocol/agent.ts';
import type { CoreApi, CoreEvent } from '#protocol/api.ts';
import type { ProposalSummary } from '#protocol/proposal.ts';
import type { RunSummary } from '#protocol/runView.ts';
import type { WorkflowSummary } from '#protocol/workflow.ts';

export interface Lists {
  readonly agents: readonly AgentView[];
  readonly workflows: readonly WorkflowSummary[];
  readonly runs: readonly RunSummary[];
  readonly proposals: readonly ProposalSummary[];
  /** Ids of those that can be called now. */
  readonly providers: readonly string[];
}
export type ListName = keyof Lists;

type Held = { -readonly [N in ListName]?: Lists[N] };

const DEBOUNCE_MS = 120;
/** Newest first; older ones are reachable by the command line. */
const RUNS_SHOWN = 1000;

const readers: { readonly [N in ListName]: (api: CoreApi) => Promise<Lists[N]> } = {
  agents: (api) => api.call('agents.list'),
  workflows: (api) => api.call('workflows.list'),
  runs: (api) => api.call('runs.list', { limit: RUNS_SHOWN }),
  proposals: (api) => api.call('proposals.list'),
  providers: async (api) => (await api.call('workspace.info')).providers,
};

const isList = (what: string): what is ListName => Object.hasOwn(readers, what);

export class WorkspaceModel implements vscode.Disposable {
  readonly #core: CoreAccess;
  readonly #log: Log;
  readonly #lists: Held = {};
  readonly #wanted = new Set<ListName>();
  readonly #stale = new Set<ListName>();
  readonly #disposables: vscode.Disposable[] = [];
  readonly #changed = new vscode.EventEmitter<ReadonlySet<ListName>>();
  readonly #events = new vscode.EventEmitter<CoreEvent>();
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
  #turn = 0;
  readonly #taken = new Map<ListName, number>();
  #following: vscode.Disposable | undefined;

  /** After a list was read anew. */
  readonly onDidChange = this.#changed.event;
  /** Every event of the core, as it comes. */
  readonly onDidReceive = this.#events.event;

  constructor(core: CoreAccess, log: Log) {
    this.#core = core;
    this.#log = log;
    this.#disposables.push(
      this.#changed,
      this.#events,
      core.onDidChangeState((state) => {
        if (state.kind === 'ready') this.#follow(state.api);
      }),
    );
  }

  /** The list as last read; undefined before the first reading. */
  get<N extends ListName>(name: N): Lists[N] | undefined {
    return this.#lists[name];
  }

  /** From now on this list is kept fresh. Opens the core. */
  want(...names: readonly ListName[]): void {
    for (const name of names) {
      if (this.#wanted.has(name)) continue;
      this.#wanted.add(name);
      this.#markStale(name);
    }
  }

  /** Reads lists again now; resolves when they are fresh. Rejects with what the core threw. */
  async refresh(...names: readonly ListName[]): Promise<void> {
    const api = await this.#core.get();
    await Promise.all(names.map(async (name) => this.#read(api, name)));
    this.#changed.fire(new Set(names));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#following?.dispose();
    for (const item of this.#disposables) item.dispose();
  }

  #follow(api: CoreApi): void {
    if (!this.#following) this.#watchFiles();
    this.#following?.dispose();
    this.#following = api.subscribe((event) => {
      this.#events.fire(event);
      if (event.kind === 'changed' && isList(event.what)) this.#markStale(event.what);
      if (event.kind === 'run') this.#markStale(...touchedBy(event.event));
    });
    this.#markStale(...this.#wanted);
  }

  /** Workflow and agent files are edited by people, so the core may not know of a change yet. */
  #watchFiles(): void {
    const root = workspaceRoot();
    if (!root) return;
    const folders = { workflows: '.cas/workflows/**', agents: '.cas/agents/**' } as const;
    for (const name of ['workflows', 'agents'] as const) {
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(root, folders[name]));
      const mark = (): void => this.#markStale(name);
      this.#disposables.push(watcher, watcher.onDidChange(mark), watcher.onDidCreate(mark), watcher.onDidDelete(mark));
    }
  }

  #markStale(...names: readonly ListName[]): void {
    for (const name of names) this.#stale.add(name);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#readStale();
    }, DEBOUNCE_MS);
  }

  async #readStale(): Promise<void> {
    if (this.#reading) {
      this.#markStale();
      return;
    }
    const names = [...this.#stale].filter((name) => this.#wanted.has(name));
    this.#stale.clear();
    if (names.length === 0) return;
    this.#reading = true;
    try {
      await this.refresh(...names);
    } catch (error) {
      if (this.#core.state.kind === 'ready') this.#log.error('the views could not be refreshed', {}, error);
    } finally {
      this.#reading = false;
    }
  }

  /** Two readings may overlap: an answer never takes the place of one that was asked for later. */
  async #read(api: CoreApi, name: ListName): Promise<void> {
    const turn = (this.#turn += 1);
    const list = await readers[name](api);
    if (turn < (this.#taken.get(name) ?? 0)) return;
    this.#taken.set(name, turn);
    Object.assign(this.#lists, { [name]: list });
  }
}
