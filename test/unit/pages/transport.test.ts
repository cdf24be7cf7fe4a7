// The contract between a page and its host: every request settles, whatever happens to either end.

import assert from 'node:assert/strict';
import { z } from 'zod';
import fc from 'fast-check';
import { AppError } from '#base/errors.ts';
import { PAGE_PROTOCOL } from '#protocol/pages/handshake.ts';
import { PageWire, settled, WiredCore } from '#test/support/pageWire.ts';

const schemas = { echo: z.strictObject({ text: z.string() }), wait: z.strictObject({}), fail: z.strictObject({}) };
const never = (): Promise<never> => new Promise(() => {});

function makeWire(more: { readonly list?: () => Promise<unknown> } = {}) {
  const acted: string[] = [];
  const aborted: string[] = [];
  const core = new WiredCore({
    'runs.list': more.list ?? (async () => ['run_1']),
    'runs.get': async () => {
      throw new AppError({ code: 'run.notFound', message: 'There is no such run.', retryable: true, details: { id: 'x' } });
    },
    'runs.cancel': async () => undefined,
  });
  const wire = new PageWire({
    core,
    methods: ['runs.list', 'runs.get'],
    schemas,
    actions: {
      echo: async ({ text }) => {
        acted.push(text);
        return text;
      },
      wait: (_, { signal }) => {
        signal.addEventListener('abort', () => aborted.push('wait'));
        return never();
      },
      fail: async () => {
        throw new TypeError('broken');
      },
    },
  });
  return { wire, core, acted, aborted };
}

describe('a request of a page', () => {
  it('is answered with what the core gives', async () => {
    const { wire, core } = makeWire();
    const page = wire.load();
    assert.deepEqual(await page.request({ kind: 'call', method: 'runs.list', args: [{ limit: 3 }] }), ['run_1']);
    assert.deepEqual(core.calls, [{ method: 'runs.list', args: [{ limit: 3 }] }]);
    wire.dispose();
  });

  it('leaves out what is not given at its end', async () => {
    const { wire, core } = makeWire();
    await wire.load().request({ kind: 'call', method: 'runs.list', args: [undefined] });
    assert.deepEqual(core.calls, [{ method: 'runs.list', args: [] }]);
    wire.dispose();
  });

  it('fails with the code, message, details and retryability of what was thrown', async () => {
    const { wire } = makeWire();
    const page = wire.load();
    await assert.rejects(page.request({ kind: 'call', method: 'runs.get', args: ['x'] }), {
      code: 'run.notFound',
      message: 'There is no such run.',
      retryable: true,
      details: { id: 'x' },
    });
    await assert.rejects(page.request({ kind: 'act', action: 'fail', arg: {} }), { code: 'internal', message: 'broken' });
    wire.dispose();
  });

  it('is refused when it is not on the list of the page, or its arguments are wrong, and then nothing is called', async () => {
    const { wire, core, acted } = makeWire();
    const page = wire.load();
    const call = (method: string, args: readonly unknown[] = []) => page.request({ kind: 'call', method, args });
    await assert.rejects(call('runs.cancel', [{ id: 'run_1' }]), { code: 'page.notAllowed' });
    await assert.rejects(call('no.such'), { code: 'page.notAllowed' });
    await assert.rejects(call('constructor'), { code: 'page.notAllowed' });
    await assert.rejects(call('runs.list', [{ limit: -1 }]), { code: 'page.badArguments' });
    await assert.rejects(call('runs.list', [{}, 2]), { code: 'page.badArguments' });
    await assert.rejects(page.request({ kind: 'act', action: 'echo', arg: { text: 1 } }), { code: 'page.badArguments' });
    await assert.rejects(page.request({ kind: 'act', action: 'toString', arg: {} }), { code: 'page.notAllowed' });
    assert.deepEqual([core.calls, acted], [[], []]);
    wire.dispose();
  });

  it('is given up at its time limit, and the host is told', async () => {
    const { wire, aborted } = makeWire();
    const waiting = wire.load().request({ kind: 'act', action: 'wait', arg: {} }, { timeoutMs: 5_000 });
    const rejected = assert.rejects(waiting, { code: 'page.timeout', retryable: true });
    wire.clock.advance(5_000);
    await rejected;
    assert.deepEqual(aborted, ['wait']);
    wire.dispose();
  });

  it('is given up by its signal, before and after it was sent', async () => {
    const { wire, aborted } = makeWire();
    const page = wire.load();
    const controller = new AbortController();
    const waiting = page.request({ kind: 'act', action: 'wait', arg: {} }, { signal: controller.signal });
    const rejected = assert.rejects(waiting, { name: 'AbortError' });
    controller.abort();
    await rejected;
    assert.deepEqual(aborted, ['wait']);
    await assert.rejects(page.request({ kind: 'act', action: 'wait', arg: {} }, { signal: controller.signal }), { name: 'AbortError' });
    wire.dispose();
  });

  it('is not answered after it was given up', async () => {
    let answer: (value: unknown) => void = () => {};
    const { wire } = makeWire({
      list: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const page = wire.load();
    const controller = new AbortController();
    const rejected = assert.rejects(page.request({ kind: 'call', method: 'runs.list', args: [] }, { signal: controller.signal }), {
      name: 'AbortError',
    });
    await settled();
    controller.abort();
    await rejected;
    answer(['too late']);
    await settled();
    assert.deepEqual(
      wire.received.filter(({ kind }) => kind === 'reply' || kind === 'failed'),
      [],
    );
    wire.dispose();
  });

  it('fails when the page is closed, and so do those after', async () => {
    const { wire } = makeWire();
    const page = wire.load();
    const rejected = assert.rejects(page.request({ kind: 'act', action: 'wait', arg: {} }), { code: 'page.gone' });
    page.dispose();
    await rejected;
    await assert.rejects(page.request({ kind: 'act', action: 'echo', arg: { text: 'x' } }), { code: 'page.gone' });
    wire.dispose();
  });

  it('fails when another host answers instead of the one that was asked', async () => {
    const { wire } = makeWire();
    const page = wire.load();
    const rejected = assert.rejects(page.request({ kind: 'act', action: 'wait', arg: {} }), { code: 'page.gone' });
    wire.restartHost();
    wire.clock.advance(7_000);
    await rejected;
    assert.equal(page.standing.kind, 'live');
    assert.equal(await page.request({ kind: 'act', action: 'echo', arg: { text: 'again' } }), 'again');
    wire.dispose();
  });

  it('waits for a host that was not there yet', async () => {
    const { wire } = makeWire();
    wire.stopHost();
    const page = wire.load();
    const answer = page.request({ kind: 'act', action: 'echo', arg: { text: 'early' } });
    wire.restartHost();
    wire.clock.advance(7_000);
    assert.equal(await answer, 'early');
    wire.dispose();
  });

  it('is answered in order when the page was hidden meanwhile', async () => {
    const { wire } = makeWire();
    const page = wire.load();
    const order: unknown[] = [];
    const ask = (text: string) => page.request({ kind: 'act', action: 'echo', arg: { text } }).then((value) => order.push(value));
    const answers = ['1', '2', '3'].map(ask);
    wire.show(false);
    await settled();
    assert.deepEqual(order, []);
    wire.show(true);
    await Promise.all(answers);
    assert.deepEqual(order, ['1', '2', '3']);
    wire.dispose();
  });

  it('is answered to nobody when the page was loaded again, and its work is given up', async () => {
    const { wire, aborted } = makeWire();
    const before = wire.load('first');
    void before.request({ kind: 'act', action: 'wait', arg: {} }).catch(() => {}); // that page is gone: nobody is there to see it
    wire.show(false);
    await settled();
    wire.show(true);
    const after = wire.load('second');
    assert.deepEqual(aborted, ['wait']);
    assert.equal(await after.request({ kind: 'act', action: 'echo', arg: { text: 'mine' } }), 'mine');
    assert.ok(wire.received.every((frame) => frame.kind !== 'reply' || frame.page === 'second'));
    wire.dispose();
  });

  it('is refused beyond two hundred at a time', async () => {
    const { wire } = makeWire();
    const page = wire.load();
    for (let times = 0; times < 200; times += 1) void page.request({ kind: 'act', action: 'wait', arg: {} }).catch(() => {}); // they end with the page
    await assert.rejects(page.request({ kind: 'act', action: 'echo', arg: { text: 'x' } }), { code: 'page.tooMany', retryable: true });
    wire.dispose();
  });

  it('settles once, whatever happens around it', async () => {
    const step = fc.constantFrom('ask', 'call', 'hide', 'show', 'tick', 'silence', 'host', 'settle');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { wire } = makeWire();
        const page = wire.load();
        const settlements: number[] = [];
        const ask = (request: Parameters<typeof page.request>[0]): void => {
          const index = settlements.push(0) - 1;
          const count = (): void => {
            settlements[index] = (settlements[index] ?? 0) + 1;
          };
          page.request(request, { timeoutMs: 30_000 }).then(count, count);
        };
        for (const one of steps) {
          if (one === 'ask') ask({ kind: 'act', action: 'wait', arg: {} });
          if (one === 'call') ask({ kind: 'call', method: 'runs.list', args: [] });
          if (one === 'hide') wire.show(false);
          if (one === 'show') wire.show(true);
          if (one === 'tick') wire.clock.advance(1_000);
          if (one === 'silence') wire.clock.advance(10_000);
          if (one === 'host') wire.restartHost();
          if (one === 'settle') await settled();
        }
        wire.clock.advance(30_000);
        await settled();
        assert.ok(
          settlements.every((times) => times === 1),
          `${steps.join(' ')}: ${settlements.join(' ')}`,
        );
        wire.dispose();
        assert.equal(wire.clock.pending, 0);
      }),
    );
  });
});

describe('a page and a host of different versions', () => {
  it('do not speak with each other, and the page says so', async () => {
    const { wire, core } = makeWire();
    wire.send({ kind: 'hello', page: 'old', protocol: PAGE_PROTOCOL + 1, news: 'of a later version' });
    wire.send({ kind: 'call', page: 'old', id: 1, method: 'runs.list', args: [] });
    await settled();
    assert.deepEqual(
      wire.received.map((frame) => [frame.kind, frame.page]),
      [['refused', 'old']],
    );
    assert.deepEqual(core.calls, []);
    wire.dispose();
  });

  it('end every request that waits', async () => {
    const { wire } = makeWire();
    wire.stopHost();
    const page = wire.load('new');
    const rejected = assert.rejects(page.request({ kind: 'act', action: 'echo', arg: { text: 'x' } }), { code: 'page.version' });
    const error = { code: 'page.version', message: 'Reload the window.', retryable: false, details: {} };
    wire.deliver({ page: 'new', kind: 'refused', protocol: 99, error });
    await rejected;
    assert.deepEqual(page.standing, { kind: 'refused', error });
    await assert.rejects(page.request({ kind: 'act', action: 'echo', arg: { text: 'x' } }), { code: 'page.version' });
    wire.dispose();
  });
});

describe('hostile messages', () => {
  const HOSTILE: readonly unknown[] = [
    null,
    42,
    'hello',
    [],
    {},
    { kind: 'call' },
    { kind: 'call', page: 'p', id: 0, method: 'runs.list', args: [] },
    { kind: 'call', page: 'p', id: 1, method: 'runs.list', args: {} },
    { kind: 'call', page: 'p', id: 1, method: 'runs.list', args: [], extra: true },
    { kind: 'call', page: 'p', id: 1, method: 'x'.repeat(101), args: [] },
    { kind: 'call', page: 'somebody else', id: 1, method: 'runs.list', args: [] },
    { kind: 'act', page: 'p', id: 1, action: '__proto__', arg: {} },
    { kind: 'abort', page: 'p', id: 99 },
    { kind: 'follow', page: 'p', topic: 'x'.repeat(301) },
    { kind: 'unfollow', page: 'p', topic: 'never followed' },
    { kind: 'reply', page: 'p', id: 1, value: 'mine' },
    { kind: 'hello', page: '', protocol: 1 },
    { kind: 'hello', page: 'p', protocol: '1' },
  ];

  it('change nothing, and the page behind them is served on', async () => {
    const { wire, core, acted } = makeWire();
    const page = wire.load('p');
    for (const raw of HOSTILE) wire.send(raw);
    await settled();
    assert.deepEqual([core.calls, acted], [[], []]);
    assert.equal(await page.request({ kind: 'act', action: 'echo', arg: { text: 'still here' } }), 'still here');
    wire.dispose();
  });

  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.jsonValue(),
            fc.record(
              {
                kind: fc.constantFrom('hello', 'call', 'act', 'follow'),
                page: fc.string(),
                id: fc.anything({ maxDepth: 1 }),
                args: fc.jsonValue(),
                topic: fc.string(),
              },
              { requiredKeys: ['kind'] },
            ),
          ),
          { maxLength: 10 },
        ),
        (messages) => {
          const { wire } = makeWire();
          for (const raw of messages) wire.send(raw);
          wire.dispose();
        },
      ),
    );
  });

  it('of someone else are not taken for the host', async () => {
    const { wire } = makeWire();
    const page = wire.load('p');
    const waiting = page.request({ kind: 'act', action: 'wait', arg: {} });
    let settledBy = 'nobody';
    waiting.then(
      () => (settledBy = 'reply'),
      () => (settledBy = 'failure'),
    );
    wire.deliver({ page: 'another', kind: 'reply', id: 1, value: 'forged' });
    wire.deliver({ page: 'p', kind: 'reply', id: 77, value: 'forged' });
    await settled();
    assert.equal(settledBy, 'nobody');
    wire.dispose();
  });
});
