// The macOS sandbox: sandbox-exec with a profile that allows reading the system and writing one folder, and nothing else.

import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';

export const SEATBELT = '/usr/bin/sandbox-exec';

/** What programs need to start; no home folders, no keychains. */
const READABLE = [
  '/usr',
  '/bin',
  '/sbin',
  '/System',
  '/Library/Apple',
  '/Library/Developer',
  '/Library/Frameworks',
  '/Library/Java',
  '/opt/homebrew',
  '/private/etc/ssl',
  '/private/etc/localtime',
  '/private/var/db/timezone',
  '/private/var/select',
  '/dev',
];

export interface SeatbeltPlan {
  /** Absolute folder the command may write in. */
  readonly writable: string;
  readonly readOnly: readonly string[];
  readonly network: boolean;
}

/** A profile in Seatbelt's language. Paths are quoted, so none of them can add a rule. */
export function seatbeltProfile({ writable, readOnly, network }: SeatbeltPlan): string {
  const subpaths = (paths: readonly string[]): string => paths.map((path) => `(subpath ${quoted(path)})`).join(' ');
  return [
    '(version 1)',
    '(deny default)',
    '(allow process-fork process-exec signal (target same-sandbox))',
    '(allow sysctl-read)',
    '(allow mach-lookup (global-name "com.apple.system.opendirectoryd.libinfo"))',
    '(allow file-read-metadata)',
    `(allow file-read* ${subpaths([...READABLE, ...readOnly, writable])} (literal "/"))`,
    `(allow file-write* ${subpaths([writable])} (literal "/dev/null") (literal "/dev/tty"))`,
    network ? '(allow network-outbound) (allow system-socket)' : '(deny network*)',
  ].join('\n');
}

function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Why it cannot be used, or null when a command really ran in it. */
export function probeSeatbelt(): Promise<string | null> {
  const profile = seatbeltProfile({ writable: realpathSync('/tmp'), readOnly: [], network: false });
  return new Promise((resolve) => {
    const child = spawn(SEATBELT, ['-p', profile, '/usr/bin/true'], { stdio: 'ignore', timeout: 5000, killSignal: 'SIGKILL' });
    child.on('error', (error) => resolve(`sandbox-exec cannot be started (${error.message})`));
    child.on('close', (exitCode) => resolve(exitCode === 0 ? null : `sandbox-exec does not work here (exit code ${exitCode ?? 'none'})`));
  });
}
