// The real files behind SQLite: open files with a position, over Node's synchronous calls.
// Every call on a file passes `before`, where tests watch the disk and make it fail.

import fs from 'node:fs';

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

interface OpenFile {
  readonly fd: number;
  readonly path: string;
  position: number;
}

/** Numbers below this belong to Emscripten's own in-memory files. */
const FIRST_FD = 1 << 20;

/** Answers that SQLite asks for and that are no fault: is there a journal, may I create it. */
const EXPECTED = new Set(['ENOENT', 'EEXIST']);

export class HostFiles {
  readonly #hooks: FileHooks;
  readonly #open = new Map<number, OpenFile>();
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
    const fd = this.#guard({ kind: 'open', path }, () => fs.openSync(path, flags, mode));
    this.#nextFd += 1;
    this.#open.set(this.#nextFd, { fd, path, position: 0 });
    return this.#nextFd;
  }

  close(id: number): void {
    const file = this.#file(id);
    this.#open.delete(id);
    fs.closeSync(file.fd);
  }

  /** Gives up all files without a word to SQLite: closing a connection whose WAL is gone would write it again. */
  abandon(): void {
    for (const id of this.#open.keys()) this.close(id);
  }

  /** Bytes read; fewer than asked at the end of the file. */
  read(id: number, into: readonly Uint8Array[]): number {
    const file = this.#file(id);
    return this.#guard({ kind: 'read', path: file.path }, () =>
      transfer(file, into, (fd, bytes, at) => fs.readSync(fd, bytes, 0, bytes.length, at)),
    );
  }

  write(id: number, from: readonly Uint8Array[]): number {
    const file = this.#file(id);
    const operation: FileOperation = { kind: 'write', path: file.path, offset: file.position, data: from };
    return this.#guard(operation, () => transfer(file, from, (fd, bytes, at) => fs.writeSync(fd, bytes, 0, bytes.length, at)));
  }

  seek(id: number, offset: number, from: 'start' | 'current' | 'end'): number {
    const file = this.#file(id);
    const base = { start: () => 0, current: () => file.position, end: () => fs.fstatSync(file.fd).size }[from]();
    file.position = base + offset;
    return file.position;
  }

  /**
   * What this confirms must be findable under its name. A SQLite that ignored our lock may have checkpointed and deleted the
   * live journal, or a person the whole folder: then the commit fails instead of being acknowledged into an unlinked file.
   */
  sync(id: number): void {
    const { fd, path } = this.#file(id);
    this.#guard({ kind: 'sync', path }, () => fs.fsyncSync(fd));
    for (const file of this.#open.values()) {
      if (fs.fstatSync(file.fd).nlink > 0) continue;
      this.#fault = { code: REMOVED, path: file.path };
      throw Object.assign(new Error(`${file.path} was deleted`), { code: 'EIO' });
    }
  }

  /** Makes durable which files are in the folder. Windows has no such call and needs none. */
  syncFolder(folder: string): void {
    if (process.platform === 'win32') return;
    const id = this.open(folder, fs.constants.O_RDONLY, 0);
    try {
      this.sync(id);
    } finally {
      this.close(id);
    }
  }

  truncate(id: number, size: number): void {
    const { fd, path } = this.#file(id);
    this.#guard({ kind: 'truncate', path, offset: size }, () => fs.ftruncateSync(fd, size));
  }

  stat(id: number): fs.Stats {
    return fs.fstatSync(this.#file(id).fd);
  }

  unlink(path: string): void {
    this.#guard({ kind: 'unlink', path }, () => fs.unlinkSync(path));
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

/** Stops at the first short transfer; SQLite asks again for the rest and then meets the error itself. */
function transfer(file: OpenFile, buffers: readonly Uint8Array[], move: (fd: number, bytes: Uint8Array, at: number) => number): number {
  let total = 0;
  for (const bytes of buffers) {
    const moved = move(file.fd, bytes, file.position);
    file.position += moved;
    total += moved;
    if (moved < bytes.length) break;
  }
  return total;
}
