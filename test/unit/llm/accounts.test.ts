import assert from 'node:assert/strict';
import type { CallAccount } from '#core/llm/account.ts';
import { budgetUnpriced } from '#core/llm/budget/errors.ts';
import type { ModelCall } from '#core/llm/modelCall.ts';
import type { AnswerRow } from '#core/store/store.ts';
import { helloCall, testModels } from '#test/support/llmFixtures.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { startOpenaiServer } from '#test/support/vendors/openaiServer.ts';
import type { VendorServer } from '#test/support/vendors/vendorServer.ts';
import { callTurn } from '#test/support/vendors/scriptedModel.ts';

const CALL: ModelCall = {
  ...helloCall,
  tools: [{ name: 'look', description: 'Looks.', parameters: { type: 'object', properties: {} } }],
};
const never = new AbortController().signal;

/** What was reserved and settled, in order. */
function ledger(more: Partial<CallAccount> = {}): CallAccount & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    cache: false,
    waitedMs: 0,
    async reserve({ provider }) {
      lines.push(`reserve ${provider}`);
      return { settle: async (used) => void lines.push(`settle ${used.map((one) => one.outputTokens).join()}`) };
    },
    ...more,
  };
}

function answers() {
  const rows = new Map<string, AnswerRow>();
  return { rows, get: async (key: string) => rows.get(key) ?? null, put: async (row: AnswerRow) => void rows.set(row.key, row) };
}

describe('a call with an account', () => {
  let anthropic: VendorServer;
  let openai: VendorServer;

  beforeEach(async () => {
    anthropic = await startAnthropicServer([{ text: 'from anthropic' }]);
    openai = await startOpenaiServer([{ text: 'from openai' }]);
  });
  afterEach(() => Promise.all([anthropic.close(), openai.close()]));

  it('reserves before each attempt and settles after it, also those that fail and those at the next provider', async () => {
    anthropic.use([{ text: 'x', fault: { kind: 'status', status: 500 } }]);
    const account = ledger();
    await testModels({ anthropic, openai }).complete({ ...CALL, account }, {}, { signal: never });
    const failed = ['reserve anthropic', 'settle '];
    assert.deepEqual(account.lines, [...failed, ...failed, ...failed, 'reserve openai', 'settle 5']);
  });

  it('makes no call that got no room', async () => {
    const account = ledger({ reserve: () => Promise.reject(Object.assign(new Error('stop'), { name: 'AbortError' })) });
    await assert.rejects(testModels({ anthropic }).complete({ ...CALL, account }, {}, { signal: never }), { name: 'AbortError' });
    assert.equal(anthropic.requests.length, 0);
  });

  it('goes to a model with a known price when the budget is in dollars', async () => {
    const account = ledger();
    const picky: CallAccount = {
      ...account,
      reserve: (attempt, options) => {
        if (attempt.provider === 'anthropic') throw budgetUnpriced(attempt.provider, attempt.model);
        return account.reserve(attempt, options);
      },
    };
    const answer = await testModels({ anthropic, openai }).complete({ ...CALL, account: picky }, {}, { signal: never });
    assert.deepEqual([answer.text, anthropic.requests.length], ['from openai', 0]);
    assert.match(answer.route.passedOver[0]?.reason ?? '', /price of anthropic/);
  });

  it('takes an answer to exactly the same question again, tool calls included, and bills nothing', async () => {
    anthropic.use([callTurn('look', {}, 'Looking.')]);
    const store = answers();
    const models = testModels({ anthropic, more: { answers: store } });
    const account = ledger({ cache: true });
    const first = await models.complete({ ...CALL, account }, {}, { signal: never });
    const again = await models.complete({ ...CALL, account }, {}, { signal: never });
    assert.deepEqual([again.parts, again.text, again.calls, again.stop], [first.parts, first.text, first.calls, first.stop]);
    assert.deepEqual([again.cached, again.usage, again.route.reason], [true, [], 'answered from the cache']);
    await models.complete({ ...CALL, system: 'other', account }, {}, { signal: never });
    await models.complete({ ...CALL, account: ledger() }, {}, { signal: never });
    assert.equal(anthropic.requests.length, 3, 'another question, and an account without the option, are asked');
  });

  it('keeps no answer that the output limit cut off', async () => {
    anthropic.use([{ text: 'half', stop: 'max_tokens' }]);
    const store = answers();
    await testModels({ anthropic, more: { answers: store } }).complete(
      { ...CALL, account: ledger({ cache: true }) },
      {},
      { signal: never },
    );
    assert.equal(store.rows.size, 0);
  });
});
