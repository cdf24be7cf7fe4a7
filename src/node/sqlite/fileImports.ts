// Replacements for the file imports of the sql.js module: paths under /host/ are real files, all else stays Emscripten's.

import fs from 'node:fs';
import path from 'node:path';
import { errorCode, type HostFiles } from '#node/sqlite/hostFiles.ts';
import { type ImportName, wasiErrno } from '#node/sqlite/importTable.ts';
import type { WasmMemory } from '#node/sqlite/wasmMemory.ts';

/** Emscripten passes numbers, and bigints for 64-bit offsets. */
type Import = (...args: never[]) => number;
export type Imports = { readonly [N in ImportName]: Import };

const PREFIX = '/host/';

/** The name under which SQLite sees a real file. */
export function toVirtualPath(file: string): string {
  return PREFIX + path.resolve(file).replaceAll('\\', '/').replace(/^\//, '');
}

function toRealPath(virtual: string): string {
  return (process.platform === 'win32' ? '' : '/') + virtual.slice(PREFIX.length);
}

const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC } = fs.constants;

/** From musl's flags to the platform's. */
function openFlags(flags: number): number {
  const access = [O_RDONLY, O_WRONLY, O_RDWR][flags & 3] ?? O_RDWR;
  return access | (flags & 0o100 ? O_CREAT : 0) | (flags & 0o200 ? O_EXCL : 0) | (flags & 0o1000 ? O_TRUNC : 0);
}

const WHENCE = ['start', 'current', 'end'] as const;
const F_GETLK = 12;
const F_UNLCK = 2;
/** Whatever SQLite asks for: a store holds what people and models wrote. */
const PRIVATE_MODE = 0o600;

export function createFileImports(files: HostFiles, memory: WasmMemory, originals: Imports): Imports {
  /** A system call with the path in argument `index`: a negative error number on failure. */
  const onPath = (name: ImportName, index: number, run: (real: string, args: readonly number[]) => number): Import => {
    const original = originals[name] as (...args: number[]) => number;
    return (...args: number[]) => {
      const virtual = memory.text(args[index] ?? 0);
      if (!virtual.startsWith(PREFIX)) return original(...args);
      return attempt(() => run(toRealPath(virtual), args), -1);
    };
  };
  /** A call on an open file. WASI calls (`fd_*`) fail with a positive error number, system calls with a negative one. */
  const onFile = (name: ImportName, sign: 1 | -1, run: (id: number, a: number, b: number, c: number) => number): Import => {
    const original = originals[name] as (...args: (number | bigint)[]) => number;
    return (...args: (number | bigint)[]) => {
      const [id = -1, a = 0, b = 0, c = 0] = args;
      return files.has(Number(id)) ? attempt(() => run(Number(id), Number(a), Number(b), Number(c)), sign) : original(...args);
    };
  };
  const putStat = (pointer: number, stats: fs.Stats): number => {
    memory.putStat(pointer, stats);
    return 0;
  };
  const putSize = (pointer: number, size: number): number => {
    memory.view.setUint32(pointer, size, true);
    return 0;
  };
  const nothing = (): number => 0;

  return {
    openat: onPath('openat', 1, (real, [, , flags = 0]) => files.open(real, openFlags(flags), PRIVATE_MODE)),
    close: onFile('close', 1, (id) => {
      files.close(id);
      return 0;
    }),
    read: onFile('read', 1, (id, iov, count, out) => putSize(out, files.read(id, memory.buffers(iov, count)))),
    write: onFile('write', 1, (id, iov, count, out) => putSize(out, files.write(id, memory.buffers(iov, count)))),
    seek: onFile('seek', 1, (id, offset, whence, out) => {
      memory.view.setBigInt64(out, BigInt(files.seek(id, offset, WHENCE[whence] ?? 'start')), true);
      return 0;
    }),
    sync: onFile('sync', 1, (id) => {
      files.sync(id);
      return 0;
    }),
    truncate: onFile('truncate', -1, (id, size) => {
      files.truncate(id, size);
      return 0;
    }),
    fstat: onFile('fstat', -1, (id, pointer) => putStat(pointer, files.stat(id))),
    // One kernel lock is taken at open and held for the life of the connection (lock.ts), so in here locking always succeeds.
    fcntl: onFile('fcntl', -1, (_id, command, rest) => {
      if (command === F_GETLK) memory.view.setInt16(memory.view.getUint32(rest, true), F_UNLCK, true);
      return 0;
    }),
    fchmod: onFile('fchmod', -1, nothing),
    fchown: onFile('fchown', -1, nothing),
    stat: onPath('stat', 0, (real, [, pointer = 0]) => putStat(pointer, fs.statSync(real))),
    // Follows links too: SQLite then never asks where a link leads, and the file is found all the same.
    lstat: onPath('lstat', 0, (real, [, pointer = 0]) => putStat(pointer, fs.statSync(real))),
    fstatat: onPath('fstatat', 1, (real, [, , pointer = 0]) => putStat(pointer, fs.statSync(real))),
    unlinkat: onPath('unlinkat', 1, (real) => {
      files.unlink(real);
      return 0;
    }),
    access: onPath('access', 1, (real) => {
      fs.accessSync(real);
      return 0;
    }),
    utimens: onPath('utimens', 1, nothing),
  };
}

function attempt(run: () => number, sign: 1 | -1): number {
  try {
    return run();
  } catch (error) {
    return sign * wasiErrno(errorCode(error));
  }
}
