// A ceiling on processes that also holds for root, whom Linux's own limit does not count: a control group of the command's own.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const MOUNT = '/sys/fs/cgroup';
/** Missing where the kernel has no control groups. */
const OWN_GROUPS = '/proc/self/cgroup';

export interface ProcessLimit {
  /** The command, begun inside the group. */
  readonly argv: readonly [string, ...string[]];
  /** After the last of its processes ended. */
  dispose(): void;
}

/**
 * Null where it is not needed (another user than root, for whom RLIMIT_NPROC counts), or where the system does not let
 * this process make groups: the watch over the tree then stands alone.
 */
export function limitProcesses(argv: readonly string[], max: number): ProcessLimit | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const parent = existsSync(OWN_GROUPS) ? groupFolder() : null;
  if (parent === null) return null;
  const folder = path.join(parent, `cas-${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'pids.max'), String(max));
  } catch {
    // Read-only or not ours to divide.
    remove(folder);
    return null;
  }
  return {
    argv: ['/bin/sh', '-c', 'echo 0 > "$0" || exit 126; exec "$@"', path.join(folder, 'cgroup.procs'), ...argv],
    dispose: () => remove(folder),
  };
}

/** Of this process, in the hierarchy that counts processes. */
function groupFolder(): string | null {
  const lines = readFileSync(OWN_GROUPS, 'utf8').split('\n');
  const v1 = lines.map((line) => /^\d+:(?:[^:]*,)?pids(?:,[^:]*)?:(.*)$/.exec(line)?.[1]).find((found) => found !== undefined);
  if (v1 !== undefined) return existing(path.join(MOUNT, 'pids', v1));
  const v2 = lines.map((line) => /^0::(.*)$/.exec(line)?.[1]).find((found) => found !== undefined);
  const folder = v2 === undefined ? null : existing(path.join(MOUNT, v2));
  const divides = folder !== null && readFileSync(path.join(folder, 'cgroup.subtree_control'), 'utf8').split(/\s+/).includes('pids');
  return divides ? folder : null;
}

function existing(folder: string): string | null {
  return existsSync(path.join(folder, 'cgroup.procs')) ? folder : null;
}

/** A group that still has a process stays: it holds nothing but a name, and goes with the machine. */
function remove(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not there, or not empty yet.
  }
}
