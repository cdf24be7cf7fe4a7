// The real files behind SQLite: open files with a position, over Node's synchronous calls.
// Every call on a file passes `before`, where tests watch the disk and make it fail. Writes that follow one another are
// held back and reach the system as one, before any other operation on any file and with the last page of a commit: SQLite
// writes each page of a commit in two. A commit is with the system, and so survives this process, when SQLite takes it for done.

import fs from 'node:fs';
import { cannotSyncFolder } from '#node/ports/fileErrors.ts';
import { HeldWrites, type JournalState, type OpenFile } from '#node/sqlite/heldWrites.ts';
import { endsCommit, reserveAfter } from '#node/sqlite/journalFile.ts';

export interface FileOperation {
  readonly kind: 'open' | 'read' | 'write' | 'sync' | 'truncate' | 'unlink';
  readonly path: string;
  /** Where a write begins, or the size after a truncation. */
  readonly offset?: number;
  /** What is written, to be copied at once: the memory is SQLite's. */
  readonly data?: readonly Uint8Array[];
}

/** Tests only: to record what reaches the disk, and to refuse it. */
export interface FileHooks {
  /** Called before each operation; what it throws (an error with a `code`) is what the disk answers. */
  before?(operation: FileOperation): void;
}

/** The last refusal of the disk: SQLite's own message does not say which file and why. */
export interface DiskFault {
  /** `ENOSPC`, `EIO`, …, or REMOVED. */
  readonly code: string;
  readonly path: string;
}

/** The code of the fault when another program deleted the file under us. */
export const REMOVED = 'REMOVED';

/** Numbers below this belong to Emscripten's own in-memory files. */
const FIRST_FD = 1 << 20;

/** Answers that SQLite asks for and that are no fault: is there a journal, may I create it. */
const EXPECTED = new Set(['ENOENT', 'EEXIST']);

export class HostFiles {
  readonly #hooks: FileHooks;
  readonly #open = new Map<number, OpenFile>();
  readonly #held = new HeldWrites();
  #nextFd = FIRST_FD;
  #fault: DiskFault | null = null;

  constructor(hooks: FileHooks) {
    this.#hooks = hooks;
  }

  /** The fault since the last call, and forgets it. */
  takeFault(): DiskFault | null {
    const fault = this.#fault;
    this.#fault = null;
    return fault;
  }

  has(fd: number): boolean {
    return this.#open.has(fd);
  }

  open(path: string, flags: number, mode: number): number {
    this.#flush();
    const fd = this.#guard({ kind: 'open', path }, () => fs.openSync(path, flags, mode));
    this.#nextFd += 1;
    const journal: JournalState | null = path.endsWith('-wal') ? { endsCommit: false, end: fs.fstatSync(fd).size } : null;
    this.#open.set(this.#nextFd, { fd, path, position: 0, journal });
    return this.#nextFd;
  }

  close(id: number): void {
    const file = this.#file(id);
    try {
      this.#flush();
    } finally {
      this.#open.delete(id);
      fs.closeSync(file.fd);
    }
  }

  /** Gives up all files without a word to SQLite: closing a connection whose WAL is gone would write it again. */
  abandon(): void {
    this.#held.take();
    for (const id of this.#open.keys()) this.close(id);
  }

  /** Bytes read; fewer than asked at the end of the file. */
  read(id: number, into: readonly Uint8Array[]): number {
    const file = this.#file(id);
    this.#flush();
    return this.#guard({ kind: 'read', path: file.path }, () => {
      let total = 0;
      for (const bytes of into) {
        const count = fs.readSync(file.fd, bytes, 0, bytes.length, file.position);
        file.position += count;
        total += count;
        if (count < bytes.length) break;
      }
      return total;
    });
  }

  /** Takes all of it. What the disk refuses is thrown by the next operation, at the latest with the last page of the commit. */
  write(id: number, from: readonly Uint8Array[]): number {
    const file = this.#file(id);
    const before = file.position;
    for (const bytes of from) {
      for (let done = 0; done < bytes.length;) {
        const taken = this.#held.add(file, bytes.subarray(done));
        if (taken === 0) this.#flush();
        file.position += taken;
        done += taken;
      }
    }
    if (file.journal) this.#followCommit(file, file.journal, from);
    return file.position - before;
  }

  /**
   * What a commit confirms must be findable under its name. A SQLite that ignored our lock may have checkpointed and deleted the
   * live journal, or a person the whole folder: then the commit fails instead of being acknowledged into an unlinked file.
   */
  #followCommit(file: OpenFile, journal: JournalState, written: readonly Uint8Array[]): void {
    const isLast = journal.endsCommit;
    journal.endsCommit = !isLast && endsCommit(written);
    if (!isLast) return;
    this.#flush();
    this.#checkNamed(file);
  }

  seek(id: number, offset: number, from: 'start' | 'current' | 'end'): number {
    const file = this.#file(id);
    if (from === 'end') this.#flush();
    const end = from === 'end' ? fs.fstatSync(file.fd).size : 0;
    file.position = offset + (from === 'current' ? file.position : end);
    return file.position;
  }

  sync(id: number): void {
    const { fd, path } = this.#file(id);
    this.#flush();
    this.#guard({ kind: 'sync', path }, () => fs.fsyncSync(fd));
    for (const file of this.#open.values()) this.#checkNamed(file);
  }

  #checkNamed({ fd, path }: OpenFile): void {
    if (fs.fstatSync(fd).nlink > 0) return;
    this.#fault = { code: REMOVED, path };
    throw Object.assign(new Error(`${path} was deleted`), { code: 'EIO' });
  }

  /** Makes durable which files are in the folder, where the file system can. Windows has no such call and needs none. */
  syncFolder(folder: string): void {
    if (process.platform === 'win32') return;
    const id = this.open(folder, fs.constants.O_RDONLY, 0);
    try {
      this.sync(id);
    } catch (error) {
      if (!cannotSyncFolder(error)) throw error;
      this.#fault = null;
    } finally {
      this.close(id);
    }
  }

  truncate(id: number, size: number): void {
    const { fd, path, journal } = this.#file(id);
    this.#flush();
    this.#guard({ kind: 'truncate', path, offset: size }, () => fs.ftruncateSync(fd, size));
    if (journal) journal.end = size;
  }

  stat(id: number): fs.Stats {
    this.#flush();
    return fs.fstatSync(this.#file(id).fd);
  }

  unlink(path: string): void {
    this.#flush();
    this.#guard({ kind: 'unlink', path }, () => fs.unlinkSync(path));
  }

  /** What is refused is dropped: SQLite undoes the transaction, and its next one writes that part of the file again. */
  #flush(): void {
    const write = this.#held.take();
    if (!write) return;
    const { file, offset, bytes } = write;
    const { journal } = file;
    if (journal && offset + bytes.length > journal.end) this.#reserve(file, journal, offset + bytes.length);
    this.#write(file, offset, bytes);
  }

  /** Zeros ahead of a journal that grows. Without room for them it does without. */
  #reserve(file: OpenFile, journal: JournalState, needed: number): void {
    const zeros = reserveAfter(needed);
    try {
      this.#write(file, needed, zeros);
      journal.end = needed + zeros.length;
    } catch {
      // Only to be faster: whatever is wrong with the disk, the write that follows says so. It is asked again when that is full.
      this.#fault = null;
      journal.end = needed;
    }
  }

  #write(file: OpenFile, offset: number, bytes: Uint8Array): void {
    this.#guard({ kind: 'write', path: file.path, offset, data: [bytes] }, () => {
      for (let done = 0; done < bytes.length;) done += fs.writeSync(file.fd, bytes, done, bytes.length - done, offset + done);
    });
  }

  #file(id: number): OpenFile {
    const file = this.#open.get(id);
    if (!file) throw Object.assign(new Error(`no open file ${id}`), { code: 'EBADF' });
    return file;
  }

  #guard<T>(operation: FileOperation, run: () => T): T {
    try {
      this.#hooks.before?.(operation);
      return run();
    } catch (error) {
      const code = errorCode(error);
      if (!EXPECTED.has(code)) this.#fault = { code, path: operation.path };
      throw error;
    }
  }
}

export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'EIO';
}
