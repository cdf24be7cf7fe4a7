import assert from 'node:assert/strict';
import { parityMethods } from '#core/api/parityMethods.ts';
import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import { customKind } from '#core/runtimes/custom/customKind.ts';
import type { Store } from '#core/store/store.ts';
import { memoryStore } from '#test/support/memoryStore.ts';
import { probeHost, silentLog } from '#test/support/parity.ts';

/** Fails at once: what is looked at here is what becomes of a report. */
const broken: RuntimeKind = {
  ...customKind(),
  id: 'broken',
  create() {
    throw new Error('It cannot be made.');
  },
};

describe('the API of parity', () => {
  let store: Store;
  beforeEach(async () => {
    store = await memoryStore();
  });
  afterEach(() => store.close());

  it('measures the runtimes asked for and keeps each report with its time', async () => {
    const methods = parityMethods({ runtimes: { kinds: [customKind(), broken], services: new Map() }, store, host: probeHost });
    assert.deepEqual((await methods['parity.latest']()).reports, []);
    const measured = await methods['parity.run']({ runtime: 'broken' });
    assert.deepEqual(
      measured.reports.map(({ runtime, available, total }) => [runtime, available, total]),
      [['broken', 0, 24]],
    );
    assert.deepEqual(await methods['parity.latest'](), measured);
    const [entry] = await methods['parity.history']();
    const { results: _, ...summary } = measured.reports[0] ?? assert.fail('no report');
    assert.deepEqual(entry, summary);
    assert.deepEqual(await methods['parity.history']({ runtime: 'custom' }), []);
  });

  it('refuses a runtime that is not there, naming the nearest one', async () => {
    const methods = parityMethods({ runtimes: { kinds: [customKind(), broken], services: new Map() }, store, host: probeHost });
    await assert.rejects(methods['parity.run']({ runtime: 'costum' }), { code: 'runtime.notFound', message: /custom/ });
    await assert.rejects(methods['parity.history']({ runtime: 'x' }), { code: 'runtime.notFound' });
  });

  it('tells the health and the figures of each runtime', async () => {
    const { clock, ids } = probeHost;
    const kind = customKind();
    const executor = { assign: () => assert.fail('nothing runs'), execute: () => assert.fail('nothing runs') };
    const runtime = kind.create({ clock, ids, log: silentLog, store, executor });
    const services = new Map([[kind.id, kind.services(runtime, { clock, store })]]);
    const [status] = await parityMethods({ runtimes: { kinds: [kind], services }, store, host: probeHost })['runtimes.status']();
    assert.deepEqual([status?.id, status?.health.status, status?.metrics.runs.total], ['custom', 'ok', 0]);
    await runtime.shutdown();
  });
});
