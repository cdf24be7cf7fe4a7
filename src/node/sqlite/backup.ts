// The open store's file: its sizes, backups while runs go on, and compaction by a checked copy that takes its place.

import fs from 'node:fs';
import path from 'node:path';
import type { Disposable } from '#base/disposable.ts';
import { backupExists, backupFailed } from '#core/store/care/backupErrors.ts';
import type { Batch, SqlRow, Statement, StoreConnection, StoreFile } from '#core/store/connection.ts';
import { storeClosed } from '#core/store/errors.ts';
import { type Checked, type OpenDatabase, reasonOf, removeDatabase, syncFolderOf, writeCheckedCopy } from '#node/sqlite/checkedCopy.ts';
import { Gate } from '#node/sqlite/gate.ts';
import type { Durability } from '#protocol/storeCare.ts';

/** An open database and what keeps other programs away from its file. */
export interface Opened {
  readonly connection: StoreConnection;
  readonly guard: Disposable;
}

export interface CaredConnectionOptions {
  readonly file: string;
  readonly durability: Durability;
  readonly opened: Opened;
  /** Opens `file` again after it was replaced. */
  readonly reopen: () => Promise<Opened>;
  /** Opens a copy, to check it. */
  readonly openCopy: OpenDatabase;
}

/** Owns what is open: closing it closes the database, then lets go of the guard. */
export class CaredConnection implements StoreConnection {
  readonly dialect: StoreConnection['dialect'];
  readonly file: StoreFile;
  readonly #options: CaredConnectionOptions;
  readonly #gate = new Gate();
  /** The reason when the file could not be opened again. */
  #opened: Opened | string;
  #closing: Promise<void> | null = null;

  constructor(options: CaredConnectionOptions) {
    const { file, durability, opened } = options;
    this.#options = options;
    this.#opened = opened;
    this.dialect = opened.connection.dialect;
    this.file = {
      path: file,
      durability,
      sizes: () => this.#gate.through(() => this.#sizes()),
      aside: async () => listAside(file),
      backup: (to) => this.#gate.through(() => this.#backup(to)),
      compact: () => this.#gate.alone(() => this.#compact()),
    };
  }

  commit(batch: Batch): Promise<void> {
    return this.#gate.through(async () => this.#connection.commit(batch));
  }

  read(statement: Statement): Promise<readonly SqlRow[]> {
    return this.#gate.through(async () => this.#connection.read(statement));
  }

  close(): Promise<void> {
    this.#closing ??= this.#gate.through(() => this.#close());
    return this.#closing;
  }

  get #connection(): StoreConnection {
    if (typeof this.#opened === 'string') throw storeClosed({ reason: this.#opened });
    return this.#opened.connection;
  }

  async #close(): Promise<void> {
    if (typeof this.#opened === 'string') return;
    const { connection, guard } = this.#opened;
    try {
      await connection.close();
    } finally {
      guard.dispose();
    }
  }

  async #sizes(): ReturnType<StoreFile['sizes']> {
    const sql = 'SELECT freelist_count * page_size AS freeBytes FROM pragma_freelist_count, pragma_page_size';
    const [row] = await this.#connection.read({ sql, parameters: [] });
    const { file } = this.#options;
    return { databaseBytes: sizeOf(file), journalBytes: sizeOf(`${file}-wal`), freeBytes: Number(row?.['freeBytes'] ?? 0) };
  }

  async #backup(to: string): Promise<Checked & { readonly bytes: number }> {
    if (fs.existsSync(to)) throw backupExists({ file: to });
    const partial = `${to}.partial`;
    const checked = await writeCheckedCopy(this.#connection, partial, this.#options.openCopy);
    try {
      // Whatever came there meanwhile stays.
      if (fs.existsSync(to)) throw backupExists({ file: to });
      fs.renameSync(partial, to);
      syncFolderOf(to);
      return { ...checked, bytes: sizeOf(to) };
    } finally {
      removeDatabase(partial);
    }
  }

  /** Nobody else is at work: what the copy holds is all there is. */
  async #compact(): Promise<void> {
    const { file, openCopy, reopen } = this.#options;
    const copy = `${file}.compacting`;
    await writeCheckedCopy(this.#connection, copy, openCopy);
    try {
      await this.#close();
      // Closing folds the journal into the old file. Were one left, it would be taken for the new file's own.
      if (fs.existsSync(`${file}-wal`)) throw new Error('its journal could not be folded in');
      syncFolderOf(file);
      fs.renameSync(copy, file);
      syncFolderOf(file);
    } catch (error) {
      throw backupFailed({ file: copy, reason: reasonOf(error) }, error);
    } finally {
      removeDatabase(copy);
      await this.#reopen(reopen);
    }
  }

  async #reopen(reopen: CaredConnectionOptions['reopen']): Promise<void> {
    try {
      this.#opened = await reopen();
    } catch (error) {
      this.#opened = `it could not be opened again (${reasonOf(error)})`;
      throw error;
    }
  }
}

function listAside(file: string): readonly { readonly file: string; readonly bytes: number }[] {
  const [folder, start] = [path.dirname(file), `${path.basename(file)}.`];
  const names = fs.readdirSync(folder).filter((name) => name.startsWith(start) && ASIDE.test(name.slice(start.length)));
  return names.sort().map((name) => ({ file: path.join(folder, name), bytes: sizeOf(path.join(folder, name)) }));
}

const ASIDE = /^(?:damaged|replaced)-[^/]*Z$/;

const sizeOf = (file: string): number => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
