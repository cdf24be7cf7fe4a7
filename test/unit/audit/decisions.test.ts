import assert from 'node:assert/strict';
import { AppError } from '#base/errors.ts';
import { announced, audited } from '#core/api/audited.ts';
import { recordBreaker } from '#core/api/auditMethods.ts';
import { type BreakerMove, BreakerRegistry } from '#core/llm/registry.ts';
import type { Store } from '#core/store/store.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { memoryStore } from '#test/support/memoryStore.ts';
import { silentLog } from '#test/unit/owner/serverFixture.ts';

type Handlers = Parameters<typeof audited>[0];

describe('decisions in the audit trail', () => {
  let store: Store;
  let heard: number;
  beforeEach(async () => {
    heard = 0;
    store = announced(await memoryStore(), () => (heard += 1));
  });
  afterEach(() => store.close());

  const trail = async () =>
    (await store.audit.page()).entries.map(({ actor, action, target, data }) => [actor, action, target, data]).toReversed();

  it('are budgets, triggers, agents in and out of service, and circuits that a person reset', async () => {
    const nothing = async (): Promise<void> => {};
    const handlers: Handlers = {
      'budgets.set': nothing,
      'triggers.set': nothing,
      'agents.resetBreakers': nothing,
      'agents.setEnabled': nothing,
    };
    const methods = audited(handlers, { ports: { clock: new FakeClock(7) }, store });
    await methods['budgets.set']({ scope: { kind: 'day' }, budget: { tokens: 5 } });
    await methods['budgets.set']({ scope: { kind: 'tag', tag: 'a' }, budget: null });
    await methods['triggers.set']({ enabled: true });
    await methods['triggers.set']({ name: 'nightly', enabled: false });
    await methods['agents.setEnabled']({ id: 'qa', enabled: false });
    await methods['agents.resetBreakers']('qa');
    assert.deepEqual(await trail(), [
      ['person', 'budget.set', 'each day', { costMicroUsd: null, tokens: 5 }],
      ['person', 'budget.remove', 'tag a', null],
      ['person', 'trigger.on', 'all triggers', null],
      ['person', 'trigger.off', 'nightly', null],
      ['person', 'agent.disable', 'qa', null],
      ['person', 'breaker.reset', 'qa', null],
    ]);
    assert.equal(heard, 6, 'who listens is told of each');
  });

  it('are not there when the decision was refused', async () => {
    const refuse = async (): Promise<void> => {
      throw new Error('no');
    };
    const handlers: Handlers = {
      'budgets.set': refuse,
      'triggers.set': refuse,
      'agents.resetBreakers': refuse,
      'agents.setEnabled': refuse,
    };
    const methods = audited(handlers, { ports: { clock: new FakeClock(7) }, store });
    await assert.rejects(methods['agents.setEnabled']({ id: 'qa', enabled: false }));
    assert.deepEqual(await trail(), []);
  });

  it('of the engine are circuits that open and close, with who goes through them', async () => {
    const clock = new FakeClock(1_000);
    const persistence = { load: async () => undefined, save: async () => {} };
    const breakers = new BreakerRegistry({ clock, log: silentLog, persistence });
    const moves: BreakerMove[] = [];
    breakers.onMoved((move) => moves.push(move));
    const guard = breakers.forCall({ agent: 'qa', provider: 'openai', model: 'm', credential: 'c' });
    const down = new AppError({ code: 'llm.server', message: '503' });
    for (let n = 0; n < 5; n += 1) await guard.run(() => Promise.reject(down)).catch(() => {});
    breakers.reset('qa');
    for (const move of moves) await recordBreaker({ store, clock, log: silentLog }, move);
    assert.deepEqual(await trail(), [
      ['engine', 'breaker.open', 'openai/m', { agents: ['qa'], openUntil: 61_000 }],
      ['engine', 'breaker.close', 'openai/m', { agents: ['qa'], openUntil: null }],
    ]);
  });
});
