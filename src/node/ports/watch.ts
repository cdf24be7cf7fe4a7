// Watches the files that git would list, and what is checked out. One watcher for each folder that holds such files: the
// ignored ones, node_modules above all, cost nothing.

import { type FSWatcher, watch as watchFolder } from 'node:fs';
import path from 'node:path';
import type { Disposable } from '#base/disposable.ts';
import type { Log, WorkspaceFiles } from '#core/ports.ts';
import type { Watch, WatchListener } from '#core/triggers/watchPort.ts';
import { type GitHead, gitFolders, readHead } from '#node/ports/gitHead.ts';

/** Changes this close together are told at once. In ms. */
const QUIET_MS = 200;
/** Further folders are not watched. */
const MAX_FOLDERS = 4_000;

export interface WatchOptions {
  readonly files: Pick<WorkspaceFiles, 'root' | 'list'>;
  readonly log: Log;
}

export function createWatch(options: WatchOptions): Watch {
  return (listener) => {
    const watcher = new Watcher(options, listener);
    watcher.start();
    return watcher;
  };
}

class Watcher implements Disposable {
  readonly #options: WatchOptions;
  readonly #listener: WatchListener;
  readonly #watchers = new Map<string, FSWatcher>();
  #known: ReadonlySet<string> = new Set();
  #changed = new Set<string>();
  #head: GitHead | null = null;
  #git: { readonly own: string; readonly common: string } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #working = false;
  #disposed = false;

  constructor(options: WatchOptions, listener: WatchListener) {
    this.#options = options;
    this.#listener = listener;
  }

  start(): void {
    this.#begin().catch((error: unknown) => this.#failed(error));
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const one of this.#watchers.values()) one.close();
    this.#watchers.clear();
  }

  async #begin(): Promise<void> {
    this.#known = new Set(await this.#options.files.list());
    this.#git = await gitFolders(this.#options.files.root);
    this.#head = this.#git && (await readHead(this.#git));
    this.#watchAll();
  }

  /** Folders that are there now; those that are gone are let go. */
  #watchAll(): void {
    if (this.#disposed) return;
    const folders = new Set(['.']);
    for (const file of this.#known) {
      for (let folder = path.posix.dirname(file); !folders.has(folder); folder = path.posix.dirname(folder)) folders.add(folder);
    }
    const wanted = new Set(Array.from(folders).slice(0, MAX_FOLDERS));
    if (folders.size > MAX_FOLDERS) this.#options.log.warn('not all folders are watched', { folders: folders.size, watched: MAX_FOLDERS });
    for (const [folder, watcher] of this.#watchers) {
      if (wanted.has(folder) || path.isAbsolute(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of wanted) this.#watch(folder, (name) => this.#changed.add(name === null ? folder : path.posix.join(folder, name)));
    // git writes its log of HEAD at each commit and each switch; HEAD itself where that log is switched off.
    for (const folder of this.#git === null ? [] : [this.#git.own, path.join(this.#git.own, 'logs')]) this.#watch(folder, () => {});
  }

  #watch(folder: string, changed: (name: string | null) => void): void {
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watchFolder(path.resolve(this.#options.files.root, folder), { persistent: false }, (_event, name) => {
        changed(name);
        this.#later();
      });
      watcher.on('error', () => {
        // A folder that was removed: what was in it is told by the one above.
        watcher.close();
        this.#watchers.delete(folder);
      });
      this.#watchers.set(folder, watcher);
    } catch (error) {
      this.#options.log.debug('a folder is not watched', { folder, reason: String(error) });
    }
  }

  #later(): void {
    if (this.#disposed) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#working) return this.#later();
      this.#working = true;
      this.#look()
        .catch((error: unknown) => this.#failed(error))
        .finally(() => (this.#working = false));
    }, QUIET_MS);
  }

  async #look(): Promise<void> {
    const changed = this.#changed;
    this.#changed = new Set();
    if (changed.size > 0) await this.#lookAtFiles(changed);
    await this.#lookAtGit();
  }

  /** Listed before or now: what git ignores never was. */
  async #lookAtFiles(changed: ReadonlySet<string>): Promise<void> {
    const before = this.#known;
    this.#known = new Set(await this.#options.files.list());
    const paths = new Set<string>();
    for (const one of changed) if (this.#known.has(one) || before.has(one)) paths.add(one);
    // A new folder is told as one change: what is in it is new too.
    for (const file of this.#known) if (!before.has(file)) paths.add(file);
    this.#watchAll();
    if (paths.size > 0 && !this.#disposed) this.#listener.saved(Array.from(paths).sort());
  }

  async #lookAtGit(): Promise<void> {
    if (this.#git === null) return;
    const before = this.#head;
    const now = await readHead(this.#git);
    this.#head = now;
    if (this.#disposed || before === null) return;
    if (now.branch !== before.branch) this.#listener.switched({ branch: now.branch, before: before.branch });
    else if (now.commit !== null && now.commit !== before.commit)
      this.#listener.committed({ branch: now.branch, commit: now.commit, before: before.commit });
  }

  #failed(error: unknown): void {
    if (!this.#disposed) this.#options.log.warn('files could not be looked at after a change', { reason: String(error) });
  }
}
