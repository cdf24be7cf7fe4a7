import assert from 'node:assert/strict';
import { hasCode } from '#base/errors.ts';
import { defaultRetention, retentionOf } from '#core/store/care/policy.ts';
import type { PruneOptions } from '#core/store/care/prune.ts';
import type { RunRow, Store } from '#core/store/store.ts';
import { append, created, memoryStore } from '#test/support/memoryStore.ts';
import { localStore } from '#test/unit/store/testFiles.ts';
import type { RetentionPolicy } from '#protocol/storeCare.ts';
import type { RunFact } from '#protocol/runEvents.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const policy = (changes: Partial<RetentionPolicy> = {}): RetentionPolicy => ({ ...defaultRetention, ...changes });

const step = (path: string, version: number): RunFact => ({
  type: 'step.succeeded',
  path,
  attempt: 1,
  output: 'x'.repeat(100),
  summary: '',
  usage: [],
  durationMs: 1,
  version,
});

describe('pruning', () => {
  let store: Store;
  let removed: string[];
  beforeEach(async () => {
    store = await memoryStore();
    removed = [];
  });
  afterEach(() => store.close());

  const options = (changes: Partial<PruneOptions> = {}): PruneOptions => ({
    now: NOW,
    dryRun: false,
    isLive: () => false,
    folders: {
      measure: async () => ({ folders: 1, files: 2, bytes: 10 }),
      remove: async (id) => void removed.push(id),
    },
    ...changes,
  });
  const addRun = (id: string, ageDays: number, changes: Partial<RunRow> = {}): Promise<void> => {
    const endedAt = NOW - ageDays * DAY;
    return store.runs.append(append(id, 1, [created, step('a', 1)], { status: 'completed', createdAt: endedAt - 1, endedAt, ...changes }));
  };
  const addProposal = (id: string, runId: string, status: string, hash: string): Promise<void> =>
    store.proposals.save({ id, runId, status, createdAt: 1, data: JSON.stringify({ base: hash }) });
  const left = async (): Promise<readonly string[]> => (await store.runs.list()).map((run) => run.id);

  it('removes finished runs that ended before the age, with all their rows and their folder', async () => {
    await addRun('run_old', 91);
    await addRun('run_new', 89);
    await store.runs.saveSnapshot('run_old', { seq: 1, format: 1, state: 's' });
    const report = await store.care.prune(policy(), options());
    assert.deepEqual(report.runs, [
      { id: 'run_old', workflow: 'code-review', status: 'completed', endedAt: NOW - 91 * DAY, because: 'age' },
    ]);
    const { events, snapshots } = report.rows;
    assert.deepEqual({ events, snapshots }, { events: 2, snapshots: 1 });
    assert.deepEqual(report.runFolders, { folders: 1, files: 2, bytes: 10 });
    assert.deepEqual(removed, ['run_old']);
    assert.deepEqual(await left(), ['run_new']);
    assert.deepEqual(await store.runs.events('run_old'), []);
    assert.deepEqual(await store.runs.checkpoints('run_old'), []);
    assert.equal(await store.runs.snapshot('run_old'), null);
  });

  it('removes finished runs beyond the newest, whatever their age', async () => {
    for (let i = 1; i <= 5; i += 1) await addRun(`run_${i}`, i);
    const report = await store.care.prune(policy({ runsNewest: 2 }), options());
    assert.deepEqual(
      report.runs.map((run) => `${run.id} ${run.because}`),
      ['run_5 count', 'run_4 count', 'run_3 count'],
    );
    assert.deepEqual(await left(), ['run_1', 'run_2']);
  });

  it('keeps runs that have not ended, are live, or have open proposals', async () => {
    await addRun('run_waits', 200, { status: 'paused', endedAt: null });
    await addRun('run_live', 200);
    await addRun('run_open', 200);
    await addProposal('prp_1', 'run_open', 'open', 'a'.repeat(64));
    const report = await store.care.prune(policy(), options({ isLive: ({ id }) => id === 'run_live' }));
    assert.deepEqual(report.runs, []);
    assert.deepEqual(
      [...report.kept].sort((a, b) => a.id.localeCompare(b.id)),
      [
        { id: 'run_live', because: 'live' },
        { id: 'run_open', because: 'openProposals' },
      ],
    );
    assert.equal((await left()).length, 3);
  });

  it('keeps a run that went on between the look and the removal', async () => {
    await addRun('run_old', 200);
    const goesOn = async (): ReturnType<PruneOptions['folders']['measure']> => {
      await store.runs.append(append('run_old', 3, [{ type: 'run.parsed' }], { status: 'executing' }));
      return { folders: 0, files: 0, bytes: 0 };
    };
    const report = await store.care.prune(policy(), options({ folders: { measure: goesOn, remove: async () => assert.fail('kept') } }));
    assert.deepEqual(report.runs, []);
    assert.equal((await store.runs.events('run_old')).length, 3);
  });

  it('says in a dry run exactly what it then removes, and changes nothing', async () => {
    for (let i = 1; i <= 4; i += 1) await addRun(`run_${i}`, 80 + i * 5);
    await store.agents.recordUsage([
      {
        runId: 'r',
        path: 'a',
        agent: 'a',
        provider: 'p',
        model: 'm',
        at: NOW - 401 * DAY,
        inputTokens: 1,
        cachedInputTokens: null,
        outputTokens: 1,
        costMicroUsd: null,
      },
      {
        runId: 'r',
        path: 'b',
        agent: 'a',
        provider: 'p',
        model: 'm',
        at: NOW - 399 * DAY,
        inputTokens: 1,
        cachedInputTokens: null,
        outputTokens: 1,
        costMicroUsd: null,
      },
    ]);
    await store.audit.append({ at: 1, actor: 'person', action: 'a', target: 't', data: null });
    const said = await store.care.prune(policy(), options({ dryRun: true }));
    assert.equal((await left()).length, 4);
    assert.deepEqual(removed, []);
    const done = await store.care.prune(policy(), options());
    assert.deepEqual({ ...done, dryRun: true }, said);
    assert.equal(done.rows.usage, 1);
    assert.ok(done.bytes > 0);
    assert.equal((await store.audit.page()).total, 1, 'the audit trail is kept for ever');
    assert.equal((await store.care.prune(policy({ auditDays: 1 }), options())).rows.audit, 1);
    const { entries } = await store.audit.page();
    assert.deepEqual(
      entries.map(({ id, action }) => [id, action]),
      [[2, 'audit.prune']],
      'an entry says what was removed, and the chain goes on from there',
    );
    const { broken, removedTo } = await store.audit.verify();
    assert.deepEqual([broken, removedTo], [null, 1]);
    assert.deepEqual((await store.care.prune(policy(), options())).runs, []);
  });

  it('removes answers of models and messages of the bus that are older than each is kept', async () => {
    const message = { correlation_id: 'c', cause: null, version: 1, type: 'run.ended', payload: {} };
    for (const days of [10, 50, 100]) {
      await store.answers.put({ key: `k${days}`, at: NOW - days * DAY, provider: 'p', model: 'm', data: 'yes' });
      await store.bus.append({ ...message, id: `m${days}`, at: NOW - days * DAY });
    }
    const { answers, messages } = (await store.care.prune(policy(), options())).rows;
    assert.deepEqual({ answers, messages }, { answers: 1, messages: 2 });
    assert.deepEqual([await store.answers.get('k100'), (await store.answers.get('k50'))?.data], [null, 'yes']);
    assert.deepEqual([await store.bus.has('m50'), await store.bus.has('m10')], [false, true]);
  });

  it('keeps everything under a policy of nulls', async () => {
    await addRun('run_old', 900);
    await store.answers.put({ key: 'k', at: 1, provider: 'p', model: 'm', data: 1 });
    const all = Object.fromEntries(Object.keys(defaultRetention).map((key) => [key, null])) as unknown as RetentionPolicy;
    const report = await store.care.prune(all, options());
    assert.deepEqual([report.runs, report.bytes], [[], 0]);
  });

  it('removes a run of many rows in parts, and finishes one that a crash cut short', async () => {
    const { store: own, connection } = await localStore(null);
    const facts = [created, ...Array.from({ length: 2_500 }, (_, i) => step(`s${i}`, i + 1))];
    await Promise.all(facts.map((fact, index) => own.runs.append(append('run_big', index + 1, [fact], { status: 'failed', endedAt: 1 }))));
    const crash: PruneOptions['folders'] = { ...options().folders, remove: () => Promise.reject(new Error('killed')) };
    await assert.rejects(own.care.prune(policy(), options({ folders: crash })), /killed/);
    assert.equal(await own.runs.get('run_big'), null);
    await own.care.prune(policy(), options());
    assert.deepEqual(removed, ['run_big']);
    for (const table of ['event_batches', 'scoped_values']) {
      const [row] = await connection.read({ sql: `SELECT count(*) AS n FROM ${table}`, parameters: [] });
      assert.deepEqual({ table, n: row?.['n'] }, { table, n: 0 });
    }
    await own.close();
  });
});

describe('blobs', () => {
  const hash = (letter: string): string => letter.repeat(64);

  it('go with the last proposal that refers to them, unless they were put since the store was opened', async () => {
    const { store, connection } = await localStore(null);
    const put = (letter: string) => ({ sql: 'INSERT INTO blobs VALUES (?, ?)', parameters: [hash(letter), new Uint8Array(100)] });
    await connection.commit(['a', 'b', 'c', 'd'].map(put));
    await store.proposals.putBlob(hash('e'), new Uint8Array(5));
    for (const [id, endedAt] of [
      ['run_old', 1],
      ['run_new', NOW],
    ] as const) {
      await store.runs.append(append(id, 1, [created], { status: 'completed', createdAt: endedAt, endedAt }));
    }
    const save = (id: string, runId: string | null, letters: string): Promise<void> =>
      store.proposals.save({ id, runId, status: 'accepted', createdAt: 1, data: JSON.stringify(letters.split('').map(hash)) });
    await save('prp_old', 'run_old', 'ab');
    await save('prp_new', 'run_new', 'b');
    await save('prp_none', null, 'c');
    const folders = { measure: async () => ({ folders: 0, files: 0, bytes: 0 }), remove: async () => {} };
    const report = await store.care.prune(policy(), { now: NOW, dryRun: false, isLive: () => false, folders });
    assert.deepEqual([report.rows.blobs, report.rows.proposals], [2, 1], 'a had only the old proposal, d none');
    const kept = await connection.read({ sql: 'SELECT hash FROM blobs ORDER BY hash', parameters: [] });
    assert.deepEqual(
      kept.map((row) => row['hash']),
      ['b', 'c', 'e'].map(hash),
    );
    await store.close();
  });
});

describe('the retention policy', () => {
  it('is the default where the file says nothing', () => {
    for (const text of [null, '', '# nothing\n', 'retention: {}\n']) assert.deepEqual(retentionOf(text), defaultRetention);
  });

  it('takes single wishes, null for ever', () => {
    assert.deepEqual(retentionOf('retention:\n  runsDays: 7\n  usageDays: null\n'), { ...defaultRetention, runsDays: 7, usageDays: null });
  });

  it('refuses what it does not understand', () => {
    for (const text of [
      'retention: { runDays: 7 }',
      'retention: { runsDays: 0 }',
      'retention: { runsDays: soon }',
      'retention: [',
      '- a',
    ]) {
      assert.throws(
        () => retentionOf(text),
        (error) => hasCode(error, 'config.invalid'),
        text,
      );
    }
  });
});
