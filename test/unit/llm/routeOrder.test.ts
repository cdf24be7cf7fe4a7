import assert from 'node:assert/strict';
import type { CandidateFigures, OrderOptions, RoutePolicy } from '#core/llm/routeOrder.ts';
import { noTraits } from '#core/llm/modelTraits.ts';
import { noWishes, planRoute } from '#core/llm/router.ts';

const figures: CandidateFigures = {
  tools: true,
  reasoning: false,
  images: false,
  contextTokens: 100_000,
  usdPerMTok: null,
  p50Ms: null,
  errorRate: null,
  setAside: false,
};
const known: { readonly [provider: string]: Partial<CandidateFigures> } = {
  a: { usdPerMTok: 9, p50Ms: 100, errorRate: 0.4 },
  b: { usdPerMTok: 1, p50Ms: 900, errorRate: 0.1 },
  c: {},
};
const states = ['a', 'b', 'c'].map((id) => ({ id, defaultModel: `${id}-1`, available: true, missing: 'no key' }));

function order(policy: RoutePolicy, more: { readonly [provider: string]: Partial<CandidateFigures> } = {}): OrderOptions {
  return {
    policy,
    needs: { tools: true, images: false, contextTokens: 50_000 },
    figures: ({ provider }) => ({ ...figures, ...known[provider], ...more[provider] }),
  };
}

function providers(options: OrderOptions, wishes = noWishes): readonly string[] {
  return planRoute(wishes, states, options).candidates.map(({ provider }) => provider);
}

describe('the order of candidates', () => {
  it('is by priority as listed, by cost, latency or health the best first and the unknown last', () => {
    assert.deepEqual(providers(order('priority')), ['a', 'b', 'c']);
    assert.deepEqual(providers(order('cost')), ['b', 'a', 'c']);
    assert.deepEqual(providers(order('latency')), ['a', 'b', 'c']);
    assert.deepEqual(providers(order('health')), ['b', 'a', 'c']);
  });

  it('keeps what the step named first, whatever the policy', () => {
    const wishes = { ...noWishes, provider: 'c' };
    assert.deepEqual(providers(order('cost'), wishes), ['c', 'b', 'a']);
  });

  it("puts the agent's wishes before the workspace's, and both before the rest", () => {
    const wishes = { ...noWishes, preferred: [{ provider: 'c', model: 'c-9' }], workspace: [{ provider: 'b', model: 'b-9' }] };
    const { candidates } = planRoute(wishes, states, order('priority'));
    assert.deepEqual(
      candidates.map(({ model, reason }) => `${model}: ${reason}`),
      [
        'c-9: preferred by the agent',
        'b-9: preferred by the workspace',
        'a-1: next available',
        'b-1: next available',
        'c-1: next available',
      ],
    );
  });

  it("puts who meets the agent's wishes first of those nobody named, and says what the others lack", () => {
    const traits = { ...noTraits, contextTokens: 150_000, images: true, reasoning: 'high' } as const;
    const more = { b: { contextTokens: 200_000, images: true, reasoning: true }, c: { contextTokens: 200_000, reasoning: true } };
    const { candidates } = planRoute(noWishes, states, { ...order('priority', more), traits });
    assert.deepEqual(
      candidates.map(({ provider, reason }) => `${provider}: ${reason}`),
      [
        'b: next available',
        'c: next available; images wished, it takes none',
        'a: next available; 150000 tokens of context wished, it has 100000; images wished, it takes none; high reasoning wished, it cannot be told',
      ],
    );
  });

  it("orders those nobody named as the agent wishes, unless a person's policy or preference says otherwise", () => {
    const cheap = { ...noTraits, policy: 'cost' } as const;
    const ids = (policy: RoutePolicy, wishes = noWishes): readonly string[] =>
      planRoute(wishes, states, { ...order(policy), traits: cheap }).candidates.map(({ provider }) => provider);
    assert.deepEqual(ids('priority'), ['b', 'a', 'c']);
    assert.deepEqual(ids('latency'), ['a', 'b', 'c']);
    assert.deepEqual(ids('priority', { ...noWishes, workspace: [{ provider: 'c', model: 'c-1' }] }), ['c', 'b', 'a']);
    assert.deepEqual(ids('priority', { ...noWishes, provider: 'a' }), ['a', 'b', 'c']);
    const [first] = planRoute(noWishes, states, { ...order('priority'), traits: cheap }).candidates;
    assert.equal(first?.reason, 'next available; by cost: $1.00 per million tokens');
  });

  it('puts who is set aside last and says why, also when the step named it', () => {
    const { candidates } = planRoute({ ...noWishes, provider: 'a' }, states, order('priority', { a: { setAside: true } }));
    assert.deepEqual(
      candidates.map(({ provider }) => provider),
      ['b', 'c', 'a'],
    );
    assert.equal(candidates.at(-1)?.reason, 'named by the step; set aside: half of its calls failed');
  });

  it('says of each provider that was wished for what it lacks, in its own words', () => {
    const away = [
      { id: 'anthropic', defaultModel: 'c', available: false, missing: 'no key' },
      { id: 'compatible', defaultModel: '', available: false, missing: 'no URL or no model' },
    ];
    const preferred = ['anthropic', 'compatible', 'editor'].map((provider) => ({ provider, model: 'm' }));
    const { dropped } = planRoute({ ...noWishes, preferred }, away);
    assert.deepEqual(
      dropped.map(({ reason }) => reason.replace('preferred by the agent, but ', '')),
      ['anthropic has no key', 'compatible has no URL or no model', 'there is no provider editor here'],
    );
  });

  it('leaves out what takes no tools or has too little room, and says so', () => {
    const plan = planRoute(noWishes, states, order('priority', { a: { tools: false }, b: { contextTokens: 8_000 } }));
    assert.deepEqual(
      plan.candidates.map(({ provider }) => provider),
      ['c'],
    );
    assert.deepEqual(
      plan.dropped.map(({ reason }) => reason),
      ['it takes no tools', 'its context of 8000 tokens is too small for about 50000'],
    );
  });

  it('tries them all when none has the room: the vendor has the last word', () => {
    const small = { contextTokens: 1 };
    const plan = planRoute(noWishes, states, order('priority', { a: small, b: small, c: small }));
    assert.deepEqual([plan.candidates.length, plan.dropped.length], [3, 0]);
  });

  it('says by which figure the chosen one went first', () => {
    const [cheapest] = planRoute(noWishes, states, order('cost')).candidates;
    assert.equal(cheapest?.reason, 'next available; by cost: $1.00 per million tokens');
  });
});
