// What every store promises of runs and their dead letters. A part of storeContract.ts.

import assert from 'node:assert/strict';
import { hasCode, isAppError } from '#base/errors.ts';
import type { Store } from '#core/store/store.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import { append, created } from '#test/support/memoryStore.ts';

const code = (expected: string) => (error: unknown) => hasCode(error, expected);

const deadLettered = (path: string, message = 'broken'): RunFact => {
  const error = { code: 'skill.failed', message, retryable: false, details: {} };
  return { type: 'step.deadLettered', path, stage: 'execute', error, attempts: 2 };
};
const rewound = (redrive: string | null): RunFact => ({
  type: 'run.rewound',
  toVersion: 0,
  toSeq: 1,
  setAside: [],
  redrive,
  by: 'person',
  reason: '',
});

/** `opened`: the store of the test that runs. */
export function runsContract(opened: () => Store): void {
  let store: Store;
  beforeEach(() => {
    store = opened();
  });

  describe('runs', () => {
    it('gives back exactly the events and the summary that were appended', async () => {
      const batch = append('run_a', 1, [created, { type: 'run.parsed' }]);
      await store.runs.append(batch);
      assert.deepEqual(await store.runs.events('run_a'), batch.events);
      assert.deepEqual(await store.runs.get('run_a'), batch.summary);
    });

    it('reads from a sequence number on, and no more than asked', async () => {
      await store.runs.append(append('run_a', 1, [created, { type: 'run.parsed' }, { type: 'run.started' }, { type: 'run.parsed' }]));
      const events = await store.runs.events('run_a', { afterSeq: 1, limit: 2 });
      assert.deepEqual(
        events.map((event) => event.seq),
        [2, 3],
      );
    });

    it('takes appends of one turn in their order', async () => {
      const facts = [created, ...Array.from({ length: 50 }, () => ({ type: 'run.parsed' }) as const)];
      await Promise.all(facts.map((fact, index) => store.runs.append(append('run_a', index + 1, [fact]))));
      assert.equal((await store.runs.events('run_a')).length, 51);
      assert.equal((await store.runs.get('run_a'))?.lastSeq, 51);
    });

    for (const [what, from] of [
      ['a gap', 4],
      ['a repetition', 2],
      ['a second creation', 1],
    ] as const) {
      it(`refuses ${what} and keeps nothing of it`, async () => {
        await store.runs.append(append('run_a', 1, [created, { type: 'run.parsed' }]));
        await assert.rejects(
          store.runs.append(append('run_a', from, [{ type: 'run.started' }], { title: 'other' })),
          code('store.conflict'),
        );
        assert.equal((await store.runs.events('run_a')).length, 2);
        assert.equal((await store.runs.get('run_a'))?.title, 'Review');
      });
    }

    it('refuses an append that overlaps one under way, and goes on after the one it took', async () => {
      await store.runs.append(append('run_a', 1, [created]));
      await store.runs.append(append('run_a', 2, [{ type: 'run.parsed' }]));
      const writers = [
        append('run_a', 3, [{ type: 'run.started' }]),
        append('run_a', 3, [{ type: 'run.parsed' }, { type: 'run.started' }]),
      ];
      const results = await Promise.allSettled(writers.map((batch) => store.runs.append(batch)));
      assert.deepEqual(
        results.map(({ status }) => status),
        ['fulfilled', 'rejected'],
      );
      await store.runs.append(append('run_a', 4, [{ type: 'run.parsed' }]));
      await assert.rejects(store.runs.append(append('run_a', 6, [{ type: 'run.parsed' }])), code('store.conflict'));
      const stored = await store.runs.events('run_a');
      assert.deepEqual(
        stored.map(({ seq }) => seq),
        [1, 2, 3, 4],
      );
    });

    it('takes a batch it holds already as it is, and refuses one that differs in anything', async () => {
      const batch = append('run_a', 1, [created, { type: 'run.parsed' }]);
      await store.runs.append(batch);
      await store.runs.append(append('run_a', 3, [{ type: 'run.started' }]));
      await store.runs.append(batch);
      assert.equal((await store.runs.events('run_a')).length, 3);
      assert.equal((await store.runs.get('run_a'))?.lastSeq, 3);
      const later = { ...batch, events: batch.events.map((event) => ({ ...event, at: event.at + 1 })) };
      await assert.rejects(store.runs.append(later), code('store.conflict'));
    });

    it('reads events of some types alone', async () => {
      await store.runs.append(append('run_a', 1, [created, { type: 'run.parsed' }, { type: 'run.started' }]));
      const events = await store.runs.events('run_a', { types: ['run.started', 'run.created'] });
      assert.deepEqual(
        events.map((event) => event.seq),
        [1, 3],
      );
    });

    it('keeps the first result of an effect and gives it to everybody', async () => {
      const effect = { key: 'run_a/step/mail', runId: 'run_a', at: 5 };
      assert.equal(await store.runs.effect(effect.key), undefined);
      const kept = await Promise.all([1, 2].map((number) => store.runs.recordEffect({ ...effect, result: { number } })));
      assert.deepEqual(kept, [{ number: 1 }, { number: 1 }]);
      assert.deepEqual(await store.runs.effect(effect.key), { number: 1 });
      assert.equal(await store.runs.recordEffect({ ...effect, key: 'other', result: null }), null);
      assert.equal(await store.runs.effect('other'), null);
    });

    it('refuses a batch that does not hold together', async () => {
      const good = append('run_a', 1, [created, { type: 'run.parsed' }]);
      const holes = good.events.filter((event) => event.seq !== 1).concat(good.events);
      await assert.rejects(store.runs.append({ ...good, events: holes }), code('store.conflict'));
      await assert.rejects(store.runs.append({ ...good, runId: 'run_b' }), code('store.conflict'));
      await assert.rejects(store.runs.append({ ...good, summary: { ...good.summary, lastSeq: 9 } }), code('store.conflict'));
      await assert.rejects(store.runs.append(append('run_missing', 3, [{ type: 'run.parsed' }])), code('store.conflict'));
      assert.deepEqual(await store.runs.list(), []);
    });

    it('fails only the batch that is wrong among those of one turn', async () => {
      const results = await Promise.allSettled([
        store.runs.append(append('run_a', 1, [created])),
        store.runs.append(append('run_b', 7, [{ type: 'run.parsed' }])),
        store.runs.append(append('run_c', 1, [created])),
      ]);
      assert.deepEqual(
        results.map((result) => result.status),
        ['fulfilled', 'rejected', 'fulfilled'],
      );
      assert.deepEqual((await store.runs.list()).map((row) => row.id).sort(), ['run_a', 'run_c']);
    });

    it('starts a run once for an idempotency key, within a turn too', async () => {
      const start = (id: string) => store.runs.append(append(id, 1, [created], { idempotencyKey: 'key-1' }));
      const isDuplicate = (error: unknown) =>
        hasCode(error, 'store.duplicateKey') && (error as { details?: { runId?: string } }).details?.runId === 'run_a';
      const [first, second] = await Promise.allSettled([start('run_a'), start('run_b')]);
      assert.equal(first.status, 'fulfilled');
      assert.ok(second.status === 'rejected' && isDuplicate(second.reason));
      await assert.rejects(start('run_c'), isDuplicate);
      assert.equal((await store.runs.byIdempotencyKey('key-1'))?.id, 'run_a');
      assert.equal(await store.runs.byIdempotencyKey('key-2'), null);
    });

    it('lists the newest first, by workflow, and those that are unfinished', async () => {
      const add = (id: string, createdAt: number, changes = {}) => store.runs.append(append(id, 1, [created], { createdAt, ...changes }));
      await Promise.all([
        add('run_1', 1, { status: 'completed' }),
        add('run_2', 2, { workflow: 'audit' }),
        add('run_3', 3, { status: 'paused' }),
        add('run_4', 3, { status: 'partial' }),
      ]);
      const ids = async (options?: Parameters<Store['runs']['list']>[0]) => (await store.runs.list(options)).map((row) => row.id);
      assert.deepEqual(await ids(), ['run_4', 'run_3', 'run_2', 'run_1']);
      assert.deepEqual(await ids({ limit: 1 }), ['run_4']);
      assert.deepEqual(await ids({ workflow: 'audit' }), ['run_2']);
      assert.deepEqual(await ids({ unfinished: true }), ['run_3', 'run_2']);
    });

    it('finds a run by the start of its id, and takes nothing for a pattern', async () => {
      for (const id of ['run_ab', 'run_abc', 'runXa', 'run%a', 'RUN_AB']) await store.runs.append(append(id, 1, [created]));
      const found = async (prefix: string) => (await store.runs.find(prefix))?.id;
      assert.equal(await found('run_abc'), 'run_abc');
      assert.equal(await found('run_ab'), 'run_ab', 'an exact id wins');
      assert.equal(await found('run%'), 'run%a');
      assert.equal(await found('runX'), 'runXa');
      assert.equal(await found('RUN'), 'RUN_AB');
      for (const missing of ['', 'run_zz', '%', '_un', "run'", 'run\\']) assert.equal(await found(missing), undefined, missing);
      await assert.rejects(store.runs.find('run_'), (error) => {
        assert.ok(isAppError(error) && error.code === 'run.ambiguous');
        assert.deepEqual(error.details['candidates'], ['run_ab', 'run_abc']);
        return true;
      });
    });

    it('makes a checkpoint of each event that carries a version', async () => {
      const failed = { code: 'x', message: 'no', retryable: true, details: {} };
      await store.runs.append(
        append('run_a', 1, [
          created,
          { type: 'step.started', path: 'a', attempt: 1 },
          { type: 'step.failed', path: 'a', attempt: 1, error: failed, usage: [], durationMs: 1, retryAt: 9, version: null },
          { type: 'step.succeeded', path: 'a', attempt: 2, output: 1, summary: 's', usage: [], durationMs: 1, version: 1 },
          { type: 'step.skipped', path: 'b', reason: 'not needed', version: 2 },
        ]),
      );
      assert.deepEqual(await store.runs.checkpoints('run_a'), [
        { version: 1, seq: 4, at: 1_004, path: 'a', status: 'succeeded' },
        { version: 2, seq: 5, at: 1_005, path: 'b', status: 'skipped' },
      ]);
      assert.deepEqual(await store.runs.checkpoints('run_b'), []);
    });

    it('keeps the newest snapshot at or before a sequence number', async () => {
      await store.runs.saveSnapshot('run_a', { seq: 10, format: 1, state: '{"n":10}' });
      await store.runs.saveSnapshot('run_a', { seq: 20, format: 1, state: '{"n":20}' });
      await store.runs.saveSnapshot('run_a', { seq: 20, format: 2, state: '{"n":21}' });
      assert.deepEqual(await store.runs.snapshot('run_a'), { seq: 20, format: 2, state: '{"n":21}' });
      assert.deepEqual(await store.runs.snapshot('run_a', { atSeq: 19 }), { seq: 10, format: 1, state: '{"n":10}' });
      assert.equal(await store.runs.snapshot('run_a', { atSeq: 9 }), null);
    });

    it('keeps any text in an event: NUL, half a surrogate pair, emoji, line ends, a megabyte', async () => {
      const strange = ['a\0b', '\uD800', '\uDC00x', '🧑‍🚀', 'a\r\nb', '\u2028', "'; DROP TABLE runs; --", 'x'.repeat(1 << 20)];
      const batch = append('run_a', 1, [{ ...created, title: strange[0]!, inputs: { strange } } as RunFact], {
        title: strange.slice(0, 7).join(),
      });
      await store.runs.append(batch);
      assert.deepEqual(await store.runs.events('run_a'), batch.events);
      assert.equal((await store.runs.get('run_a'))?.title, batch.summary.title);
    });

    it('refuses keys that no database keeps exactly, instead of changing them', async () => {
      for (const key of ['a\0b', 'a\uD800']) {
        await assert.rejects(store.runs.append(append('run_a', 1, [created], { idempotencyKey: key })), code('store.invalidText'));
        await assert.rejects(store.values.set('scope', key, 1), code('store.invalidText'));
      }
      assert.equal(await store.runs.get('run_a'), null);
    });
  });

  describe('pages of runs', () => {
    const run = (n: number, changes: Parameters<typeof append>[3]) =>
      store.runs.append(append(`run_${n}`, 1, [created], { createdAt: 1_000 + n, ...changes }));

    beforeEach(async () => {
      await run(1, { title: 'Fix the 100% case', status: 'completed' });
      await run(2, { title: 'Fix 100 cases', workflow: 'bug-hunt', waitingDecisions: 1 });
      await run(3, { title: 'Zwölf Gänge', status: 'failed' });
      await run(4, { title: 'another', workflow: 'bug-hunt' });
    });

    const found = async (query: Parameters<typeof store.runs.page>[0]): Promise<readonly [number, ...string[]]> => {
      const { total, runs } = await store.runs.page(query);
      return [total, ...runs.map(({ id }) => id)];
    };

    it('come newest first, in parts, with how many there are', async () => {
      assert.deepEqual(await found(undefined), [4, 'run_4', 'run_3', 'run_2', 'run_1']);
      assert.deepEqual(await found({ offset: 1, limit: 2 }), [4, 'run_3', 'run_2']);
      assert.deepEqual(await found({ limit: 0 }), [4]);
      assert.deepEqual(await found({ offset: 9 }), [4]);
    });

    it('are of one state, of one workflow, or both', async () => {
      assert.deepEqual(await found({ state: 'live' }), [2, 'run_4', 'run_2']);
      assert.deepEqual(await found({ state: 'waiting' }), [1, 'run_2']);
      assert.deepEqual(await found({ state: 'failed' }), [1, 'run_3']);
      assert.deepEqual(await found({ state: 'live', workflow: 'code-review' }), [0]);
      assert.deepEqual(await store.runs.workflows(), ['bug-hunt', 'code-review']);
    });

    it('hold a text in the title, the workflow or at the beginning of the id, wildcards being plain characters', async () => {
      assert.deepEqual(await found({ text: ' fix ' }), [2, 'run_2', 'run_1']);
      assert.deepEqual(await found({ text: '100%' }), [1, 'run_1']);
      assert.deepEqual(await found({ text: 'zwölf' }), [1, 'run_3']);
      assert.deepEqual(await found({ text: 'BUG-h' }), [2, 'run_4', 'run_2']);
      assert.deepEqual(await found({ text: 'run_3' }), [1, 'run_3']);
      assert.deepEqual(await found({ text: '_3' }), [0]);
      assert.deepEqual(await found({ text: '\\\0' }), [0]);
    });
  });

  describe('dead letters', () => {
    const statuses = async (): Promise<string[]> => (await store.deadLetters.list()).map(({ path, status }) => `${path} ${status}`);

    it('are written with the events that tell of them, one for each step of a run', async () => {
      await store.runs.append(append('run_a', 1, [created, deadLettered('each[0]/x'), deadLettered('y\0')]));
      await store.runs.append(append('run_b', 1, [created, deadLettered('each[0]/x')]));
      assert.equal((await store.deadLetters.list({ runId: 'run_a' })).length, 2);
      const [newest] = await store.deadLetters.list({ status: 'open' });
      assert.ok(newest);
      assert.deepEqual(await store.deadLetters.get(newest.id), newest);
      assert.deepEqual(await store.deadLetters.find(newest.id.slice(0, 12)), newest);
      const { id: _, ...letter } = newest;
      const error = { code: 'skill.failed', message: 'broken', retryable: false, details: {} };
      assert.deepEqual(letter, {
        runId: 'run_a',
        path: 'y\uFFFD',
        status: 'open',
        stage: 'execute',
        error,
        attempts: 2,
        at: 1_003,
        redrives: 0,
        note: null,
      });
    });

    it('count how often a step was put back, and open again when it fails again', async () => {
      await store.runs.append(append('run_a', 1, [created, deadLettered('x'), deadLettered('y')]));
      await store.runs.append(append('run_a', 4, [rewound('x')]));
      assert.deepEqual((await statuses()).sort(), ['x redriven', 'y setAside']);
      await store.runs.append(append('run_a', 5, [deadLettered('x', 'again')]));
      const [x] = await store.deadLetters.list({ status: 'open' });
      assert.deepEqual([x?.path, x?.redrives, x?.error.message, x?.at], ['x', 1, 'again', 1_005]);
    });

    it('are discarded once, with a reason, and then left alone by a rollback', async () => {
      await store.runs.append(append('run_a', 1, [created, deadLettered('x')]));
      const [letter] = await store.deadLetters.list();
      const id = letter?.id ?? '';
      assert.deepEqual([await store.deadLetters.discard(id, 'known'), await store.deadLetters.discard(id, 'again')], [true, false]);
      assert.equal(await store.deadLetters.discard('dlq_none', ''), false);
      await store.runs.append(append('run_a', 3, [rewound(null)]));
      const kept = await store.deadLetters.get(id);
      assert.deepEqual([kept?.status, kept?.note], ['discarded', 'known']);
    });
  });
}
