import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { FileOperation } from '#node/sqlite/hostFiles.ts';
import { append, created } from '#test/support/memoryStore.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';
import { localStore } from '#test/unit/store/testFiles.ts';

const RUNS = 100;
const EVENTS = 1_000;
const COMMITS = 50;
/** Of the disk, for three queries of a store just opened, whose file has thousands of pages. */
const MAX_READS = 40;

describe('a store of 100,000 events', () => {
  const folder = temporaryFolders();

  it('reads a few pages a query, and writes no more for a commit than an empty one', async () => {
    const disk = { reads: 0, writtenBytes: 0 };
    const count = ({ kind, data = [] }: FileOperation): void => {
      if (kind === 'read') disk.reads += 1;
      if (kind === 'write') disk.writtenBytes += data.reduce((sum, { length }) => sum + length, 0);
    };
    const file = path.join(folder(), 'store.db');
    const { store } = await localStore(file, { before: count });
    const step = { type: 'step.started', path: 'review', attempt: 1 } as const;
    const tail = Array.from({ length: EVENTS - 1 }, () => step);
    const written = async (from: number): Promise<number> => {
      const before = disk.writtenBytes;
      for (let seq = from; seq < from + COMMITS; seq += 1) await store.runs.append(append('run_live', seq, [seq === 1 ? created : step]));
      return disk.writtenBytes - before;
    };
    const whenEmpty = await written(1);
    await Promise.all(
      Array.from({ length: RUNS }, (_, run) => store.runs.append(append(`run_${run}`, 1, [created, ...tail], { createdAt: run }))),
    );
    const whenFull = await written(COMMITS + 1);
    await store.close();
    assert.ok(fs.statSync(file).size > 10_000_000);
    assert.ok(whenFull < whenEmpty * 2, `${whenEmpty} bytes empty, ${whenFull} bytes full`);

    const again = (await localStore(file, { before: count })).store;
    for (let query = 0; query < 10; query += 1) {
      const id = `run_${(query * 37) % RUNS}`;
      disk.reads = 0;
      assert.equal((await again.runs.events(id, { afterSeq: 900, limit: 50 })).length, 50);
      assert.equal((await again.runs.list({ limit: 20 })).length, 20);
      assert.equal((await again.runs.find(id))?.id, id);
      assert.ok(disk.reads <= MAX_READS, `${disk.reads} reads`);
    }
    await again.close();
  });
});
