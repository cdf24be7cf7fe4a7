// What every store promises, whatever is under it. Each suite file runs it over one way to open a store.

import assert from 'node:assert/strict';
import { hasCode } from '#base/errors.ts';
import type { ExecutionRow, ProposalRow, Store } from '#core/store/store.ts';
import type { BusMessage } from '#protocol/bus.ts';
import { append, created, runRow } from '#test/support/memoryStore.ts';
import { runsContract } from '#test/unit/store/runsContract.ts';

const code = (expected: string) => (error: unknown) => hasCode(error, expected);

const proposal = (id: string, changes: Partial<ProposalRow> = {}): ProposalRow => ({
  id,
  runId: 'run_a',
  status: 'open',
  createdAt: 5,
  data: '{"v":1}',
  ...changes,
});

const execution = (agent: string, changes: Partial<ExecutionRow> = {}): ExecutionRow => ({
  agent,
  runId: 'run_a',
  path: 'review',
  startedAt: 10,
  durationMs: 1.5,
  ok: true,
  error: null,
  ...changes,
});

export function storeContract(open: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  runsContract(() => store);

  describe('bus messages', () => {
    const message = (id: string, changes: Partial<BusMessage> = {}): BusMessage => ({
      id,
      correlation_id: 'c',
      cause: null,
      version: 1,
      type: 'user.note',
      payload: { text: 'a \u0000 "b"' },
      at: 1_000,
      ...changes,
    });
    const ids = (messages: readonly BusMessage[] | null): readonly string[] | null => messages?.map((one) => one.id) ?? null;

    it('are given back as they were, in order, and an id is stored once', async () => {
      await Promise.all([store.bus.append(message('b')), store.bus.append(message('a', { cause: 'b' }))]);
      await store.bus.append(message('b', { at: 9 }));
      assert.deepEqual(await store.bus.after(null, { limit: 10 }), [message('b'), message('a', { cause: 'b' })]);
      assert.deepEqual([await store.bus.has('a'), await store.bus.has('c')], [true, false]);
    });

    it('are read from an id on, by type, no more than asked; an unknown id is said to be one', async () => {
      for (const id of ['m1', 'm2', 'm3', 'm4'])
        await store.bus.append(message(id, { type: id === 'm3' ? 'feedback.given' : 'user.note' }));
      assert.deepEqual(ids(await store.bus.after('m1', { limit: 2 })), ['m2', 'm3']);
      assert.deepEqual(ids(await store.bus.after('m1', { limit: 9, types: ['user.note'] })), ['m2', 'm4']);
      assert.equal(await store.bus.after('m9', { limit: 9 }), null);
    });

    it('are read by time and forgotten by age', async () => {
      for (const at of [10, 20, 30]) await store.bus.append(message(`m${at}`, { at }));
      assert.deepEqual(ids(await store.bus.since(20, { type: 'user.note' })), ['m20', 'm30']);
      assert.deepEqual(ids(await store.bus.since(0, { type: 'other' })), []);
      await store.bus.prune(25);
      assert.deepEqual(ids(await store.bus.after(null, { limit: 10 })), ['m30']);
    });
  });

  describe('proposals', () => {
    it('saves, replaces, finds and lists them newest first', async () => {
      await store.proposals.save(proposal('prop_1', { createdAt: 1 }));
      await store.proposals.save(proposal('prop_2', { createdAt: 2, runId: null }));
      await store.proposals.save(proposal('prop_1', { createdAt: 1, status: 'accepted', data: '{"v":2}' }));
      assert.deepEqual(await store.proposals.get('prop_1'), proposal('prop_1', { createdAt: 1, status: 'accepted', data: '{"v":2}' }));
      assert.equal(await store.proposals.get('prop_9'), null);
      assert.equal((await store.proposals.find('prop_2'))?.runId, null);
      await assert.rejects(store.proposals.find('prop_'), code('proposal.ambiguous'));
      const ids = async (filter?: Parameters<Store['proposals']['list']>[0]) => (await store.proposals.list(filter)).map((row) => row.id);
      assert.deepEqual(await ids(), ['prop_2', 'prop_1']);
      assert.deepEqual(await ids({ runId: 'run_a' }), ['prop_1']);
      assert.deepEqual(await ids({ status: ['open', 'partial'] }), ['prop_2']);
      assert.deepEqual(await ids({ status: [] }), []);
    });

    it('keeps blobs byte for byte, empty ones too, and takes the same one twice', async () => {
      const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
      await store.proposals.putBlob('h1', bytes);
      await store.proposals.putBlob('h1', bytes);
      await store.proposals.putBlob('h0', new Uint8Array(0));
      assert.deepEqual(new Uint8Array((await store.proposals.getBlob('h1')) ?? []), bytes);
      assert.equal((await store.proposals.getBlob('h0'))?.length, 0);
      assert.equal(await store.proposals.getBlob('h2'), null);
    });

    it('ends a journal and saves the proposal together, or neither', async () => {
      const journal = { id: 'j1', proposalId: 'prop_1', data: '{}' };
      await store.proposals.save(proposal('prop_1'));
      await store.proposals.beginJournal(journal);
      assert.deepEqual(await store.proposals.openJournals(), [journal]);
      await store.proposals.endJournal('j1', proposal('prop_1', { status: 'accepted' }));
      assert.deepEqual(await store.proposals.openJournals(), []);
      await assert.rejects(store.proposals.endJournal('j1', proposal('prop_1', { status: 'rejected' })), code('store.conflict'));
      assert.equal((await store.proposals.get('prop_1'))?.status, 'accepted');
      await store.proposals.beginJournal({ ...journal, id: 'j2' });
      await store.proposals.dropJournal('j2');
      assert.deepEqual(await store.proposals.openJournals(), []);
    });
  });

  describe('agents, audit and values', () => {
    it('counts executions and keeps the last one and the last failure', async () => {
      const error = { code: 'llm.timeout', message: 'late', retryable: true, details: { ms: 5 } };
      const rows = [
        execution('analyst'),
        execution('analyst', { ok: false, error, startedAt: 11, durationMs: 2 }),
        execution('analyst', { startedAt: 12, durationMs: 3 }),
        execution('tester'),
      ];
      for (const row of rows) await store.agents.recordExecution(row);
      const analyst = { executions: 3, succeeded: 2, failed: 1, durationsMs: [1.5, 2, 3], last: rows[2], lastFailure: rows[1] };
      const tester = { executions: 1, succeeded: 1, failed: 0, durationsMs: [1.5], last: rows[3], lastFailure: null };
      assert.deepEqual(await store.agents.stats('analyst'), analyst);
      assert.deepEqual(
        await store.agents.statsAll(),
        new Map<string, unknown>([
          ['analyst', analyst],
          ['tester', tester],
        ]),
      );
      const none = { executions: 0, succeeded: 0, failed: 0, durationsMs: [], last: null, lastFailure: null };
      assert.deepEqual(await store.agents.stats('nobody'), none);
    });

    it('takes usage with unknown counts, and none at all', async () => {
      const usage = { runId: 'run_a', path: 'p', agent: 'a', provider: 'x', model: 'm', at: 1.5, inputTokens: 1, outputTokens: 2 };
      await store.agents.recordUsage([{ ...usage, cachedInputTokens: null, costMicroUsd: null }]);
      await store.agents.recordUsage([]);
    });

    it('sums use by run, step, agent, model and day, and counts what is unknown apart', async () => {
      const row = {
        runId: 'run_a',
        path: 'review',
        agent: 'qa',
        provider: 'openai',
        model: 'm',
        at: 86_400_000 + 5,
        inputTokens: 10,
        cachedInputTokens: 4,
        outputTokens: 2,
        costMicroUsd: 7,
      };
      await store.agents.recordUsage([row, { ...row, at: 86_400_000 * 2 - 1, costMicroUsd: null }]);
      await store.agents.recordUsage([{ ...row, runId: 'run_b', at: 86_400_000 * 2, inputTokens: null, cachedInputTokens: null }]);
      const sum = { path: 'review', agent: 'qa', provider: 'openai', model: 'm' };
      const first = { ...sum, runId: 'run_a', dayAt: 86_400_000, calls: 2, inputTokens: 20, cachedInputTokens: 8, outputTokens: 4 };
      const second = { ...sum, runId: 'run_b', dayAt: 172_800_000, calls: 1, inputTokens: 0, cachedInputTokens: 0, outputTokens: 2 };
      const known = [
        { ...first, costMicroUsd: 7, unknownCost: 1, unknownTokens: 0 },
        { ...second, costMicroUsd: 7, unknownCost: 0, unknownTokens: 1 },
      ];
      assert.deepEqual(await store.costs.sums(), known);
      assert.deepEqual(await store.costs.sums({ since: 172_800_000 }), known.slice(1));
      const many = Array.from({ length: 1_200 }, (_, n) => `run_${n}`);
      assert.deepEqual(await store.costs.sums({ runIds: [...many, 'run_a'] }), known.slice(0, 1));
      assert.deepEqual(await store.costs.sums({ runIds: [] }), []);
    });

    it('keeps the first answer for a question', async () => {
      const answer = { key: 'k1', at: 5, provider: 'openai', model: 'm', data: { text: 'a \u0000 "b"' } };
      assert.equal(await store.answers.get('k1'), null);
      await Promise.all([store.answers.put(answer), store.answers.put({ ...answer, data: { text: 'other' } })]);
      assert.deepEqual(await store.answers.get('k1'), answer);
    });

    it('lists the audit trail newest first', async () => {
      const entry = (action: string) => ({ at: 1, actor: 'person', action, target: 'a/ü.ts', data: { n: [1, null] } });
      for (const action of ['one', 'two', 'three']) await store.audit.append(entry(action));
      const { entries, total, next } = await store.audit.page({ limit: 2 });
      assert.deepEqual(
        entries.map(({ at, actor, action, target, data }) => ({ at, actor, action, target, data })),
        [entry('three'), entry('two')],
      );
      assert.deepEqual([total, next], [3, 2]);
      assert.deepEqual((await store.audit.page({ before: 2 })).entries[0]?.action, 'one');
    });

    it('keeps values by scope and key', async () => {
      await store.values.set('breakers', 'a', { open: true });
      await store.values.set('breakers', 'a', { open: false });
      await store.values.set('breakers', 'b', null);
      await store.values.set('other', 'a', 'x');
      assert.deepEqual(await store.values.get('breakers', 'a'), { open: false });
      assert.equal(await store.values.get('breakers', 'b'), null);
      assert.equal(await store.values.get('breakers', 'c'), undefined);
      assert.deepEqual(
        [...(await store.values.list('breakers'))],
        [
          ['a', { open: false }],
          ['b', null],
        ],
      );
    });
  });

  describe('closing', () => {
    it('waits for what is pending and then refuses everything', async () => {
      const pending = store.values.set('s', 'k', 1);
      await store.close();
      await pending;
      await store.close();
      await assert.rejects(store.values.get('s', 'k'), code('store.closed'));
      await assert.rejects(store.runs.append(append('run_a', 1, [created], runRow('run_a', { lastSeq: 1 }))), code('store.closed'));
    });
  });
}
