import assert from 'node:assert/strict';
import fc from 'fast-check';
import { metricsMethods } from '#core/api/metricsMethods.ts';
import { percentile } from '#core/metrics/totals.ts';
import { migrate } from '#core/store/migrations/migrate.ts';
import { createMetricsRepository } from '#core/store/metrics.ts';
import type { ExecutionRow, Store } from '#core/store/store.ts';
import type { LocalConnection } from '#node/sqlite/localConnection.ts';
import type { MetricsMethods } from '#protocol/metrics.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import type { RunStatus } from '#protocol/runView.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { append, created } from '#test/support/memoryStore.ts';
import { writePast } from '#test/support/pastRuns.ts';
import { silentLog } from '#test/unit/owner/serverFixture.ts';
import { localConnection, localStore } from '#test/unit/store/testFiles.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = 20_000 * DAY;
const seed = Number(process.env['CAS_SEED'] ?? Date.now() % 1_000_000);

const ENDS: { readonly [S in RunStatus]?: RunFact } = {
  completed: { type: 'run.completed', output: null },
  partial: { type: 'run.partial', output: null, reason: '' },
  failed: { type: 'run.failed', error: { code: 'x', message: '', retryable: false, details: {} } },
  cancelled: { type: 'run.cancelled', reason: '' },
};

describe('the report of figures', () => {
  let store: Store;
  let connection: LocalConnection;
  let methods: MetricsMethods;
  beforeEach(async () => {
    ({ store, connection } = await localStore(null));
    const clock = new FakeClock(NOW);
    methods = metricsMethods({ ports: { clock, log: silentLog }, store });
  });
  afterEach(() => store.close());

  interface Ended {
    readonly status: RunStatus;
    readonly agoMs: number;
    readonly ms: number;
    readonly workflow?: string;
    readonly agent?: string;
    readonly costMicroUsd?: number | null;
  }
  let counter = 0;
  const end = async ({ status, agoMs, ms, workflow = 'code-review', agent = 'analyst', costMicroUsd = 1 }: Ended): Promise<string> => {
    const runId = `run_${String((counter += 1)).padStart(6, '0')}`;
    const endedAt = NOW - agoMs;
    const createdAt = endedAt - ms;
    await store.runs.append(append(runId, 1, [created], { createdAt, workflow }));
    const execution: ExecutionRow = { agent, runId, path: 'a', startedAt: createdAt, durationMs: ms, ok: true, error: null };
    await store.agents.recordExecution(execution);
    const call = { runId, path: 'a', agent, provider: 'p', model: 'm', at: createdAt, cachedInputTokens: null };
    await store.agents.recordUsage([{ ...call, inputTokens: 10, outputTokens: 2, costMicroUsd }]);
    await store.runs.append(append(runId, 2, [ENDS[status] ?? created], { status, createdAt, endedAt, workflow, lastSeq: 2 }));
    return runId;
  };

  it('has nulls where nothing was measured', async () => {
    const { totals, slo, workflows } = await methods['metrics.report']();
    assert.deepEqual([totals.successRate, totals.p50Ms, totals.p95Ms, totals.runs], [null, null, null, 0]);
    assert.deepEqual(
      slo.map(({ budgetLeft, burn, spentInMs }) => [budgetLeft, burn.hour, burn.threeDays, spentInMs]),
      [
        [null, null, null, null],
        [null, null, null, null],
        [null, null, null, null],
      ],
    );
    assert.deepEqual(workflows, []);
  });

  it('counts completed of those that ended by themselves, and takes no duration from a cancelled run', async () => {
    await end({ status: 'completed', agoMs: HOUR, ms: 1_000 });
    await end({ status: 'completed', agoMs: HOUR, ms: 3_000 });
    await end({ status: 'failed', agoMs: HOUR, ms: 2_000 });
    await end({ status: 'partial', agoMs: HOUR, ms: 9_000 });
    await end({ status: 'cancelled', agoMs: HOUR, ms: 99_000 });
    const { totals } = await methods['metrics.report']({ since: NOW - DAY });
    const { runs, successRate, p50Ms, p95Ms, cancelled } = totals;
    assert.deepEqual(
      { runs, successRate, p50Ms, p95Ms, cancelled },
      { runs: 5, successRate: 0.5, p50Ms: 2_000, p95Ms: 9_000, cancelled: 1 },
    );
  });

  it('keeps what has no price apart from the cost', async () => {
    await end({ status: 'completed', agoMs: HOUR, ms: 1, costMicroUsd: 40 });
    await end({ status: 'completed', agoMs: HOUR, ms: 1, costMicroUsd: null });
    const { totals, slo } = await methods['metrics.report']({ since: NOW - DAY });
    assert.deepEqual([totals.costMicroUsd, totals.calls, totals.unpricedCalls], [40, 2, 1]);
    assert.equal(slo.find(({ id }) => id === 'cost')?.runs, 1, 'a run of unknown cost says nothing about cost');
  });

  it('compares with the time as long before, and puts each run into its bucket', async () => {
    await end({ status: 'completed', agoMs: 2 * HOUR, ms: 10 });
    await end({ status: 'failed', agoMs: 30 * HOUR, ms: 10 });
    const { totals, before, series, bucketMs, since } = await methods['metrics.report']({ since: NOW - DAY });
    assert.deepEqual([totals.runs, before.runs, before.failed], [1, 1, 1]);
    assert.equal(bucketMs, HOUR);
    assert.deepEqual(
      series.filter(({ runs }) => runs > 0).map(({ at }) => at),
      [NOW - 2 * HOUR],
    );
    assert.equal(series.length, (NOW - since) / bucketMs);
  });

  it('tells by workflow and by agent, and of one of them alone', async () => {
    await end({ status: 'completed', agoMs: HOUR, ms: 10, workflow: 'docs', agent: 'writer' });
    await end({ status: 'failed', agoMs: HOUR, ms: 20, agent: 'tester' });
    const all = await methods['metrics.report']();
    assert.deepEqual(
      new Map(all.workflows.map(({ workflow, runs, successRate }) => [workflow, [runs, successRate]])),
      new Map([
        ['code-review', [1, 0]],
        ['docs', [1, 1]],
      ]),
    );
    const docs = await methods['metrics.report']({ workflow: 'docs' });
    assert.deepEqual([docs.totals.runs, docs.totals.calls, docs.agents.map(({ agent }) => agent)], [1, 1, ['writer']]);
    const tester = await methods['metrics.report']({ agent: 'tester' });
    assert.deepEqual([tester.totals.runs, tester.totals.p50Ms, tester.workflows.map(({ workflow }) => workflow)], [1, 20, ['code-review']]);
  });

  it('spends the error budget by the objective, and says when it is gone at this rate', async () => {
    for (let n = 0; n < 39; n += 1) await end({ status: 'completed', agoMs: 10 * DAY, ms: 1 });
    await end({ status: 'failed', agoMs: 2 * HOUR, ms: 1 });
    const { slo } = await methods['metrics.report']();
    const success = slo.find(({ id }) => id === 'success');
    assert.deepEqual([success?.runs, success?.bad, success?.budgetLeft], [40, 1, 0.5]);
    assert.deepEqual(success?.burn, { hour: null, sixHours: 20, day: 20, threeDays: 20 });
    assert.equal(success?.spentInMs, (0.5 * 28 * DAY) / 20);
  });

  it('takes a run that goes on again out until it ends again', async () => {
    const runId = await end({ status: 'partial', agoMs: HOUR, ms: 10 });
    const report = async () => (await methods['metrics.report']()).totals;
    await store.runs.append(append(runId, 3, [{ type: 'run.resumed', by: 'person' }], { status: 'executing', lastSeq: 3 }));
    assert.equal((await report()).runs, 0);
    await store.runs.append(
      append(runId, 4, [{ type: 'run.completed', output: null }], { status: 'completed', endedAt: NOW - 5, lastSeq: 4 }),
    );
    const { runs, completed } = await report();
    assert.deepEqual([runs, completed], [1, 1]);
  });

  it('is the same from rows that an older store held before it had these figures', async () => {
    const old = await localConnection(null);
    await migrate(old, { now: 1 });
    await writePast(store, { runs: 60, executionsPerRun: 3, now: NOW, days: 5 });
    const tables = ['runs', 'event_batches', 'executions', 'usage'];
    for (const table of tables) {
      const rows = await connection.read({ sql: `SELECT * FROM ${table}`, parameters: [] });
      await old.commit(
        rows.map((row) => ({
          sql: `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.keys(row)
            .map(() => '?')
            .join(', ')})`,
          parameters: Object.values(row),
        })),
      );
    }
    await migrate(old, { now: 2, target: 8 });
    await migrate(old, { now: 3 });
    const again = metricsMethods({
      ports: { clock: new FakeClock(NOW), log: silentLog },
      store: { metrics: createMetricsRepository(old) },
    });
    assert.deepEqual(await again['metrics.report'](), await methods['metrics.report']());
    await old.close();
  });

  it('writes a table that a spreadsheet reads and takes no name for a formula', async () => {
    await end({ status: 'completed', agoMs: HOUR, ms: 10, workflow: '=HYPERLINK("http://x")' });
    const { text, name } = await methods['metrics.export']({ format: 'csv' });
    const lines = text.split('\r\n');
    assert.equal(lines[0], 'about,name,figure,value');
    assert.ok(lines.includes('total,,runs,1'));
    assert.ok(lines.includes('workflow,"\'=HYPERLINK(""http://x"")",runs,1'));
    assert.match(name, /^cas-metrics-\d{4}-\d\d-\d\d\.csv$/);
    const json = JSON.parse((await methods['metrics.export']({ format: 'json' })).text) as { readonly totals: { readonly runs: number } };
    assert.equal(json.totals.runs, 1);
  });

  it('agrees with figures computed from the runs one by one', async () => {
    console.log(`      seed ${seed}`);
    const statuses = ['completed', 'partial', 'failed', 'cancelled'] as const;
    const ended = fc.record({ status: fc.constantFrom(...statuses), agoMs: fc.integer({ min: 1, max: 9 * DAY }), ms: fc.nat(100_000) });
    await fc.assert(
      fc.asyncProperty(fc.array(ended, { maxLength: 30 }), async (runs) => {
        await connection.commit(
          ['run_ends', 'runs', 'executions', 'agent_hours', 'usage'].map((table) => ({ sql: `DELETE FROM ${table}`, parameters: [] })),
        );
        for (const run of runs) await end(run);
        const { totals, series, since } = await methods['metrics.report']();
        const inside = runs.filter(({ agoMs }) => NOW - agoMs >= since);
        const timed = inside.filter(({ status }) => status !== 'cancelled');
        const sorted = timed.map(({ ms }) => ms).toSorted((a, b) => a - b);
        assert.equal(totals.runs, inside.length);
        assert.equal(
          totals.successRate,
          timed.length === 0 ? null : timed.filter(({ status }) => status === 'completed').length / timed.length,
        );
        assert.deepEqual([totals.p50Ms, totals.p95Ms], [percentile(sorted, 0.5), percentile(sorted, 0.95)]);
        assert.equal(
          series.reduce((all, bucket) => all + bucket.runs, 0),
          inside.length,
          'each run is in one bucket',
        );
      }),
      { seed, numRuns: 25 },
    );
  });
});
