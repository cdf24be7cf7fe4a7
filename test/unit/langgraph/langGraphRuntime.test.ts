// What is particular to the LangGraph runtime; what both runtimes share is in test/unit/runtimes.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '#base/errors.ts';
import { langGraphKind } from '#core/runtimes/langgraph/langGraphRuntime.ts';
import type { RunsRepository, RuntimeCheckpointRow, RuntimeCheckpointsRepository, Store } from '#core/store/store.ts';
import { settle } from '#test/support/engineHarness.ts';
import { memoryStore } from '#test/support/memoryStore.ts';
import { type RuntimeHarness, doors, runtimeHarness } from '#test/support/runtimeHarness.ts';
import { chain, gate, task, workflow } from '#test/support/workflows.ts';

type Script = Parameters<RuntimeHarness['restart']>[0];

describe('the LangGraph runtime', () => {
  let store: Store;
  let opened: RuntimeHarness[];

  beforeEach(async () => {
    store = await memoryStore();
    opened = [];
  });

  afterEach(async () => {
    for (const h of opened) await h.close();
    await store.close();
  });

  const open = (script?: Script, over: Store = store): RuntimeHarness => {
    const h = runtimeHarness({ kind: langGraphKind(), store: over, ...(script && { script }) });
    opened.push(h);
    return h;
  };

  /** The store with another keeper of checkpoints in front. */
  const withCheckpoints = (changes: Partial<RuntimeCheckpointsRepository>): Store => ({
    ...store,
    runtimeCheckpoints: { ...store.runtimeCheckpoints, ...changes },
  });

  it('keeps one checkpoint while a run works, however long it is, and none once it has ended', async () => {
    const seen = new Set<number>();
    let sizeBytes = 0;
    const h = open(async ({ runId, path }) => {
      if (!path.endsWith('5')) return null;
      const rows = await store.runtimeCheckpoints.list(runId);
      seen.add(rows.length);
      sizeBytes = Math.max(sizeBytes, ...rows.map((row) => row.checkpoint.length));
      return null;
    });
    const runId = await h.start(workflow(chain(...Array.from({ length: 100 }, (_, index) => `s${index}`))));
    assert.equal(await h.ended(runId), 'completed');
    assert.deepEqual([seen, await store.runtimeCheckpoints.list(runId)], [new Set([1]), []]);
    assert.ok(sizeBytes < 1_500, `${sizeBytes} bytes`);
  });

  it('stores where the scheduler stands before the work it names begins', async () => {
    let named = '';
    const h = open(async ({ runId }) => {
      const [row] = await store.runtimeCheckpoints.list(runId);
      named = Buffer.from(row?.checkpoint ?? []).toString();
      return null;
    });
    const runId = await h.start(workflow([task('only')]));
    await h.ended(runId);
    assert.match(named, /"only"/);
    const started = (await h.events(runId)).find((event) => event.type === 'step.started');
    assert.match(named, new RegExp(`"seq":${started?.seq}\\b`));
  });

  it('is not driven while it only waits for a person', async () => {
    let writes = 0;
    const counting = withCheckpoints({
      put: (row) => {
        writes += 1;
        return store.runtimeCheckpoints.put(row);
      },
    });
    const h = open(undefined, counting);
    const runId = await h.start(workflow([gate('g', { ask: 'always' })]));
    await h.until('it asks', async () => (await h.runtime.view(runId)).waitingDecisions === 1);
    await settle();
    const before = writes;
    await settle();
    assert.equal(writes, before);
    assert.deepEqual(h.runtime.live(), [runId]);
  });

  it('gives a run up when its checkpoint cannot be stored, says so, and goes on later without repeating a recorded step', async () => {
    const work = doors();
    let full = true;
    const names = (row: RuntimeCheckpointRow, path: string): boolean => Buffer.from(row.checkpoint).includes(`"${path}"`);
    const failing = withCheckpoints({
      put: async (row) => {
        if (full && names(row, 'b')) throw new AppError({ code: 'store.full', message: 'The disk is full.' });
        await store.runtimeCheckpoints.put(row);
      },
    });
    const h = open(work.script, failing);
    const runId = await h.start(workflow(chain('a', 'b', 'c')));
    await h.until('a works', () => work.waiting.has('a'));
    work.open('a');
    await h.until('it is given up', () => h.runtime.live().length === 0);
    assert.deepEqual(
      h.errors.map((error) => (error as AppError).code),
      ['store.full'],
    );
    full = false;
    await h.runtime.resume(runId, 'person');
    for (const path of ['b', 'c']) {
      await h.until(`${path} works`, () => work.waiting.has(path));
      work.open(path);
    }
    assert.equal(await h.ended(runId), 'completed');
    assert.deepEqual(h.executed, ['a', 'b', 'c']);
  });

  it('begins nothing because a checkpoint names it, when its process died before the events that led to it were stored', async () => {
    const work = doors();
    const runs: RunsRepository = {
      ...store.runs,
      append: (batch) => (batch.events.some(({ type }) => type === 'step.succeeded') ? new Promise(() => {}) : store.runs.append(batch)),
    };
    const dying = runtimeHarness({ kind: langGraphKind(), store: { ...store, runs }, script: work.script });
    const runId = await dying.start(workflow(chain('a', 'b')));
    await dying.until('a works', () => work.waiting.has('a'));
    work.open('a');
    await dying.until('the checkpoint is ahead', async () => {
      const [row] = await store.runtimeCheckpoints.list(runId);
      return Buffer.from(row?.checkpoint ?? []).includes('"b"');
    });
    assert.deepEqual(dying.executed, ['a']);
    const h = open(({ path }) => path);
    await h.runtime.resume(runId, 'engine');
    assert.equal(await h.ended(runId), 'completed');
    assert.deepEqual(h.executed, ['a', 'b']);
  });

  it('takes one superstep a step of a chain', async () => {
    const put: string[] = [];
    const counting = withCheckpoints({
      put: (row) => {
        put.push(row.id);
        return store.runtimeCheckpoints.put(row);
      },
    });
    const h = open(undefined, counting);
    await h.ended(await h.start(workflow(chain(...Array.from({ length: 20 }, (_, index) => `s${index}`)))));
    assert.ok(put.length <= 20 + 3, `${put.length} checkpoints`);
  });

  it('goes on from its checkpoint after a death, not from the start of the graph', async () => {
    const work = doors();
    const sources: unknown[] = [];
    const noting = withCheckpoints({
      put: (row) => {
        sources.push((JSON.parse(Buffer.from(row.metadata).toString()) as { source: unknown }).source);
        return store.runtimeCheckpoints.put(row);
      },
    });
    const first = open(work.script, noting);
    const runId = await first.start(workflow(chain('a', 'b')));
    await first.until('a works', () => work.waiting.has('a'));
    first.die();
    const second = open(({ path }) => path, noting);
    await second.runtime.resume(runId, 'engine');
    assert.equal(await second.ended(runId), 'completed');
    assert.deepEqual(sources.filter((source) => source === 'input').length, 1);
  });

  it('begins what becomes ready while a commit is under way, whatever hangs beside it', async () => {
    const work = doors();
    let stored = (): void => {};
    const runs: RunsRepository = {
      ...store.runs,
      append: async (batch) => {
        if (batch.events.some((event) => event.type === 'step.succeeded' && event.path === 'a'))
          await new Promise<void>((resolve) => (stored = resolve));
        await store.runs.append(batch);
      },
    };
    const h = open(work.script, { ...store, runs });
    const runId = await h.start(workflow([...chain('a', 'a2'), ...chain('b', 'b2')]));
    await h.until('both work', () => work.waiting.size === 2);
    work.open('a');
    await settle();
    work.open('b');
    await settle();
    stored();
    await h.until('both go on', () => work.waiting.has('a2') && work.waiting.has('b2'));
    for (const path of ['a2', 'b2']) work.open(path);
    assert.equal(await h.ended(runId), 'completed');
  });

  it('drives many runs at a time, each by its own checkpoints', async () => {
    const h = open(({ runId, path }) => `${runId} ${path}`);
    const ids = await Promise.all(Array.from({ length: 50 }, () => h.start(workflow(chain('a', 'b', 'c'), { output: 'results.c' }))));
    for (const runId of ids) {
      assert.equal(await h.ended(runId), 'completed');
      assert.equal((await h.runtime.view(runId)).output, `${runId} c`);
    }
    assert.deepEqual([h.runtime.live(), h.clock.pending, h.errors], [[], 0, []]);
  });

  it('ends an invocation in flight at a shutdown, so that nothing is written afterwards', async () => {
    const work = doors();
    const h = open(work.script);
    await h.start(workflow([task('a'), task('b')]));
    await h.until('both work', () => work.waiting.size === 2);
    await h.runtime.shutdown();
    const writes = h.writes();
    for (const path of ['a', 'b']) work.open(path);
    await settle();
    assert.equal(h.writes(), writes);
  });

  it('sends nothing to a tracing service, though the environment asks for that', async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const asked = {
      LANGSMITH_TRACING: 'true',
      LANGCHAIN_TRACING_V2: 'true',
      LANGSMITH_ENDPOINT: `http://127.0.0.1:${port}`,
      LANGSMITH_API_KEY: 'k',
    };
    const before = Object.fromEntries(Object.keys(asked).map((name) => [name, process.env[name]]));
    Object.assign(process.env, asked);
    try {
      const h = open();
      assert.equal(await h.ended(await h.start(workflow(chain('a', 'b')))), 'completed');
      // Its client sends in batches, within a quarter of a second.
      await new Promise((resolve) => setTimeout(resolve, 400));
      assert.equal(requests, 0);
    } finally {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
