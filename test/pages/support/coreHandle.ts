// A core that can be opened, fail, and be opened anew, as the editor's access to it does, without the editor.

import path from 'node:path';
import { DisposableStore } from '#base/disposable.ts';
import { Emitter } from '#base/emitter.ts';
import { fromErrorView, toErrorView } from '#base/errors.ts';
import type { PageCore, PageCoreState } from '#core/pages/ports.ts';
import type { HostSettings, Log } from '#core/ports.ts';
import { openWorkspace, type OpenWorkspaceOptions } from '#node/openWorkspace.ts';
import type { CoreApi, CoreEvent } from '#protocol/api.ts';

const project = path.resolve(import.meta.dirname, '../../..');

export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Answers given instead of the core's, by method: for what a real core does not come to in a test. */
export type Answers = { readonly [method: string]: (...args: readonly unknown[]) => Promise<unknown> };

export interface CoreHandleOptions {
  readonly root: string;
  readonly settings?: Partial<HostSettings>;
  /** Default true. */
  readonly trusted?: boolean;
  readonly answers?: Answers;
  /** By the names the providers ask for: `OPENAI_API_KEY`. */
  readonly secrets?: { readonly [name: string]: string };
}

interface Doubles {
  readonly answers: Answers;
  readonly told: Emitter<CoreEvent>;
}

function answering(api: CoreApi, { answers, told }: Doubles): CoreApi {
  return new Proxy(api, {
    get(target, key) {
      if (key === 'call') {
        return (method: string, ...args: unknown[]) =>
          answers[method]?.(...args) ?? (target.call as (name: string, ...values: unknown[]) => unknown).call(target, method, ...args);
      }
      if (key === 'subscribe') {
        return (listener: (event: CoreEvent) => void) => {
          const both = new DisposableStore();
          both.add(target.subscribe(listener));
          both.add(told.event(listener));
          return both;
        };
      }
      const member: unknown = Reflect.get(target, key);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

const rethrow = (error: unknown): never => {
  throw error;
};

export class CoreHandle implements PageCore {
  /** Of the host; may be changed at any time. */
  settings: HostSettings;
  state: PageCoreState = { kind: 'idle' };
  readonly #changed = new Emitter<PageCoreState>(rethrow);
  readonly #told = new Emitter<CoreEvent>(rethrow);
  readonly #options: OpenWorkspaceOptions;
  readonly #answers: Answers;
  #opening: Promise<CoreApi> | null = null;
  readonly onDidChangeState = this.#changed.event;

  constructor({ root, settings, trusted = true, answers = {}, secrets = {} }: CoreHandleOptions) {
    this.#answers = answers;
    const none = { anthropicBaseUrl: undefined, openaiBaseUrl: undefined, anthropicModel: undefined, openaiModel: undefined };
    this.settings = { ...none, maxParallelSteps: 4, ...settings };
    this.#options = {
      root,
      resources: path.join(project, 'resources'),
      distDir: path.join(project, 'dist'),
      secrets: { get: async (name) => secrets[name] },
      log: quietLog,
      trusted: () => trusted,
      settings: () => this.settings,
      unsandboxed: () => 'allow',
      howToAllow: '',
      resumeOnTakeover: true,
    };
  }

  get(): Promise<CoreApi> {
    if (this.state.kind === 'failed') return Promise.reject(fromErrorView(this.state.error));
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** Closes and opens anew, as after a change of trust. */
  async restart(): Promise<CoreApi> {
    const api = await this.#opening;
    this.#opening = null;
    this.#set({ kind: 'opening' });
    await api?.close();
    return this.get();
  }

  /** As if the core told it: for more than a real one comes to in a test. */
  tell(event: CoreEvent): void {
    this.#told.fire(event);
  }

  /** As when the workspace could not be opened. */
  fail(error: unknown): void {
    this.#set({ kind: 'failed', error: toErrorView(error) });
  }

  async close(): Promise<void> {
    const api = await this.#opening;
    this.#opening = null;
    await api?.close();
  }

  async #open(): Promise<CoreApi> {
    this.#set({ kind: 'opening' });
    const api = answering(await openWorkspace(this.#options), { answers: this.#answers, told: this.#told });
    this.#set({ kind: 'ready', api });
    return api;
  }

  #set(state: PageCoreState): void {
    this.state = state;
    this.#changed.fire(state);
  }
}
