import assert from 'node:assert/strict';
import type { ModelEvent, ModelProvider, ModelRequest } from '#core/llm/provider.ts';
import { recorded, replayed } from '#core/llm/providers/replay.ts';
import type { CallOrigin } from '#core/llm/keyUse.ts';
import type { Recordings } from '#core/llm/recordings.ts';
import { defaultStreamLimits } from '#core/llm/timeouts.ts';
import type { Script, Turn } from '#test/support/vendors/turn.ts';
import { vendors } from '#test/support/vendors/vendors.ts';
import type { VendorServer } from '#test/support/vendors/vendorServer.ts';
import { type RawAnswer, type RawServer, startRawServer } from '#test/support/vendors/rawServer.ts';

const REQUEST: ModelRequest = {
  model: 'gemini-3.8-flash',
  system: 's',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Look.' }] }],
  tools: [{ name: 'files_read', description: 'Reads a file.', parameters: { type: 'object' } }],
  toolChoice: 'auto',
  maxOutputTokens: 1000,
  temperature: null,
};
const CALLS: Turn = { reasoning: 'Hm.', calls: [{ id: 'a', name: 'files_read', args: { path: 'a' } }] };

async function collect(provider: ModelProvider, more: Partial<ModelRequest> = {}, origin?: CallOrigin): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  const { signal } = new AbortController();
  for await (const event of provider.stream({ ...REQUEST, ...more }, { signal, origin })) events.push(event);
  return events;
}

const vendor = (name: string) => vendors[name] ?? assert.fail();
const create = (name: string, url: string): ModelProvider => vendor(name).create(url, defaultStreamLimits);
const callsOf = (events: readonly ModelEvent[]) => events.filter((event) => event.kind === 'toolCall');

/** The next turn's history: what the model said, and the result of its call. */
function answeredWith(events: readonly ModelEvent[]): ModelRequest['messages'] {
  const parts = events.filter((event) => event.kind === 'carried' || event.kind === 'toolCall');
  return [
    ...REQUEST.messages,
    { role: 'assistant', parts },
    { role: 'user', parts: [{ kind: 'toolResult', id: 'a', name: 'files_read', text: 'x', isError: false }] },
  ];
}

describe('provider particulars', () => {
  let server: RawServer;
  const start = async (name: string, script: Script): Promise<{ provider: ModelProvider; requests: VendorServer['requests'] }> => {
    const started = await vendor(name).start(script);
    server = started;
    return { provider: create(name, started.baseUrl), requests: started.requests };
  };
  afterEach(() => server.close());

  it('responses: what the model thought goes back sealed, and only to the model it came from', async () => {
    const { provider, requests } = await start('responses', [CALLS, { text: 'ok' }]);
    const messages = answeredWith(await collect(provider, { model: 'gpt-5.5' }));
    await collect(provider, { model: 'gpt-5.5', messages });
    await collect(provider, { model: 'gpt-6', messages });
    const types = (at: number) => requests[at]?.body.input.map((item: { type?: string }) => item.type ?? 'message');
    assert.deepEqual(types(1), ['message', 'reasoning', 'function_call', 'function_call_output']);
    assert.deepEqual(types(2), ['message', 'function_call', 'function_call_output']);
    assert.equal(requests[1]?.body.input[1].encrypted_content, 'c2VhbGVk');
    assert.deepEqual([requests[0]?.body.store, requests[0]?.body.reasoning], [false, { summary: 'auto' }]);
  });

  it('tell a model how much to think in its own way, and only one that can be told', async () => {
    const sent = async (name: string, model: string, reasoning: ModelRequest['reasoning']): Promise<unknown> => {
      await server?.close();
      const { provider, requests } = await start(name, [{ text: 'ok' }]);
      await collect(provider, { model, ...(reasoning && { reasoning }) });
      const { body } = requests[0] ?? assert.fail();
      return body.output_config ?? body.reasoning ?? body.generationConfig?.thinkingConfig ?? null;
    };
    assert.deepEqual(await sent('anthropic', 'claude-sonnet-5-5', 'high'), { effort: 'high' });
    assert.equal(await sent('anthropic', 'claude-old-4-9', 'high'), null);
    assert.equal(await sent('anthropic', 'claude-sonnet-5-5', undefined), null);
    assert.deepEqual(await sent('responses', 'gpt-5.5', 'low'), { summary: 'auto', effort: 'low' });
    assert.deepEqual(await sent('gemini', 'gemini-3.8-flash', 'low'), { includeThoughts: true, thinkingLevel: 'LOW' });
    assert.deepEqual(await sent('gemini', 'gemini-3.8-flash', 'medium'), { includeThoughts: true });
    assert.equal(await sent('openai', 'gpt-4.1', 'high'), null);
  });

  it('gemini: the signature of a call goes back with it; a call from elsewhere says so', async () => {
    const { provider, requests } = await start('gemini', [CALLS, { text: 'ok' }]);
    const messages = answeredWith(await collect(provider));
    await collect(provider, { messages });
    await collect(provider, { model: 'gemini-3.7-flash', messages });
    const part = (at: number) => requests[at]?.body.contents[1].parts[0];
    assert.deepEqual([part(1).functionCall.name, part(1).thoughtSignature], ['files_read', 'c2lnbmVk']);
    assert.equal(part(2).thoughtSignature, 'skip_thought_signature_validator');
  });

  it('gemini: a rate limit takes the delay from the details of the error', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34s' }];
    const error = { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'slow down', details };
    const raw = await startRawServer({ status: 429, type: 'application/json', body: JSON.stringify({ error }) });
    server = raw.server;
    await assert.rejects(collect(create('gemini', raw.url)), (thrown: { code: string; details: Record<string, unknown> }) => {
      assert.deepEqual([thrown.code, thrown.details['retryAfterMs']], ['llm.rateLimited', 34_000]);
      return true;
    });
  });

  it('gemini: an invalid key in a 400 is a refused key', async () => {
    const error = { code: 400, status: 'INVALID_ARGUMENT', message: 'API key not valid.', details: [{ reason: 'API_KEY_INVALID' }] };
    const raw = await startRawServer({ status: 400, type: 'application/json', body: JSON.stringify({ error }) });
    server = raw.server;
    await assert.rejects(collect(create('gemini', raw.url)), { code: 'llm.auth' });
  });

  it('responses: a model that gives no summaries is asked again without them', async () => {
    const refusal = { error: { message: 'Unsupported parameter', type: 'invalid_request_error', param: 'reasoning.summary', code: null } };
    const done = { type: 'response.completed', response: { status: 'completed' } };
    const answer = { type: 'response.output_text.delta', delta: 'Hi' };
    const raw = await startRawServer((body) =>
      'reasoning' in body ? { status: 400, type: 'application/json', body: JSON.stringify(refusal) } : stream(answer, done),
    );
    server = raw.server;
    assert.deepEqual(await collect(create('responses', raw.url), { model: 'o3' }), [
      { kind: 'text', text: 'Hi' },
      { kind: 'done', stop: 'end' },
    ]);
  });
});

describe('compatible endpoints', () => {
  let close: () => Promise<void>;
  afterEach(() => close());

  async function ask(answer: RawAnswer): Promise<ModelEvent[]> {
    const raw = await startRawServer(answer);
    close = () => raw.server.close();
    return collect(create('compatible', raw.url), { model: 'qwen3-coder' });
  }
  const chunk = (delta: object, finish_reason: string | null = null) => ({ id: 'c1', choices: [{ index: 0, delta, finish_reason }] });

  it('may leave the finish reason out when they close the stream with [DONE]', async () => {
    const answer = stream(chunk({ content: 'Hi' }));
    assert.deepEqual((await ask({ ...answer, body: `${answer.body}data: [DONE]\n\n` })).at(-1), { kind: 'done', stop: 'end' });
  });

  it('may leave [DONE] out when they send a finish reason', async () => {
    assert.deepEqual((await ask(stream(chunk({ content: 'Hi' }), chunk({}, 'stop')))).at(-1), { kind: 'done', stop: 'end' });
  });

  it('are not believed without both', async () => {
    await assert.rejects(ask(stream(chunk({ content: 'Hi [DONE]' }))), { code: 'llm.truncated' });
  });

  it('may send calls whole in one chunk, all with the index 0, without ids or with arguments as an object', async () => {
    const call = (args: unknown, more: object = {}) => ({ type: 'function', function: { name: 'files_read', arguments: args }, ...more });
    const numbered = [call('{"path":"a"}', { index: 0, id: 'x' }), call('{"path":"b"}', { index: 0, id: 'y' })];
    const seen = callsOf(await ask(stream(chunk({ tool_calls: numbered }), chunk({}, 'stop'))));
    assert.deepEqual(
      seen.map(({ id, args }) => [id, args['path']]),
      [
        ['x', 'a'],
        ['y', 'b'],
      ],
    );
    await close();
    const bare = callsOf(await ask(stream(chunk({ tool_calls: [call({ path: 'a' }), call({ path: 'b' })] }), chunk({}, 'tool_calls'))));
    assert.deepEqual(
      bare.map(({ id, args }) => [id, args['path']]),
      [
        ['call_c1_0', 'a'],
        ['call_c1_1', 'b'],
      ],
    );
  });

  it('that report the failure of whoever is behind them are down, in an event or as a finish reason', async () => {
    await assert.rejects(ask(stream(chunk({ content: 'Hi' }), { error: { code: 503, message: 'upstream' } })), { code: 'llm.overloaded' });
    await close();
    await assert.rejects(ask(stream(chunk({ content: 'Hi' }), chunk({}, 'error'))), { code: 'llm.server' });
  });
});

/** What an answer holds, however its texts were cut into pieces. */
function content(events: readonly ModelEvent[]): unknown {
  const textOf = (kind: 'text' | 'reasoning') => events.map((event) => (event.kind === kind ? event.text : '')).join('');
  return {
    text: textOf('text'),
    reasoning: textOf('reasoning'),
    rest: events.filter(({ kind }) => kind !== 'text' && kind !== 'reasoning'),
  };
}

describe('recorded calls', () => {
  let server: VendorServer;
  afterEach(() => server.close());

  function memory(): Recordings & { readonly kept: Map<string, string> } {
    const kept = new Map<string, string>();
    return {
      kept,
      read: async (name) => kept.get(name) ?? null,
      write: async (name, text) => void kept.set(name, text),
      providers: async () => [...new Set([...kept.keys()].map((name) => name.slice(0, name.indexOf('/'))))],
    };
  }

  for (const name of Object.keys(vendors)) {
    it(`${name}: the same answer comes back, byte for byte, without a network`, async () => {
      const turn = { ...CALLS, text: 'naïve ✓', usage: { input: 9, cached: 3, output: 2 } };
      server = await vendor(name).start([turn]);
      const provider = create(name, server.baseUrl);
      const recordings = memory();
      assert.equal(await replayed(provider, recordings).available(), false);
      const live = await collect(recorded(provider, recordings));
      await server.close();
      const again = replayed(provider, recordings);
      assert.equal(await again.available(), true);
      assert.deepEqual(content(await collect(again)), content(live));
      assert.ok(![...recordings.kept.values()].join('').includes('canary'));
      await assert.rejects(collect(again, { system: 'another' }), { code: 'llm.notRecorded', retryable: false });
    });
  }

  it('are found again though the ids of the run are others, and answer with those of the new run', async () => {
    const [before, now] = ['prp_1m7wj24d9vqyqee51', 'prp_2n8xk35e0wrzrff62'];
    server = await vendor('openai').start([{ text: `I verified ${before}, not [id 7].` }]);
    const provider = create('openai', server.baseUrl);
    const recordings = memory();
    const asking = (id: string) => ({ messages: [{ role: 'user' as const, parts: [{ kind: 'text' as const, text: `Verify ${id}.` }] }] });
    await collect(recorded(provider, recordings), asking(before));
    const events = await collect(replayed(provider, recordings), asking(now));
    assert.equal(events.map((event) => (event.kind === 'text' ? event.text : '')).join(''), `I verified ${now}, not [id 7].`);
  });

  it('tell parallel steps that ask the same apart, and the same step asking again, in whatever order they ask', async () => {
    server = await vendor('openai').start((request) => ({ text: `answer ${request.index}` }));
    const recordings = memory();
    const live = recorded(create('openai', server.baseUrl), recordings);
    const asked = ['each/0', 'each/1', 'each/0'];
    for (const path of asked) await collect(live, {}, { runId: 'run_1', path });
    await server.close();
    const again = replayed(create('openai', server.baseUrl), recordings);
    const said = async (path: string, runId = 'run_2'): Promise<string> =>
      (await collect(again, {}, { runId, path })).map((event) => (event.kind === 'text' ? event.text : '')).join('');
    assert.deepEqual([await said('each/1'), await said('each/0'), await said('each/0')], ['answer 1', 'answer 0', 'answer 2']);
    assert.equal(await said('each/0'), 'answer 2', 'asked more often than recorded: the last answer again');
    assert.equal(await said('each/0', 'run_3'), 'answer 0', 'each run begins anew');
    await assert.rejects(said('each/2'), { code: 'llm.notRecorded' });
  });

  it('keep whole answers alone', async () => {
    server = await vendor('openai').start([{ text: 'half of it', fault: { kind: 'endEarly' } }]);
    const recordings = memory();
    await assert.rejects(collect(recorded(create('openai', server.baseUrl), recordings)), { code: 'llm.truncated' });
    assert.equal(recordings.kept.size, 0);
  });
});

function stream(...events: readonly object[]): Extract<RawAnswer, { body: string }> {
  return { status: 200, type: 'text/event-stream', body: events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('') };
}
