// The disk refuses at every write of a whole run in turn. Promise under test, for each runtime: the run stops with an error that
// names the cause, nothing announced is lost or worked for again, and once the disk takes writes again the run goes on to its end.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { isAppError } from '#base/errors.ts';
import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import { customKind } from '#core/runtimes/custom/customKind.ts';
import { langGraphKind } from '#core/runtimes/langgraph/langGraphRuntime.ts';
import { createStore } from '#core/store/createStore.ts';
import { migrate } from '#core/store/migrations/migrate.ts';
import type { Store } from '#core/store/store.ts';
import { openMounted } from '#node/sqlite/engine.ts';
import { LocalConnection } from '#node/sqlite/localConnection.ts';
import { locateSqlite } from '#node/sqlite/locate.ts';
import { type MountedSql, mountSqlJs } from '#node/sqlite/mount.ts';
import { type Fault, FaultyDisk } from '#test/crash/faultyDisk.ts';
import { type RuntimeHarness, runtimeHarness } from '#test/support/runtimeHarness.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';
import { chain, loop, map, task, workflow } from '#test/support/workflows.ts';

const definition = workflow(
  [
    ...chain('a', 'b'),
    loop('l', chain('x', 'y'), { dependsOn: ['a'], until: 'iteration == 2' }),
    map('m', chain('z'), { dependsOn: ['b'], over: '[1, 2, 3]' }),
    task('end', { dependsOn: ['l', 'm'] }),
  ],
  { output: 'results.end' },
);
const faults: readonly Fault[] = [
  { code: 'ENOSPC', lasts: 'from then on', torn: false },
  { code: 'EIO', lasts: 'once', torn: true },
];

/** Of those announced, those that were worked for after that. */
class Record {
  readonly announced = new Set<string>();
  readonly again: string[] = [];

  listenTo(h: RuntimeHarness): void {
    h.runtime.subscribe((heard) => {
      if (heard.kind === 'run' && heard.event.type === 'step.succeeded') this.announced.add(heard.event.path);
    });
  }
}

for (const kind of [customKind({ snapshotEveryEvents: 10 }), langGraphKind({ snapshotEveryEvents: 10 })]) {
  describe(`a disk that refuses during a run of the ${kind.id} runtime`, () => {
    const folder = temporaryFolders();
    const disk = new FaultyDisk();
    let sql: MountedSql;
    let empty: string;

    const open = async (file: string): Promise<Store> => {
      const connection = new LocalConnection(openMounted(sql, file));
      await migrate(connection, { now: 0 });
      return createStore(connection);
    };
    before(async () => {
      sql = await mountSqlJs(locateSqlite().sqlJs, disk);
    });
    beforeEach(async () => {
      disk.mend();
      empty = path.join(folder(), 'empty.db');
      await (await open(empty)).close();
    });

    for (const fault of faults) {
      it(`stops it, loses nothing and lets it go on: ${fault.code} ${fault.lasts}${fault.torn ? ', with half of the bytes written' : ''}`, async () => {
        let stops = 0;
        let points = 1;
        for (let point = 1; point <= points; point += 1) {
          const file = path.join(path.dirname(empty), `${point}.db`);
          fs.copyFileSync(empty, file);
          const store = await open(file);
          disk.break(fault, point);
          stops += (await surviveOne(kind, store, disk)) ? 1 : 0;
          points = Math.max(points, disk.operations);
          disk.mend();
          await store.close();
          fs.rmSync(file);
        }
        assert.ok(points >= 20 && stops >= points / 3, `${stops} stops at ${points} points`);
      });
    }
  });
}

/** Plays a run over the disk's fault. False when the fault reached nobody (a journal that is folded in later). */
async function surviveOne(kind: RuntimeKind, store: Store, disk: FaultyDisk): Promise<boolean> {
  const record = new Record();
  const h = runtimeHarness({
    kind,
    store,
    script: ({ path: step }, context) => {
      if (record.announced.has(step)) record.again.push(step);
      return context.once('done', async () => step);
    },
  });
  record.listenTo(h);
  const refusal = await h.start(definition).then(
    () => null,
    (error: unknown) => error,
  );
  await h.until('its end or its stop', () => h.runtime.live().length === 0);
  const stopped = disk.refused > 0 && (refusal !== null || h.errors.length > 0);
  const reasons = [...h.errors, ...(refusal === null ? [] : [refusal])].filter(isAppError);
  for (const { code, details } of reasons) {
    assert.equal(code, 'store.writeFailed');
    assert.ok(details['reason'] === 'ENOSPC' || details['reason'] === 'EIO', JSON.stringify(details));
  }
  disk.mend();
  const [row] = await store.runs.list();
  const runId = row?.id ?? (await h.start(definition));
  if (row !== undefined) await goOn(h, runId);
  assert.equal(await h.ended(runId), 'completed');
  assert.equal((await h.runtime.view(runId)).output, 'end');
  assert.deepEqual(record.again, [], 'worked for again after it was announced');
  const events = await store.runs.events(runId);
  const stored = new Set(events.flatMap((event) => (event.type === 'step.succeeded' ? [event.path] : [])));
  assert.deepEqual(
    [...record.announced].filter((step) => !stored.has(step)),
    [],
    'announced and lost',
  );
  await h.close();
  return stopped;
}

/** A step whose side effect could not be recorded has failed, with the disk's reason: it is driven again. */
async function goOn(h: RuntimeHarness, runId: string): Promise<void> {
  const { status, error } = await h.runtime.view(runId);
  if (status === 'completed') return;
  if (status !== 'failed') return h.runtime.resume(runId, 'engine');
  assert.equal(error?.code, 'store.writeFailed');
  const [letter] = await h.store.deadLetters.list({ runId });
  assert.ok(letter);
  await h.runtime.redrive(runId, { path: letter.path, by: 'person', reason: 'the disk is mended' });
}
