import assert from 'node:assert/strict';
import type { JsonObject } from '#base/json.ts';
import { publishRunMetrics } from '#core/api/metricsMethods.ts';
import type { Bus } from '#core/bus/bus.ts';
import type { Store } from '#core/store/store.ts';
import { busTypeOf } from '#protocol/bus.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import type { RunStatus } from '#protocol/runView.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { append, created, memoryStore } from '#test/support/memoryStore.ts';
import { silentLog } from '#test/unit/owner/serverFixture.ts';

describe('after a run has ended, metric.recorded', () => {
  let store: Store;
  beforeEach(async () => {
    store = await memoryStore();
  });
  afterEach(() => store.close());

  /** What the bus hears of a run that ends like this, two model calls in it. */
  async function heard(status: RunStatus, end: RunFact, secondCost: number | null): Promise<readonly JsonObject[]> {
    const call = { runId: 'run_a', path: 'a', agent: 'analyst', provider: 'p', model: 'm', at: 1, cachedInputTokens: null };
    await store.runs.append(append('run_a', 1, [created], { createdAt: 1_000 }));
    await store.agents.recordUsage([
      { ...call, inputTokens: 100, outputTokens: 20, costMicroUsd: 1_500 },
      { ...call, inputTokens: 10, outputTokens: 2, costMicroUsd: secondCost },
    ]);
    const last = append('run_a', 2, [end], { createdAt: 1_000, endedAt: 4_000, status, lastSeq: 2 });
    await store.runs.append(last);
    const payloads: JsonObject[] = [];
    await new Promise<void>((resolve) => {
      const bus = {
        publish: async ({ type, payload }: { type: string; payload: JsonObject }) => {
          assert.equal(type, 'metric.recorded');
          assert.ok(busTypeOf(type)?.payload.safeParse(payload).success, JSON.stringify(payload));
          payloads.push(payload);
        },
      };
      const publish = publishRunMetrics({
        ports: { clock: new FakeClock(5_000), log: silentLog },
        store,
        bus: bus as unknown as Bus,
        told: resolve,
      });
      for (const event of last.events) publish(event);
    });
    return payloads;
  }

  it('tells duration, success, tokens and cost, with the run and its workflow', async () => {
    const of = { runId: 'run_a', workflow: 'code-review' };
    assert.deepEqual(await heard('completed', { type: 'run.completed', output: null }, 500), [
      { name: 'run.durationMs', value: 3_000, ...of },
      { name: 'run.success', value: 1, ...of },
      { name: 'run.tokens', value: 132, ...of },
      { name: 'run.costUsd', value: 0.002, ...of },
    ]);
  });

  it('tells no cost when the price of a call is not known', async () => {
    const error = { code: 'x', message: '', retryable: false, details: {} };
    const names = (await heard('failed', { type: 'run.failed', error }, null)).map(({ name, value }) => [name, value]);
    assert.deepEqual(names, [
      ['run.durationMs', 3_000],
      ['run.success', 0],
      ['run.tokens', 132],
    ]);
  });

  it('says nothing of the success of a run that was cancelled', async () => {
    const names = (await heard('cancelled', { type: 'run.cancelled', reason: '' }, 500)).map(({ name }) => name);
    assert.deepEqual(names, ['run.durationMs', 'run.tokens', 'run.costUsd']);
  });
});
