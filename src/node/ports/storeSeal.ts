// The seal under which permissions in a workspace's store count: a random text in a file of the person's own, outside the workspace.

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '#core/ports.ts';
import { writeAtomically } from '#node/ports/atomicWrite.ts';
import { isMissing } from '#node/ports/fileErrors.ts';
import { stateFolder } from '#node/ports/trustFile.ts';

/**
 * The same for the same folder (`root`, a real path) on this machine. Only the owner of the workspace asks. Where none can be kept
 * it is a new one, told in the log: what is allowed then holds until this process ends.
 */
export async function storeSeal(root: string, log: Log, folder: string = stateFolder()): Promise<string> {
  const seals = path.join(folder, 'seals');
  const name = createHash('sha256').update(root).digest('hex').slice(0, 32);
  try {
    const kept = await readFile(path.join(seals, name), 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return '';
      throw error;
    });
    if (/^[0-9a-f]{32}$/.test(kept)) return kept;
    const seal = newSeal();
    await mkdir(seals, { recursive: true, mode: 0o700 });
    await writeAtomically({ folder: seals, name, bytes: Buffer.from(seal), mode: 0o600 });
    return seal;
  } catch (error) {
    log.warn('What is allowed in this workspace cannot be kept; it holds until this process ends.', { reason: String(error) });
    return newSeal();
  }
}

const newSeal = (): string => randomBytes(16).toString('hex');
