// The first process of a sandbox with process ids of its own. When it is gone, the kernel has ended all others in there.

import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from '#node/ports/fileErrors.ts';

/** Where bubblewrap is told to write which process that is (`--info-fd`); it hands the descriptor on to nobody. */
export const INIT_FD = 3;

const LONGEST_PAUSE_MS = 16;

export interface SandboxInit {
  /** True once nothing of the sandbox is left; false when that is not known after `waitMs`. Never rejects. */
  gone(waitMs: number): Promise<boolean>;
}

/** Reads from the start what bubblewrap says on `INIT_FD`. Cheaper and surer than looking through all processes. */
export function followInit(said: Readable): SandboxInit {
  let text = '';
  let first: { readonly pid: number; readonly startedAt: string | null } | null = null;
  said.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const pid = /"child-pid":\s*(\d+)\D/.exec(text)?.[1];
    if (pid !== undefined && first === null) first = { pid: Number(pid), startedAt: readState(Number(pid))?.startedAt ?? null };
  });
  const told = new Promise<void>((resolve) => said.once('close', resolve).once('error', () => resolve()));
  return {
    async gone(waitMs) {
      const deadline = performance.now() + waitMs;
      const giveUp = new AbortController();
      await Promise.race([told, delay(waitMs, undefined, { signal: giveUp.signal }).catch(() => undefined)]); // Told in time.
      giveUp.abort();
      if (first === null) return false;
      for (let pauseMs = 1; isThere(first); pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
        if (performance.now() > deadline) return false;
        await delay(pauseMs);
      }
      return true;
    },
  };
}

/** A zombie has ended with all that was in its space; a process that began later only has its number. */
function isThere({ pid, startedAt }: { readonly pid: number; readonly startedAt: string | null }): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return false;
  }
  const now = readState(pid);
  return now === null || (now.state !== 'Z' && now.state !== 'X' && (startedAt === null || now.startedAt === startedAt));
}

/** Null: not there, or hidden from us. */
function readState(pid: number): { readonly state: string; readonly startedAt: string } | null {
  try {
    // The name of the program, in brackets, may hold anything; the 3rd and the 22nd field stand after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return { state: fields[0] ?? '', startedAt: fields[19] ?? '' };
  } catch {
    return null;
  }
}
