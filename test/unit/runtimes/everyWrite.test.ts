// The process dies before each of its writes in turn: between two events, between an event and the scheduler's checkpoint,
// in the middle of either. Whatever was recorded must never be worked for again, and the run must reach its end.

import assert from 'node:assert/strict';
import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import { customKind } from '#core/runtimes/custom/customKind.ts';
import { langGraphKind } from '#core/runtimes/langgraph/langGraphRuntime.ts';
import type { Store } from '#core/store/store.ts';
import { openTestStore } from '#test/unit/store/testFiles.ts';
import { memoryStore } from '#test/support/memoryStore.ts';
import { runtimeHarness } from '#test/support/runtimeHarness.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';
import { chain, loop, map, task, workflow } from '#test/support/workflows.ts';
import { normalise } from '#test/unit/runtimes/normalise.ts';

const definition = workflow(
  [
    ...chain('a', 'b'),
    task('beside', { dependsOn: ['a'] }),
    loop('l', chain('x', 'y'), { dependsOn: ['b'], until: 'iteration == 2' }),
    map('m', chain('z'), { dependsOn: ['beside'], over: '[1, 2, 3]' }),
    task('end', { dependsOn: ['l', 'm'] }),
  ],
  { output: 'results' },
);

/** Runs until the n-th write, dies there, and goes on in a second life. Null when it ended before. */
async function livesTwice(kind: RuntimeKind, store: Store, dieAt: number) {
  const first = runtimeHarness({ kind, store, dieAt, script: ({ path }) => path });
  const started = first.start(definition);
  let ended = false;
  await first.until('its death or its end', async () => {
    const [row] = await store.runs.list();
    ended = row?.status === 'completed' && first.runtime.live().length === 0;
    return ended || first.isDead();
  });
  if (ended) {
    await first.close();
    return null;
  }
  const [row] = await store.runs.list();
  if (row === undefined) return { runId: null, recorded: [], second: null };
  const recorded = (await store.runs.events(row.id)).flatMap((event) => (event.type === 'step.succeeded' ? [event.path] : []));
  const second = first.restart();
  if (row.status === 'completed') return { runId: row.id, recorded, second };
  await second.runtime.resume(row.id, 'engine');
  await second.ended(row.id);
  void started;
  return { runId: row.id, recorded, second };
}

for (const kind of [customKind(), langGraphKind()]) {
  describe(`a process of the ${kind.id} runtime that dies before a write`, () => {
    const folder = temporaryFolders();

    async function check(open: () => Promise<Store>, stride: number): Promise<number> {
      let whole: object | null = null;
      let deaths = 0;
      for (let dieAt = 1; ; dieAt += stride) {
        const store = await open();
        try {
          const lives = await livesTwice(kind, store, dieAt);
          if (lives === null) return deaths;
          deaths += 1;
          if (lives.runId === null) continue;
          const again = lives.second.executed.filter((path) => lives.recorded.includes(path));
          assert.deepEqual([again, lives.second.errors], [[], []], `died before write ${dieAt}`);
          const view = await lives.second.runtime.view(lives.runId);
          assert.equal(view.status, 'completed', `died before write ${dieAt}`);
          whole ??= view.results;
          assert.deepEqual(view.results, whole);
          const paths = Object.keys(normalise(await store.runs.events(lives.runId)));
          assert.equal(paths.length, 14, 'the run, and each of its steps');
          await lives.second.close();
        } finally {
          await store.close();
        }
      }
    }

    it('goes on from what was recorded, wherever it died', async () => {
      const deaths = await check(memoryStore, 1);
      assert.ok(deaths >= 8, `${deaths} deaths`);
    });

    it('does so on a real file', async () => {
      const deaths = await check(() => openTestStore(folder()), 5);
      assert.ok(deaths >= 2, `${deaths} deaths`);
    });
  });
}
