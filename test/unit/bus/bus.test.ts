import assert from 'node:assert/strict';
import { hasCode } from '#base/errors.ts';
import { Bus } from '#core/bus/bus.ts';
import { bridgeRuns } from '#core/bus/bridge.ts';
import type { Store } from '#core/store/store.ts';
import { type BusMessage, busSchemas, busTypes } from '#protocol/bus.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { memoryStore } from '#test/support/memoryStore.ts';

const code = (expected: string) => (error: unknown) => hasCode(error, expected);
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('the message bus', () => {
  let store: Store;
  let bus: Bus;
  let errors: unknown[];
  beforeEach(async () => {
    store = await memoryStore();
    errors = [];
    let ids = 0;
    const log = { debug() {}, info() {}, warn() {}, error: (_m: string, _f?: object, thrown?: unknown) => void errors.push(thrown) };
    bus = new Bus({
      clock: new FakeClock(),
      ids: { random: () => 0.5, next: (prefix) => `${prefix}_${(ids += 1)}` },
      log,
      store: store.bus,
    });
  });
  afterEach(async () => {
    bus.dispose();
    await store.close();
  });
  const user = (n: number) => ({ type: 'user.note', payload: { n } });
  const numbers = (messages: readonly BusMessage[]): unknown[] => messages.map((message) => message.payload['n']);

  it('gives every message its envelope', async () => {
    const message = await bus.publish({ ...user(1), correlationId: 'c', cause: 'm' });
    assert.deepEqual(message, {
      id: 'msg_1',
      correlation_id: 'c',
      cause: 'm',
      version: 1,
      type: 'user.note',
      payload: { n: 1 },
      at: new FakeClock().now(),
    });
    assert.deepEqual(await bus.replay({}), [message]);
  });

  it('refuses types that are not there and payloads of another shape', async () => {
    await assert.rejects(bus.publish({ type: 'nothing.known', payload: {} }), code('bus.unknownType'));
    await assert.rejects(bus.publish({ type: '__proto__', payload: {} }), code('bus.unknownType'));
    await assert.rejects(bus.publish({ type: 'workspace.file.saved', payload: { paths: [] } }), code('bus.badPayload'));
    await assert.rejects(bus.publish({ type: 'feedback.given', payload: { rating: 3, text: '', other: 1 } }), code('bus.badPayload'));
  });

  it('keeps a message with a chosen id once, also when both come at the same time', async () => {
    const heard: BusMessage[] = [];
    bus.listen({ deliver: (message) => void heard.push(message) });
    await Promise.all([bus.publish({ ...user(1), id: 'x' }), bus.publish({ ...user(2), id: 'x' })]);
    await bus.publish({ ...user(3), id: 'x' });
    await settle();
    assert.deepEqual(numbers(heard), [1]);
    assert.deepEqual(numbers(await bus.replay({})), [1]);
  });

  it('keeps durable messages alone', async () => {
    await bus.publish({ type: 'metric.recorded', payload: { name: 'coverage', value: 80 } });
    await bus.publish(user(1));
    assert.deepEqual(
      (await bus.replay({})).map((one) => one.type),
      ['user.note'],
    );
  });

  it('replays from a message on, and says so when it is not there', async () => {
    const first = await bus.publish(user(1));
    await bus.publish(user(2));
    await bus.publish({ type: 'feedback.given', payload: { rating: 1, text: 'no' } });
    assert.deepEqual(numbers(await bus.replay({ after: first.id, types: ['user.note'] })), [2]);
    await assert.rejects(bus.replay({ after: 'gone' }), code('bus.notFound'));
    await assert.rejects(bus.subscribe({ after: 'gone', deliver() {} }), code('bus.notFound'));
    const heard: BusMessage[] = [];
    await bus.subscribe({ after: first.id, accepts: (type) => type.startsWith('user.'), deliver: (message) => void heard.push(message) });
    await bus.publish(user(3));
    await settle();
    assert.deepEqual(numbers(heard), [2, 3]);
  });

  it('goes on after a subscriber that throws, and tells it the next message too', async () => {
    const heard: unknown[] = [];
    bus.listen({
      deliver(message) {
        heard.push(message.payload['n']);
        if (message.payload['n'] === 1) throw new Error('no');
      },
    });
    await bus.publish(user(1));
    await bus.publish(user(2));
    await settle();
    assert.deepEqual(heard, [1, 2]);
    assert.equal(errors.length, 1);
  });

  it('loses no durable message on a slow subscriber and keeps no more than its capacity in memory', async () => {
    let open!: () => void;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const heard: unknown[] = [];
    const slow = bus.listen({
      capacity: 10,
      async deliver(message) {
        await opened;
        heard.push(message.payload['n']);
      },
    });
    for (let n = 0; n < 500; n += 1) {
      await bus.publish(user(n));
      assert.ok(slow.state.waiting <= 10);
    }
    assert.equal(slow.state.lagging, true);
    open();
    const late = Array.from({ length: 50 }, (_, n) => bus.publish(user(500 + n)));
    await Promise.all(late);
    while (slow.state.lagging || slow.state.waiting > 0) await settle();
    await settle();
    assert.deepEqual(
      heard,
      Array.from({ length: 550 }, (_, n) => n),
    );
  });

  it('holds 100,000 signals for a subscriber that does not answer in bounded memory, the newest kept', async () => {
    let open!: () => void;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const heard: number[] = [];
    const slow = bus.listen({
      capacity: 100,
      async deliver(message) {
        await opened;
        heard.push(message.payload['value'] as number);
      },
    });
    let most = 0;
    for (let value = 0; value < 100_000; value += 1) {
      await bus.publish({ type: 'metric.recorded', payload: { name: 'm', value } });
      most = Math.max(most, slow.state.waiting);
    }
    assert.equal(most, 100);
    assert.equal(slow.state.dropped, 100_000 - 100 - 1);
    open();
    await settle();
    await settle();
    assert.deepEqual(
      heard.slice(-100),
      Array.from({ length: 100 }, (_, n) => 99_900 + n),
    );
  });

  it('tells nothing after disposal', async () => {
    const heard: unknown[] = [];
    const subscription = bus.listen({ deliver: (message) => void heard.push(message) });
    subscription.dispose();
    await bus.publish(user(1));
    await settle();
    assert.deepEqual(heard, []);
  });

  it('has a JSON Schema for every type', () => {
    const schemas = busSchemas();
    assert.deepEqual(Object.keys(schemas).sort(), [...Object.keys(busTypes), 'user.*'].sort());
    const saved = schemas['workspace.file.saved'] as { properties: { payload: { required: string[] } }; required: string[] };
    assert.deepEqual(saved.properties.payload.required, ['paths']);
    assert.deepEqual(saved.required.toSorted(), ['at', 'cause', 'correlation_id', 'id', 'payload', 'type', 'version']);
  });

  it('carries the events of runs in brief, each once, with the workflow of a run that began earlier', async () => {
    const heard: BusMessage[] = [];
    bus.listen({ deliver: (message) => void heard.push(message) });
    const feed = bridgeRuns({
      bus,
      log: { debug() {}, info() {}, warn() {}, error: (...args) => void errors.push(args) },
      workflowOf: async (runId) => (runId === 'run_old' ? 'audit' : null),
      causeOf: (runId) => (runId === 'run_old' ? 'msg_cause' : null),
    });
    const error = { code: 'x.y', message: 'broke', retryable: false, details: {} };
    feed({ type: 'run.resumed', by: 'engine', runId: 'run_old', seq: 8, at: 1 });
    feed({ type: 'run.failed', error, runId: 'run_old', seq: 9, at: 2 });
    feed({ type: 'run.started', runId: 'run_unknown', seq: 1, at: 2 });
    await settle();
    assert.deepEqual(
      heard.map(({ id, type, correlation_id, cause }) => [id, type, correlation_id, cause]),
      [
        ['run_old.8', 'cas.run.resumed', 'run_old', 'msg_cause'],
        ['run_old.9', 'cas.run.failed', 'run_old', 'msg_cause'],
      ],
    );
    assert.deepEqual(heard[1]?.payload, {
      runId: 'run_old',
      workflow: 'audit',
      seq: 9,
      path: null,
      error: { code: 'x.y', message: 'broke' },
    });
    assert.deepEqual(
      (await bus.replay({})).map((one) => one.id),
      ['run_old.9'],
    );
  });
});
