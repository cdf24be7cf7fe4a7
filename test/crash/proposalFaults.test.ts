// The disk of the store refuses at every write of a decision in turn, and that of the workspace at every file. Promise under
// test: the files are all as before or all as accepted, the store says the same, and the decision can be made once there is room.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { hasCode } from '#base/errors.ts';
import { createIdSource } from '#base/ids.ts';
import type { WriteGate } from '#core/ports.ts';
import { sha256Hex } from '#core/proposals/content.ts';
import { createProposals, type Proposals } from '#core/proposals/proposals.ts';
import { createStore } from '#core/store/createStore.ts';
import { migrate } from '#core/store/migrations/migrate.ts';
import type { Store } from '#core/store/store.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { createWriteGate } from '#node/ports/writeGate.ts';
import { openMounted } from '#node/sqlite/engine.ts';
import { LocalConnection } from '#node/sqlite/localConnection.ts';
import { locateSqlite } from '#node/sqlite/locate.ts';
import { type MountedSql, mountSqlJs } from '#node/sqlite/mount.ts';
import { type Fault, FaultyDisk } from '#test/crash/faultyDisk.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';
import { by, draft, numbered } from '#test/unit/proposals/bench.ts';

const faults: readonly Fault[] = [
  { code: 'ENOSPC', lasts: 'from then on', torn: false },
  { code: 'ENOSPC', lasts: 'once', torn: true },
  { code: 'EIO', lasts: 'once', torn: false },
];
const BEFORE = { 'a.txt': numbered(20), 'gone.txt': 'g\n' };
const AFTER = { 'a.txt': numbered(20, { 2: 'two\n' }), 'new.txt': 'n\n' };

describe('a full disk while a proposal is accepted', () => {
  const folder = temporaryFolders();
  const disk = new FaultyDisk();
  let sql: MountedSql;
  before(async () => {
    sql = await mountSqlJs(locateSqlite().sqlJs, disk);
  });

  const open = async (file: string): Promise<Store> => {
    const connection = new LocalConnection(openMounted(sql, file));
    await migrate(connection, { now: 0 });
    return createStore(connection);
  };
  const treeOf = (root: string): object =>
    Object.fromEntries(fs.readdirSync(root).map((name) => [name, fs.readFileSync(path.join(root, name), 'utf8')]));

  async function proposalIn(root: string, store: Store, gate: WriteGate): Promise<{ proposals: Proposals; id: string }> {
    const clock = new FakeClock();
    const proposals = createProposals({
      store,
      files: createWorkspaceFiles(root),
      writeGate: gate,
      clock,
      ids: createIdSource({ now: () => clock.now(), random: Math.random }),
      log: { debug() {}, info() {}, warn() {}, error() {} },
      events: { changed() {} },
    });
    const hash = (name: string): string => sha256Hex(fs.readFileSync(path.join(root, name)));
    const { id } = await proposals.create(
      draft([
        { kind: 'modify', path: 'a.txt', baseHash: hash('a.txt'), newText: AFTER['a.txt'] },
        { kind: 'create', path: 'new.txt', newText: AFTER['new.txt'] },
        { kind: 'delete', path: 'gone.txt', baseHash: hash('gone.txt') },
      ]),
      by,
      null,
    );
    return { proposals, id };
  }

  /** As after a restart with room on the disk: what was cut short is restored, and what was not accepted can be. */
  async function expectWhole(root: string, proposals: Proposals, id: string): Promise<void> {
    await proposals.recover();
    const { status } = await proposals.get(id);
    assert.deepEqual(treeOf(root), status === 'accepted' ? AFTER : BEFORE);
    if (status !== 'accepted') await proposals.accept({ proposalId: id });
    assert.deepEqual([treeOf(root), (await proposals.get(id)).status], [AFTER, 'accepted']);
  }

  for (const fault of faults) {
    it(`writes nothing by half when the store gets ${fault.code} ${fault.lasts}${fault.torn ? ' in the middle of a write' : ''}`, async () => {
      let refusals = 0;
      let points = 1;
      for (let point = 1; point <= points; point += 1) {
        const root = folder(BEFORE);
        const store = await open(path.join(folder(), 'store.db'));
        const { proposals, id } = await proposalIn(root, store, createWriteGate(root));
        disk.break(fault, point);
        const error = await proposals.accept({ proposalId: id }).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        disk.mend();
        if (error !== null) {
          assert.ok(hasCode(error, 'store.writeFailed') || hasCode(error, 'proposal.rollbackFailed'), JSON.stringify(error));
          refusals += 1;
        }
        await expectWhole(root, proposals, id);
        points = Math.max(points, disk.operations);
        await store.close();
      }
      assert.ok(refusals >= 6, `${refusals} refusals at ${points} points`);
    });
  }

  it('writes nothing by half when a file of the workspace does not fit', async () => {
    for (const failing of ['a.txt', 'new.txt', 'gone.txt']) {
      const root = folder(BEFORE);
      const store = await open(path.join(folder(), 'store.db'));
      const gate = createWriteGate(root);
      let full = true;
      const refuse = (name: string): void => {
        if (full && name === failing) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      };
      const { proposals, id } = await proposalIn(root, store, {
        write: async (name, bytes, options) => (refuse(name), gate.write(name, bytes, options)),
        remove: async (name) => (refuse(name), gate.remove(name)),
      });
      await assert.rejects(proposals.accept({ proposalId: id }), /ENOSPC/);
      assert.deepEqual(treeOf(root), BEFORE);
      full = false;
      await expectWhole(root, proposals, id);
      await store.close();
    }
  });
});
