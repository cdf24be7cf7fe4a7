// The connection to the store's worker: this thread never waits for the disk.

import { Worker } from 'node:worker_threads';
import { fromErrorView } from '#base/errors.ts';
import type { Batch, SqlRow, Statement, StoreConnection } from '#core/store/connection.ts';
import { sqliteDialect } from '#core/store/dialect.ts';
import { storeClosed } from '#core/store/errors.ts';
import type { Answers, Opened, Reply, Request, WorkerSetup } from '#node/sqlite/frames.ts';
import { GroupCommit } from '#node/sqlite/groupCommit.ts';
import type { SqliteModules } from '#node/sqlite/locate.ts';
import { BatchPacker } from '#node/sqlite/packedBatches.ts';
import type { Durability } from '#protocol/storeCare.ts';

interface Pending {
  resolve(value: never): void;
  reject(error: unknown): void;
}

type Ask = { [K in Request['kind']]: Omit<Extract<Request, { kind: K }>, 'id'> }[Request['kind']];

/** Starts the worker and waits until the file is open. Throws `store.openFailed`, `store.damaged` or `store.closed`. */
export async function connectWorker(modules: SqliteModules, file: string, durability: Durability = 'full'): Promise<WorkerConnection> {
  const setup: WorkerSetup = { file, durability, sqlJs: modules.sqlJs };
  // Flags of the editor's own process (a debugger's port) must not be inherited.
  const worker = new Worker(modules.worker, { name: 'cas-store', workerData: setup, execArgv: [] });
  const connection = new WorkerConnection(worker);
  try {
    await connection.opened;
    return connection;
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

export class WorkerConnection implements StoreConnection {
  readonly dialect = sqliteDialect;
  /** Settles with the worker's first message. */
  readonly opened: Promise<void>;
  readonly #worker: Worker;
  readonly #exited: Promise<unknown>;
  readonly #pending = new Map<number, Pending>();
  readonly #packer = new BatchPacker();
  readonly #commits = new GroupCommit((batches) => this.#ask<'commit'>({ kind: 'commit', batches: this.#packer.pack(batches) }));
  #lastId = 0;
  #closing: Promise<void> | null = null;
  #ended: string | null = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#exited = new Promise((resolve) => {
      worker.once('exit', resolve);
    });
    this.opened = new Promise((resolve, reject) => {
      this.#pending.set(0, { resolve, reject });
    });
    worker.on('message', (message: Reply | Opened) => this.#receive(message));
    worker.on('error', (error) => this.#end(`its worker failed (${error.message})`));
    worker.on('exit', () => this.#end('its worker ended'));
  }

  async commit(batch: Batch): Promise<void> {
    this.#checkOpen();
    await this.#commits.add(batch);
  }

  async read(statement: Statement): Promise<readonly SqlRow[]> {
    this.#checkOpen();
    return this.#ask<'read'>({ kind: 'read', statement });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#commits.idle();
    try {
      if (this.#ended === null) await this.#ask<'close'>({ kind: 'close' });
    } finally {
      await this.#exited;
    }
  }

  #checkOpen(): void {
    if (this.#closing) throw storeClosed({ reason: 'it was closed' });
  }

  #ask<K extends Request['kind']>(request: Ask): Promise<Answers[K]> {
    if (this.#ended !== null) return Promise.reject(storeClosed({ reason: this.#ended }));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<Answers[K]>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
      this.#worker.postMessage({ ...request, id });
    });
  }

  #receive(message: Reply | Opened): void {
    if ('opened' in message) {
      this.#settle(0, message.opened ? { error: message.opened } : { value: null });
      return;
    }
    this.#settle(message.id, message);
  }

  #settle(
    id: number,
    outcome: { readonly value: Answers[Request['kind']] } | { readonly error: Parameters<typeof fromErrorView>[0] },
  ): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if ('error' in outcome) pending?.reject(fromErrorView(outcome.error));
    else pending?.resolve(outcome.value as never);
  }

  /** What was asked and not answered may or may not be stored; it is reported as failed. */
  #end(reason: string): void {
    this.#ended ??= reason;
    const error = storeClosed({ reason: this.#ended });
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
