import assert from 'node:assert/strict';
import { checkpointOf, taskChanges } from '#core/store/projection.ts';
import type { Store } from '#core/store/store.ts';
import type { LocalConnection } from '#node/sqlite/localConnection.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import { append, created } from '#test/support/memoryStore.ts';
import { localStore } from '#test/unit/store/testFiles.ts';

const path = 'repair#2/verify';
const error = { code: 'x', message: 'it broke', retryable: true, details: {} };
const started: RunFact = { type: 'step.started', path, attempt: 1 };

describe('the tables projected from events', () => {
  let store: Store;
  let connection: LocalConnection;
  beforeEach(async () => {
    ({ store, connection } = await localStore(null));
  });
  afterEach(() => store.close());

  const task = async (facts: readonly RunFact[]) => {
    await store.runs.append(append('run_a', 1, [created, ...facts]));
    const rows = await connection.read({ sql: 'SELECT * FROM tasks', parameters: [] });
    assert.equal(rows.length, 1);
    return rows[0];
  };
  const row = { run_id: 'run_a', path, status: 'queued', agent: null, attempt: null, started_at: null, ended_at: null, note: null };

  it('follow a task from the queue to its success, and keep what a later event does not say', async () => {
    const found = await task([
      { type: 'step.queued', path },
      { type: 'step.assigned', path, agent: 'tester', reason: 'best match' },
      started,
      { type: 'step.failed', path, attempt: 1, error, usage: [], durationMs: 1, retryAt: 5_000, version: null },
      { type: 'step.started', path, attempt: 2 },
      { type: 'step.succeeded', path, attempt: 2, output: null, summary: 'all\0 good', usage: [], durationMs: 1, version: 1 },
    ]);
    const ended = { started_at: 1_006, ended_at: 1_007, note: 'all\uFFFD good' };
    assert.deepEqual(found, { ...row, status: 'succeeded', agent: 'tester', attempt: 2, ...ended });
  });

  it('forget the end of an attempt when the next one runs', async () => {
    const failed: RunFact = { type: 'step.failed', path, attempt: 1, error, usage: [], durationMs: 1, retryAt: 5_000, version: null };
    const found = await task([started, failed, { type: 'step.started', path, attempt: 2 }]);
    assert.deepEqual(found, { ...row, status: 'running', attempt: 2, started_at: 1_004 });
  });

  it('hold the same whether events come in one append or in one each', async () => {
    const facts: RunFact[] = [
      { type: 'step.queued', path },
      { type: 'step.assigned', path, agent: 'tester', reason: 'best match' },
      started,
      { type: 'step.failed', path, attempt: 1, error, usage: [], durationMs: 1, retryAt: 5_000, version: null },
      { type: 'step.queued', path: 'other' },
      { type: 'step.started', path, attempt: 2 },
      { type: 'decision.requested', id: 'd', path: 'other', kind: 'gate', title: 'Go?', detail: '', options: [] },
    ];
    await store.runs.append(append('run_a', 1, [created, ...facts]));
    for (const [index, fact] of [created, ...facts].entries()) await store.runs.append(append('run_b', index + 1, [fact]));
    const tasksOf = (id: string) =>
      connection.read({
        sql: 'SELECT path, status, agent, attempt, started_at, ended_at, note FROM tasks WHERE run_id = ? ORDER BY path',
        parameters: [id],
      });
    const together = await tasksOf('run_a');
    assert.equal(together.length, 2);
    assert.deepEqual(together, await tasksOf('run_b'));
  });

  for (const [status, facts, changes] of [
    ['queued', [started, { type: 'run.recovered', interrupted: [path] }], { attempt: 1, started_at: 1_002 }],
    [
      'failed',
      [{ type: 'step.failed', path, attempt: 3, error, usage: [], durationMs: 1, retryAt: null, version: 1 }],
      { attempt: 3, ended_at: 1_002, note: 'it broke' },
    ],
    [
      'retrying',
      [{ type: 'step.failed', path, attempt: 3, error, usage: [], durationMs: 1, retryAt: 1, version: null }],
      { attempt: 3, ended_at: 1_002, note: 'it broke' },
    ],
    ['skipped', [{ type: 'step.skipped', path, reason: 'no tests', version: 1 }], { ended_at: 1_002, note: 'no tests' }],
    ['cancelled', [{ type: 'step.cancelled', path, reason: 'asked to' }], { ended_at: 1_002, note: 'asked to' }],
    [
      'succeeded',
      [{ type: 'step.overridden', path, output: 1, by: 'person', reason: 'known', version: 1 }],
      { ended_at: 1_002, note: 'known' },
    ],
    ['waiting', [{ type: 'decision.requested', id: 'd', path, kind: 'gate', title: 'Go?', detail: '', options: [] }], { note: 'Go?' }],
    ['running', [{ type: 'decision.made', id: 'd', path, choice: 'go', reason: '', by: 'person' }], {}],
  ] as readonly (readonly [string, readonly RunFact[], object])[]) {
    it(`call a task ${status} after ${facts.at(-1)?.type}`, async () => {
      assert.deepEqual(await task(facts), { ...row, status, ...changes });
    });
  }

  it('keep each definition once, whatever number of runs used it', async () => {
    for (const id of ['run_a', 'run_b']) await store.runs.append(append(id, 1, [created]));
    const rows = await connection.read({ sql: 'SELECT * FROM workflows', parameters: [] });
    assert.deepEqual(rows, [{ hash: 'h1', name: 'code-review', definition: '{"name":"code-review"}', first_used_at: 1_001 }]);
  });

  it('leave events about the run as a whole alone', () => {
    const [event] = append('run_a', 1, [{ type: 'run.paused', by: 'person', reason: '' }]).events;
    assert.ok(event);
    assert.deepEqual(taskChanges(event), []);
    assert.equal(checkpointOf(event), null);
  });
});
