// The lock that makes one process the owner of a store. The kernel drops it when the process dies, kill -9 included.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Disposable, toDisposable } from '#base/disposable.ts';
import { storeLocked, storeLockUnavailable, storeOpenElsewhere, storeOpenFailed } from '#core/store/errors.ts';
import { errorCode } from '#node/sqlite/hostFiles.ts';

const { O_RDWR, O_CREAT, O_NONBLOCK } = fs.constants;
/** From <fcntl.h> of macOS: open and lock in one call. Node does not name it. */
const O_EXLOCK_DARWIN = 0x20;
/** libuv's flag for a file that nobody else may open. */
const UV_FS_O_EXLOCK_WIN32 = 0x10000000;
const PRIVATE_MODE = 0o600;

/** How long a new owner may take to write its name after the kernel gave it the lock. */
const OWNER_SIGNS_WITHIN_MS = 500;
const OWNER_POLL_MS = 25;

/**
 * Takes the lock file `${file}.lock` and writes this process's id into it. Throws `store.locked` with the owner's pid when
 * another holds it, `store.lockUnavailable` when this machine or file system has no such lock.
 */
export async function acquireLock(file: string): Promise<Disposable> {
  const lockFile = `${file}.lock`;
  const fd = await lockedFile(lockFile, file);
  if (fd === null) throw storeLocked({ file, pid: await readOwner(lockFile) });
  try {
    fs.ftruncateSync(fd);
    fs.writeSync(fd, String(process.pid), 0);
    if (process.platform === 'win32') fs.writeFileSync(ownerFile(lockFile), String(process.pid));
  } catch (error) {
    fs.closeSync(fd);
    throw storeLockUnavailable({ file, reason: errorCode(error) }, error);
  }
  return toDisposable(() => {
    fs.ftruncateSync(fd);
    fs.closeSync(fd);
  });
}

/**
 * Best effort: SQLite's own lock bytes on the database file, so that a sqlite3 shell or a viewer says "database is locked"
 * instead of checkpointing under us. Null where it cannot be had (not Linux, no perl). Throws `store.locked` when such a
 * program has the file open already.
 */
export async function lockAgainstForeignSqlite(file: string): Promise<Disposable | null> {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return null;
  let fd: number;
  try {
    fd = fs.openSync(file, O_RDWR | O_CREAT, PRIVATE_MODE);
  } catch (error) {
    throw storeOpenFailed({ file, reason: errorCode(error) }, error);
  }
  const status = await runOnFile(['perl', '-e', OPEN_FILE_LOCK], fd);
  if (status === 0) return toDisposable(() => fs.closeSync(fd));
  fs.closeSync(fd);
  if (status === LOCK_REFUSED) throw storeOpenElsewhere({ file });
  return null;
}

const LOCK_REFUSED = 3;
/**
 * fcntl(F_OFD_SETLK) with a write lock on SQLite's range (PENDING_BYTE = 0x40000000, 512 bytes). Such a lock belongs to the open
 * file that we share with the helper, so it stays when the helper has gone. The layout is `struct flock` of 64-bit Linux.
 */
const OPEN_FILE_LOCK = `open(my $h, "+<&=", 3) or exit 2;
  my $lock = pack("s s x4 q q l x4", 1, 0, 0x40000000, 512, 0);
  fcntl($h, 37, $lock) or exit ${LOCK_REFUSED};`;

/** Null: another process has it. */
async function lockedFile(lockFile: string, file: string): Promise<number | null> {
  const platformFlags = { darwin: O_EXLOCK_DARWIN | O_NONBLOCK, win32: UV_FS_O_EXLOCK_WIN32 }[process.platform as string] ?? 0;
  let fd: number;
  try {
    fd = fs.openSync(lockFile, O_RDWR | O_CREAT | platformFlags, PRIVATE_MODE);
  } catch (error) {
    const code = errorCode(error);
    if (platformFlags !== 0 && ['EAGAIN', 'EWOULDBLOCK', 'EBUSY'].includes(code)) return null;
    throw storeLockUnavailable({ file, reason: code }, error);
  }
  if (platformFlags !== 0 || (await lockThroughChild(fd, file))) return fd;
  fs.closeSync(fd);
  return null;
}

/**
 * flock(2) belongs to the open file, which a child that is given our descriptor shares: it takes the lock for us and may go.
 * False: another process has it.
 */
async function lockThroughChild(fd: number, file: string): Promise<boolean> {
  for (const argv of FLOCK_PROGRAMS) {
    const status = await runOnFile(argv, fd);
    if (status === 0) return true;
    if (status === 1) return false;
    if (status !== null) {
      fs.closeSync(fd);
      throw storeLockUnavailable({ file, reason: `${argv[0]} ended with ${status}; does this file system have locks?` });
    }
  }
  fs.closeSync(fd);
  throw storeLockUnavailable({ file, reason: 'neither "flock" (util-linux) nor "perl" is installed' });
}

/** Each ends with 0 when it has the lock and with 1 when another process has. LOCK_EX | LOCK_NB is 6 on Linux. */
const FLOCK_PROGRAMS: readonly (readonly [string, ...string[]])[] = [
  ['flock', '-x', '-n', '3'],
  ['perl', '-e', 'open(my $h, "+<&=", 3) or exit 2; flock($h, 6) or exit($!{EWOULDBLOCK} ? 1 : 2);'],
];

/** The exit status of a program that finds the file as its descriptor 3, -1 after a signal; null when it cannot be started. */
async function runOnFile([program, ...args]: readonly [string, ...string[]], fd: number): Promise<number | null> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore', fd] });
  try {
    const [status] = (await once(child, 'exit')) as [number | null];
    return status ?? -1;
  } catch {
    // The only error event of a child that was never sent anything: it could not be started.
    return null;
  }
}

/** On Windows nobody can read the locked file, so the owner's id lies beside it. */
function ownerFile(lockFile: string): string {
  return process.platform === 'win32' ? `${lockFile}.pid` : lockFile;
}

/** Null when the owner has not signed in time. A dead process's id is that of the owner before. */
async function readOwner(lockFile: string): Promise<number | null> {
  for (let waitedMs = 0; waitedMs < OWNER_SIGNS_WITHIN_MS; waitedMs += OWNER_POLL_MS) {
    const pid = fs.existsSync(ownerFile(lockFile)) ? Number.parseInt(fs.readFileSync(ownerFile(lockFile), 'utf8'), 10) : 0;
    if (pid > 0 && isAlive(pid)) return pid;
    await delay(OWNER_POLL_MS);
  }
  return null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
