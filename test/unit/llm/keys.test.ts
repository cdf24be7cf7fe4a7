import assert from 'node:assert/strict';
import { hasCode, isAppError } from '#base/errors.ts';
import { KeyAudit } from '#core/api/keyAudit.ts';
import { fingerprint } from '#core/llm/credential.ts';
import { changeKeys, storedKeys } from '#core/llm/keyChange.ts';
import { KeyScrub } from '#core/llm/keyScrub.ts';
import type { ModelEvent } from '#core/llm/provider.ts';
import { defaultStreamLimits } from '#core/llm/timeouts.ts';
import type { AuditEntry } from '#core/store/store.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { helloCall, testModels } from '#test/support/llmFixtures.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { startOpenaiServer } from '#test/support/vendors/openaiServer.ts';
import type { Script, Turn } from '#test/support/vendors/turn.ts';
import { vendors } from '#test/support/vendors/vendors.ts';
import type { VendorServer } from '#test/support/vendors/vendorServer.ts';

const FIRST = 'canary-first-key-0123456789';
const SECOND = 'canary-second-key-0123456789';
const never = new AbortController().signal;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

function auditStore() {
  const entries: AuditEntry[] = [];
  const values = new Map<string, unknown>();
  return {
    entries,
    audit: { append: async (entry: AuditEntry) => void entries.push(structuredClone(entry)) },
    values: {
      get: async (_: string, key: string) => values.get(key),
      set: async (_: string, key: string, value: unknown) => void values.set(key, value),
    },
  };
}

describe('two keys of one provider', () => {
  let anthropic: VendorServer;
  let openai: VendorServer;
  afterEach(() => Promise.all([anthropic.close(), openai.close()]));

  async function start(script: Script) {
    [anthropic, openai] = [await startAnthropicServer(script), await startOpenaiServer([{ text: 'from openai' }])];
    const keys: Record<string, string | undefined> = {
      ANTHROPIC_API_KEY: FIRST,
      ANTHROPIC_API_KEY_2: SECOND,
      OPENAI_API_KEY: 'canary-openai-0123456789',
    };
    return { keys, models: testModels({ anthropic, openai, more: { secrets: { get: async (name) => keys[name] } } }) };
  }
  const keyOf = (at: number): string | undefined => anthropic.requests[at]?.headers['authorization']?.replace('Bearer ', '');
  const byKey =
    (refused: Turn) =>
    (request: { headers: { readonly [name: string]: string } }): Turn =>
      request.headers['authorization'] === `Bearer ${FIRST}` ? refused : { text: 'from the second key' };

  for (const [what, fault] of [
    ['refused', { kind: 'status', status: 401, type: 'authentication_error' }],
    ['spent', { kind: 'status', status: 402 }],
    ['limited for a minute', { kind: 'status', status: 429, headers: { 'retry-after': '61' } }],
  ] as const) {
    it(`switch to the second when the first is ${what}, and say which failed`, async () => {
      const { models } = await start(byKey({ fault }));
      const answer = await models.complete(helloCall, {}, { signal: never });
      assert.equal(answer.text, 'from the second key');
      assert.deepEqual([keyOf(0), keyOf(1), openai.requests.length], [FIRST, SECOND, 0]);
      assert.match(answer.route.reason, /with ANTHROPIC_API_KEY_2/);
      assert.match(answer.route.passedOver[0]?.reason ?? '', /^ANTHROPIC_API_KEY: /);
      await models.complete(helloCall, {}, { signal: never });
      assert.equal(keyOf(2), SECOND, 'the first key is not asked again');
    });
  }

  it('do not try an outage twice: that is what other providers are for', async () => {
    const { models } = await start([{ fault: { kind: 'status', status: 500 } }]);
    assert.equal((await models.complete(helloCall, {}, { signal: never })).text, 'from openai');
    assert.deepEqual(new Set(anthropic.requests.map(({ headers }) => headers['authorization']?.replace('Bearer ', ''))), new Set([FIRST]));
  });

  it('a replaced key begins afresh: the refusal of the old one is not held against it', async () => {
    const { keys, models } = await start(byKey({ fault: { kind: 'status', status: 401 } }));
    delete keys['ANTHROPIC_API_KEY_2'];
    assert.equal((await models.complete(helloCall, {}, { signal: never })).provider, 'openai');
    keys['ANTHROPIC_API_KEY'] = SECOND;
    assert.equal((await models.complete(helloCall, {}, { signal: never })).text, 'from the second key');
  });
});

describe('the use of keys', () => {
  const use = {
    provider: 'anthropic',
    model: 'm',
    secret: 'ANTHROPIC_API_KEY',
    credential: 'aaaaaaaa',
    agent: 'security',
    origin: { runId: 'run_1', path: 'scan' },
  };

  it('is in the audit call by call, many in one entry, and no call waits for it', async () => {
    const [clock, store] = [new FakeClock(), auditStore()];
    const audit = new KeyAudit({ store: store as never, clock, log: silent });
    for (let n = 0; n < 250; n += 1) audit.used({ ...use, model: `m${n}` });
    clock.advance(1_000);
    await audit.flush();
    assert.deepEqual(
      store.entries.map(({ action, target, data }) => [action, target, (data as { uses: unknown[] }).uses.length]),
      [
        ['key.used', 'ANTHROPIC_API_KEY (aaaaaaaa)', 200],
        ['key.used', 'ANTHROPIC_API_KEY (aaaaaaaa)', 50],
      ],
    );
    const [uses] = store.entries.map(({ data }) => (data as { uses: object[] }).uses);
    assert.deepEqual(uses?.[0], { at: clock.now() - 1_000, agent: 'security', model: 'm0', run: 'run_1', step: 'scan' });
  });

  it('a refusal and a change of key are entries of their own, also over a restart', async () => {
    const [clock, store] = [new FakeClock(), auditStore()];
    const before = new KeyAudit({ store: store as never, clock, log: silent });
    before.used(use);
    before.refused(use, 'llm.auth');
    await before.flush();
    const after = new KeyAudit({ store: store as never, clock, log: silent });
    after.used({ ...use, credential: 'bbbbbbbb', origin: null, agent: '' });
    await after.flush();
    assert.deepEqual(
      store.entries.map(({ action }) => action),
      ['key.used', 'key.refused', 'key.changed', 'key.used'],
    );
    assert.deepEqual(store.entries[2]?.data, { provider: 'anthropic', secret: 'ANTHROPIC_API_KEY', from: 'aaaaaaaa', to: 'bbbbbbbb' });
  });

  it('is told of every attempt, also the failed ones, and only where a key is sent', async () => {
    const server = await startAnthropicServer((request) =>
      request.index === 0 ? { fault: { kind: 'status', status: 500 } } : { text: 'ok' },
    );
    try {
      const told: string[] = [];
      const onKeyUse = {
        used: ({ secret, credential, agent }: { secret: string; credential: string; agent: string }) =>
          void told.push(`${secret} ${credential} ${agent}`),
        refused: () => assert.fail('nothing was refused'),
      };
      await testModels({ anthropic: server, more: { onKeyUse } }).complete(helloCall, {}, { signal: never });
      const line = `ANTHROPIC_API_KEY ${fingerprint('canary-anthropic-key')} security`;
      assert.deepEqual(told, [line, line]);
    } finally {
      await server.close();
    }
  });
});

describe('an endpoint that echoes the key', () => {
  for (const [name, vendor] of Object.entries(vendors)) {
    it(`of ${name} gets it into no error`, async () => {
      for (const status of [400, 401, 402, 429, 500]) {
        const message = `Incorrect API key provided: ${FIRST}, as base64 ${Buffer.from(FIRST).toString('base64')}`;
        const server = await vendor.start([{ fault: { kind: 'status', status, message } }]);
        try {
          const provider = vendor.create(server.baseUrl, defaultStreamLimits, FIRST);
          const error: unknown = await drain(provider.stream({ ...helloCall, model: 'm' }, { signal: never })).catch(
            (thrown: unknown) => thrown,
          );
          assert.ok(isAppError(error) && !hasCode(error, 'internal'));
          const cause = error.cause instanceof Error ? `${error.cause.message}${error.cause.stack}` : '';
          assertClean(JSON.stringify([error.message, error.details, error.stack]) + cause);
        } finally {
          await server.close();
        }
      }
    });

    it(`of ${name} gets it into no answer, text, reasoning or tool call`, async () => {
      const turn: Turn = { text: `Your key is ${FIRST}!`, reasoning: `It is ${FIRST}.`, calls: [{ name: 'look', args: { at: [FIRST] } }] };
      const server = await vendor.start([turn]);
      try {
        const events = await drain(
          vendor.create(server.baseUrl, defaultStreamLimits, FIRST).stream({ ...helloCall, model: 'm' }, { signal: never }),
        );
        const said = (kind: string): string => events.map((event) => (event.kind === kind && 'text' in event ? event.text : '')).join('');
        assertClean(JSON.stringify(events) + said('text') + said('reasoning'));
        assert.equal(said('text'), 'Your key is [redacted]!');
        assert.deepEqual(events.find((event) => event.kind === 'toolCall')?.args, { at: ['[redacted]'] });
      } finally {
        await server.close();
      }
    });
  }

  it('loses nothing of other texts, in whatever pieces they come', async () => {
    const text = `c ca can canary-first and ${FIRST.slice(0, -1)} but no more: canary`;
    for (let size = 1; size < text.length; size += 3) {
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));
      const events = await drain(
        new KeyScrub(FIRST).events(
          stream([...pieces.map((piece) => ({ kind: 'text' as const, text: piece })), { kind: 'done', stop: 'end' }]),
        ),
      );
      assert.equal(events.map((event) => ('text' in event ? event.text : '')).join(''), text);
      assert.equal(events.at(-1)?.kind, 'done');
    }
  });
});

async function* stream(events: readonly ModelEvent[]): AsyncGenerator<ModelEvent> {
  yield* events;
}

async function drain(events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const all: ModelEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function assertClean(text: string): void {
  for (const form of [FIRST, Buffer.from(FIRST).toString('base64')]) assert.ok(!text.includes(form), text);
}

describe('stored keys', () => {
  const NAME = 'OPENAI_API_KEY';
  function keyStore(initial: { readonly [name: string]: string }) {
    const held = new Map(Object.entries(initial));
    return {
      held,
      get: async (name: string) => held.get(name),
      store: async (name: string, value: string) => void held.set(name, value),
      delete: async (name: string) => void held.delete(name),
    };
  }

  for (const [what, before, change, after] of [
    ['a replaced key is gone', ['a'], { kind: 'replace', which: 'first', key: 'b' }, ['b']],
    ['a second key joins the first', ['a'], { kind: 'addSecond', key: 'b' }, ['a', 'b']],
    ['the second is replaced alone', ['a', 'b'], { kind: 'replace', which: 'second', key: 'c' }, ['a', 'c']],
    ['the second becomes the first when that one is removed', ['a', 'b'], { kind: 'remove', which: 'first' }, ['b']],
    ['the second is removed alone', ['a', 'b'], { kind: 'remove', which: 'second' }, ['a']],
    ['the only one is removed', ['a'], { kind: 'remove', which: 'first' }, []],
  ] as const) {
    it(what, async () => {
      const names = [NAME, `${NAME}_2`];
      const keys = keyStore(Object.fromEntries(before.map((key, at) => [names[at] ?? '', key])));
      await changeKeys(keys, NAME, change);
      assert.deepEqual(
        names.flatMap((name) => keys.held.get(name) ?? []),
        after,
      );
      assert.deepEqual([keys.held.size, await storedKeys(keys, NAME)], [after.length, after.length]);
    });
  }
});
