import assert from 'node:assert/strict';
import { type AppError, isAbort, isAppError } from '#base/errors.ts';
import type { ModelEvent, ModelRequest } from '#core/llm/provider.ts';
import { defaultStreamLimits, type StreamLimits } from '#core/llm/timeouts.ts';
import { PATIENCE_MS } from '#test/support/patience.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { startOpenaiServer } from '#test/support/vendors/openaiServer.ts';
import type { Fault, Turn } from '#test/support/vendors/turn.ts';
import { CANARY_KEY as KEY, vendors } from '#test/support/vendors/vendors.ts';
import type { VendorServer } from '#test/support/vendors/vendorServer.ts';

const REQUEST: ModelRequest = {
  model: 'test-model',
  system: 'You review code.',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Look at a.ts.' }] }],
  tools: [{ name: 'files_read', description: 'Reads a file.', parameters: { type: 'object', properties: { path: { type: 'string' } } } }],
  toolChoice: 'auto',
  maxOutputTokens: 1000,
  temperature: null,
};

async function collect(stream: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

const signalNever = (): AbortSignal => new AbortController().signal;
const textOf = (events: readonly ModelEvent[]): string => events.map((event) => (event.kind === 'text' ? event.text : '')).join('');

for (const [name, vendor] of Object.entries(vendors)) {
  describe(`provider ${name}`, () => {
    let server: VendorServer;
    afterEach(() => server.close());

    async function ask(turn: Turn, options: { limits?: StreamLimits; request?: ModelRequest } = {}): Promise<ModelEvent[]> {
      server = await vendor.start([turn]);
      const provider = vendor.create(server.baseUrl, options.limits ?? defaultStreamLimits);
      return collect(provider.stream(options.request ?? REQUEST, { signal: signalNever() }));
    }

    async function failure(turn: Turn, limits = defaultStreamLimits): Promise<AppError> {
      const error: unknown = await ask(turn, { limits }).then(
        (events) => assert.fail(`accepted: ${JSON.stringify(events)}`),
        (thrown: unknown) => thrown,
      );
      if (!isAppError(error)) throw error;
      return error;
    }

    it('streams text in pieces, reports usage and ends with done', async () => {
      const events = await ask({ text: 'Hello, wörld ✓', usage: { input: 100, cached: 40, output: 7 } });
      assert.equal(textOf(events), 'Hello, wörld ✓');
      assert.ok(events.filter((event) => event.kind === 'text').length > 1);
      const usage = events.findLast((event) => event.kind === 'usage');
      assert.deepEqual(usage, { kind: 'usage', tokens: { inputTokens: 100, cachedInputTokens: 40, outputTokens: 7 } });
      assert.deepEqual(events.at(-1), { kind: 'done', stop: 'end' });
    });

    it('reports usage as unknown, not as zero, when the vendor does not report it', async () => {
      const events = await ask({ text: 'Hi', usage: null });
      for (const event of events) {
        if (event.kind === 'usage') assert.deepEqual(event.tokens, { inputTokens: null, cachedInputTokens: null, outputTokens: null });
      }
    });

    it('streams reasoning apart from the answer', async () => {
      const events = await ask({ reasoning: 'Let me think.', text: 'Done.' });
      assert.equal(events.map((event) => (event.kind === 'reasoning' ? event.text : '')).join(''), 'Let me think.');
      assert.equal(textOf(events), 'Done.');
    });

    it('returns parallel tool calls whole and in order', async () => {
      const events = await ask({
        text: 'I read both.',
        calls: [
          { id: 'a', name: 'files_read', args: { path: 'a.ts', lines: [1, 2] } },
          { id: 'b', name: 'files_read', args: {} },
        ],
      });
      assert.deepEqual(
        events.filter((event) => event.kind === 'toolCall'),
        [
          { kind: 'toolCall', id: 'a', name: 'files_read', args: { path: 'a.ts', lines: [1, 2] } },
          { kind: 'toolCall', id: 'b', name: 'files_read', args: {} },
        ],
      );
      assert.deepEqual(events.at(-1), { kind: 'done', stop: 'toolCalls' });
    });

    it('can force one tool', async () => {
      const model = vendor.forcedModel;
      await ask({ calls: [{ name: 'files_read', args: {} }] }, { request: { ...REQUEST, model, toolChoice: { name: 'files_read' } } });
      assert.equal(server.requests[0]?.forcedTool, 'files_read');
    });

    it('sends calls and their results back in the vendor format', async () => {
      const request: ModelRequest = {
        ...REQUEST,
        messages: [
          ...REQUEST.messages,
          {
            role: 'assistant',
            parts: [
              { kind: 'text', text: 'Reading.' },
              { kind: 'toolCall', id: 'c1', name: 'files_read', args: { path: 'a.ts' } },
            ],
          },
          {
            role: 'user',
            parts: [
              { kind: 'toolResult', id: 'c1', name: 'files_read', text: '1: let a', isError: false },
              { kind: 'text', text: 'Go on.' },
            ],
          },
        ],
      };
      await ask({ text: 'ok' }, { request });
      const seen = server.requests[0];
      assert.deepEqual(
        [seen?.system, seen?.toolResults, seen?.lastUserText, seen?.tools],
        ['You review code.', ['1: let a'], 'Go on.', ['files_read']],
      );
    });

    it('sends images after the results they came with, in the order of the message', async () => {
      const image = (data: string) => ({ kind: 'image', type: 'image/png', data, name: `${data}.png` }) as const;
      const call = { kind: 'toolCall', id: 'c1', name: 'files_read', args: { path: 'a.png' } } as const;
      const result = { kind: 'toolResult', id: 'c1', name: 'files_read', text: 'an image', isError: false } as const;
      const messages: ModelRequest['messages'] = [
        { role: 'user', parts: [{ kind: 'text', text: 'Look.' }, image('Zmlyc3Q=')] },
        { role: 'assistant', parts: [call] },
        { role: 'user', parts: [result, image('c2Vjb25k')] },
      ];
      await ask({ text: 'ok' }, { request: { ...REQUEST, messages } });
      const seen = server.requests[0];
      assert.deepEqual([seen?.images, seen?.toolResults], [['image/png:Zmlyc3Q=', 'image/png:c2Vjb25k'], ['an image']]);
      const wire = JSON.stringify(seen?.body);
      assert.ok(wire.indexOf('an image') < wire.indexOf('c2Vjb25k'), 'the result stands before its image');
    });

    it('sends the key as a header and nowhere else', async () => {
      await ask({ text: 'ok' });
      const seen = server.requests[0];
      assert.ok(JSON.stringify(seen?.headers).includes(KEY));
      assert.ok(!JSON.stringify(seen?.body).includes(KEY));
    });

    it('asks once: the SDK does not retry by itself', async () => {
      await failure({ fault: { kind: 'status', status: 500 } });
      assert.equal(server.requests.length, 1);
    });

    const faults: readonly [title: string, fault: Fault, code: string, retryable: boolean][] = [
      ['401 is a refused key', { kind: 'status', status: 401 }, 'llm.auth', false],
      ['402 is a spent quota', { kind: 'status', status: 402 }, 'llm.quota', false],
      ['400 is a bad request', { kind: 'status', status: 400, type: 'invalid_request_error' }, 'llm.badRequest', false],
      ['404 is a model that is not there', { kind: 'status', status: 404 }, 'llm.noModel', false],
      ['429 is a rate limit', { kind: 'status', status: 429 }, 'llm.rateLimited', true],
      ['500 is a server error', { kind: 'status', status: 500 }, 'llm.server', true],
      ['503 is overload', { kind: 'status', status: 503 }, 'llm.overloaded', true],
      ['529 is overload', { kind: 'status', status: 529 }, 'llm.overloaded', true],
      ['a stream that is cut by a reset is truncated', { kind: 'reset' }, 'llm.truncated', true],
      ['a stream that ends early is truncated', { kind: 'endEarly' }, 'llm.truncated', true],
      ['a page of HTML is a server error', { kind: 'html' }, 'llm.server', true],
    ];
    for (const [title, fault, code, retryable] of faults) {
      it(title, async () => {
        const error = await failure({ text: 'a long answer', fault });
        assert.deepEqual([error.code, error.retryable, error.details['provider']], [code, retryable, vendor.id]);
        assert.ok(!JSON.stringify([error.message, error.details]).includes(KEY));
      });
    }

    it('a tool call whose JSON is cut is never a call', async () => {
      const error = await failure({ calls: [{ name: 'files_read', args: { path: 'src/a.ts' } }], fault: { kind: 'cutToolJson' } });
      assert.deepEqual([error.code, error.retryable], ['llm.badToolCall', true]);
    });

    // Gemini sends each call whole: nothing of it is there to be cut.
    if (name !== 'gemini')
      it('a tool call cut by the output limit is not tried again', async () => {
        const stop = vendor.cutStop;
        const error = await failure({ calls: [{ name: 'files_read', args: { path: 'a' } }], stop, fault: { kind: 'cutToolJson' } });
        assert.deepEqual([error.code, error.retryable, error.details['cutByLimit']], ['llm.badToolCall', false, true]);
      });

    it('an answer that ends properly with nothing in it is refused', async () => {
      const error = await failure({});
      assert.deepEqual([error.code, error.details['reason']], ['llm.truncated', 'empty']);
    });

    it('an error event inside the stream is an error of its own kind', async () => {
      const { type, code } = vendor.overloadEvent;
      const error = await failure({ text: 'half', fault: { kind: 'errorEvent', type } });
      assert.equal(error.code, code);
    });

    it('an error in a 200 is an error', async () => {
      const error = await failure({ fault: { kind: 'errorBody', type: vendor.authType } });
      assert.equal(error.code, 'llm.auth');
    });

    it('Retry-After is read in seconds and as a date', async () => {
      const seconds = await failure({ fault: { kind: 'status', status: 429, headers: { 'retry-after': '7' } } });
      assert.equal(seconds.details['retryAfterMs'], 7000);
      await server.close();
      const date = new Date(Date.now() + 600_000).toUTCString();
      const dated = await failure({ fault: { kind: 'status', status: 429, headers: { 'retry-after': date } } });
      assert.ok(Number(dated.details['retryAfterMs']) > 500_000);
    });

    it('no connection is a network error', async () => {
      server = await vendor.start([]);
      const { baseUrl } = server;
      await server.close();
      const provider = vendor.create(baseUrl, defaultStreamLimits);
      await assert.rejects(collect(provider.stream(REQUEST, { signal: signalNever() })), { code: 'llm.network', retryable: true });
    });

    if (vendor.needsKey)
      it('a missing key is said without a call', async () => {
        server = await vendor.start([{ text: 'no' }]);
        const provider = vendor.create(server.baseUrl, defaultStreamLimits, '');
        assert.equal(await provider.available(), false);
        await assert.rejects(collect(provider.stream(REQUEST, { signal: signalNever() })), { code: 'llm.auth' });
        assert.equal(server.requests.length, 0);
      });

    for (const [kind, phase] of [
      ['noHeaders', 'connect'],
      ['noBody', 'firstByte'],
      ['stall', 'idle'],
    ] as const) {
      it(`${kind}: ends at the ${phase} limit and closes the connection`, async () => {
        const error = await failure({ text: 'half of it', fault: { kind } }, { ...defaultStreamLimits, [`${phase}Ms`]: 60 });
        assert.deepEqual([error.code, error.details['phase'], error.retryable], ['llm.timeout', phase, true]);
        await closed(server);
      });
    }

    it('ends at the total limit although bytes keep coming late', async () => {
      const error = await failure({ text: 'x', fault: { kind: 'stall' } }, { ...defaultStreamLimits, totalMs: 60 });
      assert.equal(error.details['phase'], 'total');
    });

    it('keep-alive comments are signs of life, not a stall', async () => {
      const limits = { ...defaultStreamLimits, firstByteMs: 1_000, idleMs: 1_000 };
      const events = await ask({ text: 'late', fault: { kind: 'keepAlive', times: 5, everyMs: 250 } }, { limits });
      assert.equal(textOf(events), 'late');
    });

    it('a consumer that takes its time is no stall', async () => {
      server = await vendor.start([{ text: 'a long enough answer', fault: { kind: 'trickle', bytes: 50 } }]);
      const provider = vendor.create(server.baseUrl, { ...defaultStreamLimits, idleMs: 600 });
      let text = '';
      for await (const event of provider.stream(REQUEST, { signal: signalNever() })) {
        if (event.kind !== 'text') continue;
        if (text === '') await new Promise((resolve) => setTimeout(resolve, 900));
        text += event.text;
      }
      assert.equal(text, 'a long enough answer');
    });

    it('characters and events that arrive in pieces are put together', async () => {
      const turn: Turn = { text: 'naïve ✓ 👩‍💻', calls: [{ name: 'files_read', args: { path: 'ü/✓.ts' } }] };
      for (const bytes of [1, 3, 7]) {
        const events = await ask({ ...turn, fault: { kind: 'trickle', bytes } });
        assert.equal(textOf(events), turn.text);
        assert.deepEqual(events.find((event) => event.kind === 'toolCall')?.args, { path: 'ü/✓.ts' });
        await server.close();
      }
    });

    it('an answer that is cut at any byte is never accepted as whole', async () => {
      const whole = await ask({ text: 'I read it.', calls: [{ id: 'x', name: 'files_read', args: { path: 'src/a.ts', from: 1 } }] });
      const wanted = JSON.stringify(whole.filter((event) => event.kind !== 'usage'));
      await server.close();
      server = await vendor.start([]);
      const provider = vendor.create(server.baseUrl, defaultStreamLimits);
      let cut = 0;
      for (let bytes = 0; ; bytes += 11) {
        server.use([
          {
            text: 'I read it.',
            calls: [{ id: 'x', name: 'files_read', args: { path: 'src/a.ts', from: 1 } }],
            fault: { kind: 'cutAt', bytes },
          },
        ]);
        const events = await collect(provider.stream(REQUEST, { signal: signalNever() })).catch((error: unknown) => {
          assert.ok(isAppError(error) && error.code === 'llm.truncated', `${bytes} bytes: ${String(error)}`);
          return null;
        });
        if (events !== null) {
          // Accepted: then nothing but usage and end marks may have been missing.
          assert.equal(JSON.stringify(events.filter((event) => event.kind !== 'usage')), wanted);
          break;
        }
        cut += 1;
      }
      assert.ok(cut > 50, `only ${cut} places were tried`);
    });

    it('an abort in the middle of a stalled stream is an AbortError at once', async () => {
      server = await vendor.start([{ text: 'half of it', fault: { kind: 'stall' } }]);
      const controller = new AbortController();
      const provider = vendor.create(server.baseUrl, defaultStreamLimits);
      const run = (async () => {
        for await (const event of provider.stream(REQUEST, { signal: controller.signal })) {
          if (event.kind === 'text') controller.abort();
        }
      })();
      await assert.rejects(run, (error) => isAbort(error));
      await closed(server);
    });

    it('a consumer that stops early closes the connection', async () => {
      server = await vendor.start([{ text: 'half of it', fault: { kind: 'stall' } }]);
      const provider = vendor.create(server.baseUrl, defaultStreamLimits);
      for await (const event of provider.stream(REQUEST, { signal: signalNever() })) {
        if (event.kind === 'text') break;
      }
      await closed(server);
    });
  });
}

describe('vendor particulars', () => {
  let server: VendorServer;
  afterEach(() => server.close());

  it('openai: spent quota in a 429 is quota, not a rate limit', async () => {
    server = await startOpenaiServer([{ fault: { kind: 'status', status: 429, type: 'insufficient_quota' } }]);
    const stream = vendors['openai']?.create(server.baseUrl, defaultStreamLimits).stream(REQUEST, { signal: signalNever() });
    await assert.rejects(collect(stream ?? assert.fail()), { code: 'llm.quota', retryable: false });
  });

  it('anthropic: signed reasoning goes back unchanged, and only to the model it came from', async () => {
    server = await startAnthropicServer([{ reasoning: 'Deep.', text: 'ok' }]);
    const provider = vendors['anthropic']?.create(server.baseUrl, defaultStreamLimits) ?? assert.fail();
    const events = await collect(provider.stream(REQUEST, { signal: signalNever() }));
    const carried = events.find((event) => event.kind === 'carried') ?? assert.fail('nothing carried');
    const messages = [
      ...REQUEST.messages,
      { role: 'assistant' as const, parts: [carried, { kind: 'text' as const, text: 'ok' }] },
      ...REQUEST.messages,
    ];
    await collect(provider.stream({ ...REQUEST, messages }, { signal: signalNever() }));
    await collect(provider.stream({ ...REQUEST, model: 'another-model', messages }, { signal: signalNever() }));
    const thinking = { type: 'thinking', thinking: 'Deep.', signature: 'c2lnbmVk' };
    assert.deepEqual(server.requests[1]?.body.messages[1].content, [thinking, { type: 'text', text: 'ok' }]);
    assert.deepEqual(server.requests[2]?.body.messages[1].content, [{ type: 'text', text: 'ok' }]);
  });

  it('anthropic: a model that refuses a forced tool is only asked for it, and its reasoning is asked for', async () => {
    server = await startAnthropicServer([{ reasoning: 'Hm.', calls: [{ name: 'files_read', args: {} }] }]);
    const provider = vendors['anthropic']?.create(server.baseUrl, defaultStreamLimits) ?? assert.fail();
    const request = { ...REQUEST, model: provider.defaultModel, toolChoice: { name: 'files_read' }, temperature: 0 };
    assert.deepEqual((await collect(provider.stream(request, { signal: signalNever() }))).at(-1), { kind: 'done', stop: 'toolCalls' });
    assert.deepEqual(server.requests[0]?.body.thinking, { type: 'adaptive', display: 'summarized' });
  });

  it('anthropic: a refusal is a stop of its own', async () => {
    server = await startAnthropicServer([{ stop: 'refusal' }]);
    const provider = vendors['anthropic']?.create(server.baseUrl, defaultStreamLimits) ?? assert.fail();
    assert.deepEqual((await collect(provider.stream(REQUEST, { signal: signalNever() }))).at(-1), { kind: 'done', stop: 'refusal' });
  });
});

/** The server sees the client's end of the connection go. */
async function closed(server: VendorServer): Promise<void> {
  const endAt = Date.now() + PATIENCE_MS;
  while (server.aborted() === 0) {
    assert.ok(Date.now() < endAt, 'the connection stayed open');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
