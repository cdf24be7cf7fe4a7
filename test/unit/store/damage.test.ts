import assert from 'node:assert/strict';
import fs from 'node:fs';
import { hasCode } from '#base/errors.ts';
import { append, created } from '#test/support/memoryStore.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';
import { openTestStore, storeFile } from '#test/unit/store/testFiles.ts';

describe('a damaged store', () => {
  const folder = temporaryFolders();

  /** A store with rows, closed, whose bytes went through `change`. */
  async function damaged(change: (bytes: Buffer) => Buffer): Promise<string> {
    const root = folder();
    const store = await openTestStore(root);
    const runs = Array.from({ length: 30 }, (_, run) => append(`run_${run}`, 1, [created, { type: 'run.parsed' }]));
    await Promise.all(runs.map((run) => store.runs.append(run)));
    await store.close();
    fs.writeFileSync(storeFile(root), change(fs.readFileSync(storeFile(root))));
    return root;
  }

  const kinds: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
    ['overwritten at its start', (bytes) => bytes.fill(0x20, 0, 64)],
    ['cut off', (bytes) => bytes.subarray(0, 8_192 + 100)],
    ['overwritten in its last page', (bytes) => bytes.fill(0xaa, bytes.length - 4_096)],
    ['overwritten in the middle', (bytes) => bytes.fill(0xaa, 4_096, bytes.length - 4_096)],
  ];

  for (const [how, change] of kinds) {
    it(`that was ${how} is refused and left as it is`, async () => {
      const root = await damaged(change);
      const before = fs.readFileSync(storeFile(root));
      await assert.rejects(openTestStore(root), (error) => hasCode(error, 'store.damaged'));
      assert.deepEqual(fs.readFileSync(storeFile(root)), before);
    });
  }
});
