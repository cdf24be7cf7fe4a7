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
  let changes = 0;
  const changed = (): void => {
    changes += 1;
  };
  beforeEach(async () => {
    store = await memoryStore();
  });
  afterEach(() => store.close());

  it('measures the runtimes asked for and keeps each report with its time', async () => {
    const methods = parityMethods({ runtimes: { kinds: [customKind(), broken], services: new Map() }, store, host: probeHost, changed });
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

  it('measures one feature alone and keeps the rest as it was', async () => {
    const methods = parityMethods({ runtimes: { kinds: [customKind(), broken], services: new Map() }, store, host: probeHost, changed });
    changes = 0;
    const alone = await methods['parity.run']({ runtime: 'custom', feature: 'retry-logic' });
    assert.deepEqual(
      alone.reports.map(({ runtime, total, results }) => [runtime, total, results.map(({ feature, verdict }) => [feature, verdict])]),
      [['custom', 1, [['retry-logic', 'available']]]],
    );
    assert.equal(changes, 1);
    const [outcome] = await methods['parity.outcomes']({ runtime: 'custom', feature: 'retry-logic' });
    assert.deepEqual(
      outcome?.trace?.slice(0, 2).map(({ run, type, path }) => [run, type, path]),
      [
        [1, 'run.created', null],
        [1, 'run.parsed', null],
      ],
    );
    assert.ok(
      alone.reports.every(({ results }) => results.every((result) => !('trace' in result))),
      'only with the outcomes',
    );
    const whole = await methods['parity.run']({ runtime: 'broken' });
    const again = await methods['parity.run']({ runtime: 'broken', feature: 'message-bus' });
    const [before, after] = [whole, again].map(({ reports }) => reports[0] ?? assert.fail('no report'));
    assert.deepEqual([after?.at, after?.total, after?.results.length], [before?.at, 24, 24]);
    const others = (report: typeof before): unknown => report?.results.filter(({ feature }) => feature !== 'message-bus');
    assert.deepEqual(others(after), others(before));
    const times = [before, after].map((report) => report?.results.find(({ feature }) => feature === 'message-bus')?.at ?? 0);
    assert.ok((times[1] ?? 0) > (times[0] ?? 0), `measured anew: ${times.join(', ')}`);
    assert.deepEqual(await methods['parity.latest']({ runtime: 'broken' }), again);
    assert.equal((await methods['parity.history']()).length, 1);
  });

  it('tells what one feature was found to be, newest first', async () => {
    const methods = parityMethods({ runtimes: { kinds: [broken], services: new Map() }, store, host: probeHost, changed });
    await methods['parity.run']();
    for (let times = 0; times < 3; times += 1) await methods['parity.run']({ feature: 'state-store' });
    const outcomes = await methods['parity.outcomes']({ feature: 'state-store', runtime: 'broken' });
    assert.deepEqual(
      outcomes.map(({ feature, verdict }) => [feature, verdict]),
      Array.from({ length: 4 }, () => ['state-store', 'unavailable']),
    );
    assert.deepEqual(
      outcomes.map(({ at }) => at),
      outcomes.map(({ at }) => at).toSorted((a, b) => b - a),
    );
    assert.equal((await methods['parity.outcomes']({ feature: 'state-store', runtime: 'broken', limit: 2 })).length, 2);
  });

  it('refuses a feature that is not compared, naming the nearest one', async () => {
    const methods = parityMethods({ runtimes: { kinds: [broken], services: new Map() }, store, host: probeHost, changed });
    const refusal = { code: 'parity.noFeature', message: /state-store/ };
    await assert.rejects(methods['parity.run']({ feature: 'state-stor' }), refusal);
    await assert.rejects(methods['parity.outcomes']({ feature: 'state-stor', runtime: 'broken' }), refusal);
    assert.deepEqual((await methods['parity.latest']()).reports, []);
  });

  it('refuses a runtime that is not there, naming the nearest one', async () => {
    const methods = parityMethods({ runtimes: { kinds: [customKind(), broken], services: new Map() }, store, host: probeHost, changed });
    await assert.rejects(methods['parity.run']({ runtime: 'costum' }), { code: 'runtime.notFound', message: /custom/ });
    await assert.rejects(methods['parity.history']({ runtime: 'x' }), { code: 'runtime.notFound' });
  });

  it('tells the health and the figures of each runtime', async () => {
    const { clock, ids } = probeHost;
    const kind = customKind();
    const executor = { assign: () => assert.fail('nothing runs'), execute: () => assert.fail('nothing runs') };
    const runtime = kind.create({ clock, ids, log: silentLog, store, executor });
    const services = new Map([[kind.id, kind.services(runtime, { clock, store })]]);
    const [status] = await parityMethods({ runtimes: { kinds: [kind], services }, store, host: probeHost, changed })['runtimes.status']();
    assert.deepEqual([status?.id, status?.health.status, status?.metrics.runs.total], ['custom', 'ok', 0]);
    await runtime.shutdown();
  });
});
