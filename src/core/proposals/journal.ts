// Several files written as one: before-images and intent are durable first, then each file, then the end.
// What fails in the middle is rolled back; what a crash left is rolled back when the workspace is next opened.

import { z } from 'zod';
import type { Log, WorkspaceFiles, WriteGate } from '#core/ports.ts';
import type { ApplyJournalRow, ProposalsRepository } from '#core/store/store.ts';
import { readOrNull, sha256Hex } from '#core/proposals/content.ts';
import { badRecord, conflict, rollbackFailed } from '#core/proposals/errors.ts';
import { changeSchema, type FileChange, type FileImage } from '#core/proposals/record.ts';

const journalSchema = z.object({ format: z.literal(1), changes: z.array(changeSchema) });

export interface JournalPorts {
  readonly blobs: ProposalsRepository;
  readonly files: WorkspaceFiles;
  readonly gate: WriteGate;
  readonly log: Log;
}

/** One path's part of a change. */
interface Write {
  readonly path: string;
  readonly before: FileImage | null;
  readonly after: FileImage | null;
}

/**
 * Writes all `changes` or none; their blobs must be stored. `finish` makes the outcome durable and ends the journal;
 * when it fails the files are restored. Throws what failed, or `proposal.rollbackFailed` with that as its cause.
 */
export async function writeAll(
  ports: JournalPorts,
  journal: { readonly id: string; readonly proposalId: string; readonly changes: readonly FileChange[] },
  finish: () => Promise<void>,
): Promise<void> {
  const { id, proposalId, changes } = journal;
  await ports.blobs.beginJournal({ id, proposalId, data: JSON.stringify({ format: 1, changes }) });
  const attempted: Write[] = [];
  try {
    for (const write of writesOf(changes)) {
      await refuseIfSaved(ports.files, write);
      attempted.push(write);
      await put(ports, proposalId, write.path, write.after);
    }
    await finish();
  } catch (error) {
    await restore(ports, proposalId, attempted).catch((failure: unknown) => {
      ports.log.error('Files of a proposal could not be restored.', { proposalId }, failure);
      throw rollbackFailed(proposalId, error);
    });
    await ports.blobs.dropJournal(id);
    throw error;
  }
}

/** Rolls one unfinished journal back. A file that is neither as before nor as after has been edited since: it is left alone. */
export async function rollBack(ports: JournalPorts, row: ApplyJournalRow): Promise<RolledBack> {
  const parsed = journalSchema.safeParse(JSON.parse(row.data));
  if (!parsed.success) throw badRecord(row.proposalId, parsed.error);
  const result = await restore(ports, row.proposalId, writesOf(parsed.data.changes));
  await ports.blobs.dropJournal(row.id);
  return result;
}

export interface RolledBack {
  readonly restored: readonly string[];
  readonly leftAlone: readonly string[];
}

/** Removals first, so that a rename that changes only case does not remove what it has just written. */
function writesOf(changes: readonly FileChange[]): readonly Write[] {
  const writes = changes.flatMap(({ from, to }): Write[] => {
    if (from !== null && to !== null && from.path === to.path) return [{ path: to.path, before: from, after: to }];
    const removed = from === null ? [] : [{ path: from.path, before: from, after: null }];
    const written = to === null ? [] : [{ path: to.path, before: null, after: to }];
    return [...removed, ...written];
  });
  return [...writes.filter((write) => write.after === null), ...writes.filter((write) => write.after !== null)];
}

async function refuseIfSaved(files: WorkspaceFiles, write: Write): Promise<void> {
  const now = await hashOnDisk(files, write.path);
  if (now !== (write.before?.hash ?? null)) throw conflict([{ path: write.path, reason: 'race', regions: [] }]);
}

async function restore(ports: JournalPorts, id: string, writes: readonly Write[]): Promise<RolledBack> {
  const restored: string[] = [];
  const leftAlone: string[] = [];
  for (const write of writes.toReversed()) {
    const now = await hashOnDisk(ports.files, write.path);
    if (now === (write.before?.hash ?? null)) continue;
    if (now === (write.after?.hash ?? null)) {
      await put(ports, id, write.path, write.before);
      restored.push(write.path);
    } else {
      leftAlone.push(write.path);
      ports.log.warn('A file was edited while its proposal was being written; it was not restored.', { id, path: write.path });
    }
  }
  return { restored, leftAlone };
}

async function put(ports: JournalPorts, id: string, path: string, image: FileImage | null): Promise<void> {
  if (image === null) {
    await ports.gate.remove(path);
    return;
  }
  const bytes = await ports.blobs.getBlob(image.hash);
  if (bytes === null) throw badRecord(id);
  await ports.gate.write(path, bytes, { mode: image.mode });
}

async function hashOnDisk(files: WorkspaceFiles, path: string): Promise<string | null> {
  const bytes = await readOrNull(files, path);
  return bytes === null ? null : sha256Hex(bytes);
}
