import assert from 'node:assert/strict';
import { isAbort } from '#base/errors.ts';
import type { ModelCall } from '#core/llm/modelCall.ts';
import { noWishes } from '#core/llm/router.ts';
import type { HostSettings } from '#core/ports.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { helloCall, testModels } from '#test/support/llmFixtures.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { startOpenaiServer } from '#test/support/vendors/openaiServer.ts';
import type { Turn } from '#test/support/vendors/turn.ts';
import type { VendorServer } from '#test/support/vendors/vendorServer.ts';

const SILENT: Turn = { text: 'never', fault: { kind: 'noBody' } };
const AFTER_MS = 60;

describe('hedging', () => {
  let anthropic: VendorServer;
  let openai: VendorServer;
  let clock: FakeClock;
  afterEach(() => Promise.all([anthropic.close(), openai.close()]));

  async function start(first: Turn, second: Turn, hedgeAfterMs: number | null = AFTER_MS) {
    [anthropic, openai] = [await startAnthropicServer([first]), await startOpenaiServer([second])];
    const settings = (): HostSettings => ({
      anthropicBaseUrl: anthropic.baseUrl,
      openaiBaseUrl: openai.baseUrl,
      anthropicModel: undefined,
      openaiModel: undefined,
      maxParallelSteps: 4,
      hedgeAfterMs: hedgeAfterMs ?? undefined,
    });
    clock = new FakeClock();
    return testModels({ anthropic, openai, clock, more: { settings } });
  }
  const ask = (models: Awaited<ReturnType<typeof start>>, more: Partial<ModelCall> = {}, signal = new AbortController().signal) => {
    const heard: string[] = [];
    const onEvent = (event: { kind: string }): void => void (event.kind === 'text' && heard.push((event as { text?: string }).text ?? ''));
    return models.complete({ ...helloCall, ...more }, { onEvent }, { signal }).then((answer) => ({ answer, heard: heard.join('') }));
  };
  /** The first was asked and has said nothing for so long. */
  const silentFor = async (ms: number): Promise<void> => {
    while (anthropic.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(ms);
  };

  it('asks the next model when the first is silent, takes whoever speaks first, and stops and bills the other', async () => {
    const models = await start(SILENT, { text: 'from openai' });
    const asked = ask(models);
    await silentFor(AFTER_MS);
    const { answer, heard } = await asked;
    assert.deepEqual([answer.text, heard, answer.provider], ['from openai', 'from openai', 'openai']);
    assert.deepEqual(
      new Set(answer.usage.map(({ provider, calls, inputTokens }) => `${provider} ${calls} ${inputTokens}`)),
      new Set(['anthropic 1 null', 'openai 1 10']),
    );
    assert.equal(answer.route.passedOver[0]?.reason, `said nothing for ${AFTER_MS} ms, so another was asked too`);
    assert.equal(models.breakers.views('security').find(({ provider }) => provider === 'anthropic')?.status, 'closed');
  });

  it('asks nobody else when the first speaks in time', async () => {
    const asked = ask(await start({ text: 'from anthropic' }, { text: 'from openai' }));
    await silentFor(AFTER_MS - 1);
    const { answer } = await asked;
    assert.deepEqual([answer.provider, openai.requests.length, answer.usage.length], ['anthropic', 0, 1]);
  });

  it('mixes nothing: a first that wakes up late is not heard', async () => {
    const late: Turn = { text: 'late words', fault: { kind: 'keepAlive', times: 1_000, everyMs: 40 } };
    const asked = ask(await start(late, { text: 'from openai' }));
    await silentFor(AFTER_MS);
    assert.equal((await asked).heard, 'from openai');
  });

  it('goes on with the first when the second fails', async () => {
    const late: Turn = { text: 'late words', fault: { kind: 'keepAlive', times: 4, everyMs: 60 } };
    const asked = ask(await start(late, { fault: { kind: 'status', status: 400 } }));
    await silentFor(AFTER_MS);
    const { answer, heard } = await asked;
    assert.equal(openai.requests.length, 1);
    assert.deepEqual([answer.provider, heard], ['anthropic', 'late words']);
  });

  it('waits for a model that the step named, and is off unless it is set', async () => {
    const slow: Turn = { text: 'named', fault: { kind: 'keepAlive', times: 4, everyMs: 40 } };
    const named = ask(await start(slow, { text: 'x' }), { wishes: { ...noWishes, provider: 'anthropic' } });
    await silentFor(AFTER_MS * 2);
    assert.deepEqual([(await named).answer.text, openai.requests.length], ['named', 0]);
    await Promise.all([anthropic.close(), openai.close()]);
    const off = ask(await start(slow, { text: 'x' }, null));
    await silentFor(AFTER_MS * 2);
    assert.deepEqual([(await off).answer.text, openai.requests.length], ['named', 0]);
  });

  it('an abort stops both', async () => {
    const models = await start(SILENT, SILENT);
    const stop = new AbortController();
    const asked = ask(models, {}, stop.signal);
    const aborted = assert.rejects(asked, isAbort);
    await silentFor(AFTER_MS);
    while (openai.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await aborted;
    assert.deepEqual([anthropic.requests.length, openai.requests.length], [1, 1]);
  });
});
