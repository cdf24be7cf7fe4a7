// The Linux sandbox: a command sees the system read-only, its own tree read-write, no network and no other process.

import { spawn } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { findProgram } from '#node/ports/toolchains.ts';

/** Roots of the system; on merged systems some are links into /usr and stay links. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
const SYSTEM_IF_THERE = ['/nix/store', '/run/current-system', '/gnu/store'];

/** No passwords, keys or tokens: what programs need to start, name users, find certificates and tell the time. */
const ETC = (
  'alternatives ld.so.cache ld.so.conf ld.so.conf.d passwd group nsswitch.conf localtime timezone ssl ca-certificates ' +
  'pki crypto-policies mime.types services protocols os-release debian_version fonts java python3 perl maven/m2.conf maven/logging'
)
  .split(' ')
  .map((name) => `/etc/${name}`);

/** Debian keeps the settings that every Java needs to start in a folder of each version: `/etc/java-17-openjdk`. */
function javaSettings(): readonly string[] {
  const names = existsSync('/etc') ? readdirSync('/etc') : [];
  return names.filter((name) => /^java-\d+-[a-z]+$/.test(name)).map((name) => `/etc/${name}`);
}
const ETC_NETWORK = ['/etc/resolv.conf', '/etc/hosts', '/etc/host.conf', '/etc/gai.conf', '/run/systemd/resolve'];

const ISOLATION = (
  '--unshare-all --die-with-parent --new-session --cap-drop ALL --hostname sandbox ' +
  '--proc /proc --dev /dev --tmpfs /tmp --tmpfs /dev/shm'
).split(' ');

export interface SandboxPlan {
  /** Absolute folder the command may write in; the scratch tree. */
  readonly writable: string;
  /** Absolute folder to start in, inside `writable`. */
  readonly cwd: string;
  /** Becomes an empty folder in memory. */
  readonly home: string;
  readonly readOnly: readonly string[];
  readonly network: boolean;
}

/**
 * Arguments of `bwrap`, up to and without the command. Everything ends with bwrap, and bwrap with the process that
 * started it. `/tmp` and HOME are in memory and gone afterwards.
 */
export function bubblewrapArguments(plan: SandboxPlan): readonly string[] {
  const optional = [...SYSTEM_IF_THERE, ...ETC, ...javaSettings(), ...(plan.network ? ETC_NETWORK : [])];
  const folders = plan.readOnly.toSorted((a, b) => a.length - b.length);
  return [
    ISOLATION,
    plan.network ? ['--share-net'] : [],
    SYSTEM.flatMap(systemMount),
    optional.flatMap((path) => ['--ro-bind-try', path, path]),
    ['--tmpfs', plan.home],
    folders.flatMap((path) => ['--ro-bind', realpathSync(path), path]),
    ['--bind', plan.writable, plan.writable, '--chdir', plan.cwd, '--'],
  ].flat();
}

function systemMount(path: string): readonly string[] {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (!info) return [];
  return info.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

/** Why the sandbox cannot be used here, or null when a command really ran in it. Needs a few milliseconds. */
export async function probeBubblewrap(folders: readonly string[]): Promise<string | null> {
  if (process.platform !== 'linux') return `there is no sandbox for ${process.platform} yet`;
  const program = findProgram('bwrap', { cwd: '/', folders });
  if (program === null) return 'bubblewrap (the program bwrap) is not installed';
  const folder = realpathSync(tmpdir());
  const plan = { writable: folder, cwd: folder, home: '/home', readOnly: [], network: false };
  const nothing = existsSync('/usr/bin/true') ? '/usr/bin/true' : '/bin/true';
  const { exitCode, stderr } = await run(program, [...bubblewrapArguments(plan), nothing]);
  if (exitCode === 0) return null;
  return `bubblewrap does not work here (${stderr.trim().split('\n', 1)[0] || `exit code ${exitCode}`})`;
}

function run(program: string, argv: readonly string[]): Promise<{ readonly exitCode: number | null; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, argv, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 5000, killSignal: 'SIGKILL' });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    child.on('error', (error) => resolve({ exitCode: null, stderr: error.message }));
    child.on('close', (exitCode) => resolve({ exitCode, stderr }));
  });
}
