// Tells when agent, workflow, MCP or price files of a workspace change, so that they count without a restart. These folders are
// few and small, and watched one by one: they may be missing, appear, and go again.

import { type FSWatcher, statSync, watch } from 'node:fs';
import path from 'node:path';
import type { Disposable } from '#base/disposable.ts';
import type { Log } from '#core/ports.ts';

/** Changes this close together are told once. In ms. */
const QUIET_MS = 150;

/** Each folder with the names that matter in it; null: all of them. */
const FOLDERS: readonly (readonly [folder: string, names: ReadonlySet<string> | null])[] = [
  ['.', new Set(['.cas', '.claude', '.github'])],
  // The store is written here all the time.
  ['.cas', new Set(['agents', 'workflows', 'mcp.json', 'pricing.json'])],
  ['.cas/agents', null],
  ['.cas/workflows', null],
  ['.claude', new Set(['agents'])],
  ['.claude/agents', null],
  ['.github', new Set(['agents'])],
  ['.github/agents', null],
];

interface WatchActingOptions {
  readonly root: string;
  readonly log: Log;
  /** What it rejects with is logged. */
  readonly changed: () => Promise<void>;
}

/** Begins at once. A folder that cannot be watched is logged and left out. */
export function watchActing(options: WatchActingOptions): Disposable {
  return new ActingWatcher(options);
}

class ActingWatcher implements Disposable {
  readonly #options: WatchActingOptions;
  readonly #watchers = new Map<string, { readonly watcher: FSWatcher; readonly inode: number }>();
  #timer: NodeJS.Timeout | null = null;
  #disposed = false;

  constructor(options: WatchActingOptions) {
    this.#options = options;
    this.#watchAll();
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const folder of this.#watchers.keys()) this.#close(folder);
  }

  /** A folder that was removed and made again is another one: its watcher hears nothing more. */
  #watchAll(): void {
    for (const [folder, names] of FOLDERS) {
      const absolute = path.join(this.#options.root, folder);
      const inode = inodeOf(absolute);
      const known = this.#watchers.get(folder);
      if (known !== undefined && known.inode === inode) continue;
      this.#close(folder);
      if (inode !== null) this.#watch(folder, { absolute, inode, names });
    }
  }

  #watch(folder: string, at: { readonly absolute: string; readonly inode: number; readonly names: ReadonlySet<string> | null }): void {
    try {
      const watcher = watch(at.absolute, { persistent: false }, (_event, name) => {
        if (name === null || at.names === null || at.names.has(name)) this.#later();
      });
      watcher.on('error', () => this.#close(folder)); // It was removed: the folder above tells.
      this.#watchers.set(folder, { watcher, inode: at.inode });
    } catch (error) {
      this.#options.log.debug('a folder of agents or workflows is not watched', { folder, reason: String(error) });
    }
  }

  #close(folder: string): void {
    this.#watchers.get(folder)?.watcher.close();
    this.#watchers.delete(folder);
  }

  #later(): void {
    if (this.#disposed) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      // First, so that nothing that changes from here on is missed.
      this.#watchAll();
      this.#options.changed().catch((error: unknown) => {
        if (!this.#disposed) this.#options.log.error('changed agents and workflows could not be read', {}, error);
      });
    }, QUIET_MS);
  }
}

/** Null when no folder is there, or none that this user may see. */
function inodeOf(folder: string): number | null {
  try {
    const stat = statSync(folder, { throwIfNoEntry: false });
    return stat?.isDirectory() === true ? stat.ino : null;
  } catch {
    return null; // a link in a circle, a folder of others: there is nothing to watch
  }
}
