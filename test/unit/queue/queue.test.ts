import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isAbort } from '#base/errors.ts';
import type { Disposable } from '#base/disposable.ts';
import { Heap } from '#base/heap.ts';
import type { RunTicket } from '#core/engine/admission.ts';
import { PRIORITY_POINT_MS } from '#core/engine/placeGate.ts';
import { RunQueue } from '#core/engine/queue.ts';
import { FakeClock } from '#test/support/fakeClock.ts';

const seed = Number(process.env['CAS_TEST_SEED'] ?? Date.now() % 2 ** 31);
const microtasks = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
};

describe('a heap', () => {
  it(`gives its items in order (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const heap = new Heap<number>((a, b) => a < b);
        numbers.forEach((n) => heap.add(n));
        const taken: (number | undefined)[] = [];
        while (heap.size > 0) taken.push(heap.take());
        assert.deepEqual(
          taken,
          numbers.toSorted((a, b) => a - b),
        );
        assert.equal(heap.take(), undefined);
      }),
      { seed },
    );
  });
});

describe('the run queue', () => {
  const clock = new FakeClock();
  const ticket = (runId: string, changes: Partial<RunTicket> = {}): RunTicket => ({
    runId,
    workflow: 'w',
    priority: 0,
    notBefore: null,
    since: clock.now(),
    ...changes,
  });

  /** Queues runs and says in which order they were admitted. */
  function line(queue: RunQueue): { add(run: RunTicket): Disposable; readonly admitted: string[]; end(runId: string): Promise<void> } {
    const admitted: string[] = [];
    const places = new Map<string, Disposable>();
    return {
      admitted,
      add: (run) =>
        queue.queueRun(run, (place) => {
          admitted.push(run.runId);
          places.set(run.runId, place);
        }),
      async end(runId) {
        places.get(runId)?.dispose();
        await microtasks();
      },
    };
  }

  it('admits first come, first served, as many at a time as the workspace allows', async () => {
    const q = line(new RunQueue(clock, { runs: 2 }));
    for (const id of ['a', 'b', 'c', 'd']) q.add(ticket(id));
    await microtasks();
    assert.deepEqual(q.admitted, ['a', 'b']);
    await q.end('b');
    await q.end('b');
    assert.deepEqual(q.admitted, ['a', 'b', 'c']);
  });

  it('admits greater priority first, until the other has waited long enough', async () => {
    const queue = new RunQueue(clock, { runs: 1 });
    const q = line(queue);
    const now = clock.now();
    q.add(ticket('first'));
    q.add(ticket('plain', { since: now }));
    q.add(ticket('urgent', { priority: 10, since: now + 9 * PRIORITY_POINT_MS }));
    q.add(ticket('tooLate', { priority: 10, since: now + 11 * PRIORITY_POINT_MS }));
    await microtasks();
    for (const id of ['first', 'urgent', 'plain']) await q.end(id);
    assert.deepEqual(q.admitted, ['first', 'urgent', 'plain', 'tooLate']);
  });

  it('holds a run back until its time, with one timer for all', async () => {
    const queue = new RunQueue(clock);
    const q = line(queue);
    const now = clock.now();
    const before = clock.pending;
    for (const [id, delay] of [
      ['late', 300],
      ['soon', 100],
      ['mid', 200],
    ] as const)
      q.add(ticket(id, { notBefore: now + delay }));
    assert.equal(queue.tryRun(ticket('x', { notBefore: now + 1 })), null);
    assert.equal(clock.pending - before, 1);
    const gone = q.add(ticket('gone', { notBefore: now + 250 }));
    assert.equal(queue.state().delayed, 4);
    gone.dispose();
    gone.dispose();
    assert.equal(queue.state().delayed, 3, 'one that left waits no more');
    clock.advance(250);
    await microtasks();
    assert.deepEqual(q.admitted, ['soon', 'mid']);
    clock.advance(50);
    await microtasks();
    assert.deepEqual(q.admitted, ['soon', 'mid', 'late']);
    assert.equal(queue.state().delayed, 0);
  });

  it('lets no workflow with many runs hold up another', async () => {
    const queue = new RunQueue(clock, { runs: 2, runsPerWorkflow: 1 });
    const q = line(queue);
    for (let n = 0; n < 50; n += 1) q.add(ticket(`a${n}`, { workflow: 'a' }));
    q.add(ticket('b', { workflow: 'b' }));
    await microtasks();
    assert.deepEqual(q.admitted, ['a0', 'b']);
    assert.deepEqual(
      queue.state().scopes.map(({ scope, used, waiting }) => [scope, used, waiting]),
      [
        ['workflow:a', 1, 49],
        ['runs', 2, 0],
        ['workflow:b', 1, 0],
      ],
    );
  });

  it('forgets a run that left, and gives back what it held', async () => {
    const queue = new RunQueue(clock, { runs: 1, runsPerWorkflow: 1 });
    const q = line(queue);
    q.add(ticket('a', { workflow: 'a' }));
    const b = q.add(ticket('b', { workflow: 'b' }));
    q.add(ticket('b2', { workflow: 'b' }));
    await microtasks();
    b.dispose();
    await q.end('a');
    assert.deepEqual(q.admitted, ['a', 'b2']);
  });

  it('gives a person a place above the limit, and counts it', async () => {
    const queue = new RunQueue(clock, { runs: 1 });
    const first = queue.tryRun(ticket('a'));
    const forced = queue.takeRun(ticket('b'));
    first?.dispose();
    assert.equal(queue.tryRun(ticket('c')), null);
    forced.dispose();
    assert.notEqual(queue.tryRun(ticket('c')), null);
  });

  it('limits tasks of an agent and calls of a provider, and lets an aborted wait go', async () => {
    const queue = new RunQueue(clock, { tasksPerAgent: 1 });
    const { signal } = new AbortController();
    const place = await queue.enter('agent', 'qa', { signal });
    (await queue.enter('agent', 'tester', { signal })).dispose();
    (await queue.enter('provider', 'qa', { signal })).dispose();
    const gone = new AbortController();
    const waiting = queue.enter('agent', 'qa', { signal: gone.signal });
    let second = false;
    const next = queue.enter('agent', 'qa', { signal }).then(() => (second = true));
    gone.abort();
    await assert.rejects(waiting, isAbort);
    await assert.rejects(queue.enter('agent', 'qa', { signal: gone.signal }), isAbort);
    assert.equal(second, false);
    place.dispose();
    await next;
  });

  it('holds 10,000 runs and admits each once', async () => {
    const queue = new RunQueue(clock, { runs: 5 });
    const open: Disposable[] = [];
    let admitted = 0;
    for (let n = 0; n < 10_000; n += 1)
      queue.queueRun(ticket(`r${n}`, { priority: n % 7 }), (place) => {
        admitted += 1;
        open.push(place);
      });
    await microtasks();
    while (open.length > 0) {
      open.shift()?.dispose();
      await microtasks();
    }
    assert.equal(admitted, 10_000);
    assert.deepEqual(queue.state(), { scopes: [], delayed: 0 });
  });

  it(`never exceeds a limit, loses nobody and starves nobody (seed ${seed})`, async () => {
    const run = fc.record({
      workflow: fc.constantFrom('a', 'b', 'c'),
      priority: fc.integer({ min: -5, max: 5 }),
      delay: fc.integer({ min: 0, max: 500 }),
      leaves: fc.boolean(),
    });
    const property = fc.asyncProperty(
      fc.array(run, { maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      async (runs, total, each) => {
        const time = new FakeClock();
        const queue = new RunQueue(time, { runs: total, runsPerWorkflow: each });
        const live = new Map<string, { place: Disposable; workflow: string }>();
        const seen = new Set<string>();
        const expected = new Set<string>();
        runs.forEach(({ workflow, priority, delay, leaves }, index) => {
          const notBefore = delay === 0 ? null : time.now() + delay;
          const entry = queue.queueRun({ runId: `${index}`, workflow, priority, notBefore, since: time.now() }, (place) => {
            assert.ok(!seen.has(`${index}`), 'once');
            assert.ok(notBefore === null || time.now() >= notBefore, 'not before its time');
            seen.add(`${index}`);
            live.set(`${index}`, { place, workflow });
          });
          if (leaves) entry.dispose();
          else expected.add(`${index}`);
        });
        for (let round = 0; round < 200 && seen.size < expected.size; round += 1) {
          await microtasks();
          assert.ok(live.size <= total, 'the workspace');
          for (const name of ['a', 'b', 'c']) {
            assert.ok([...live.values()].filter(({ workflow }) => workflow === name).length <= each, 'the workflow');
          }
          const [first] = live;
          if (first !== undefined) {
            live.delete(first[0]);
            first[1].place.dispose();
          }
          time.advance(20);
        }
        assert.deepEqual(seen, expected);
      },
    );
    await fc.assert(property, { seed, numRuns: 100 });
  });

  describe('tells the next in line to prepare', () => {
    /** Who is near the front of the line, as they are told. */
    function watched(prepareAhead: number) {
      const queue = new RunQueue(clock, { runs: 1, prepareAhead });
      const near = new Set<string>();
      const places: Disposable[] = [];
      const add = (runId: string, changes: Partial<RunTicket> = {}): Disposable =>
        queue.queueRun(
          ticket(runId, changes),
          (place) => {
            near.delete(runId);
            places.push(place);
          },
          (isNear) => void (isNear ? near.add(runId) : near.delete(runId)),
        );
      const next = async (): Promise<void> => {
        places.shift()?.dispose();
        await microtasks();
      };
      return { near, add, next };
    }

    it('as many as it is to, the first ones', async () => {
      const { near, add, next } = watched(2);
      for (const id of ['works', 'a', 'b', 'c']) add(id);
      await microtasks();
      assert.deepEqual([...near], ['a', 'b']);
      await next();
      assert.deepEqual([...near], ['b', 'c']);
    });

    it('those that others go before are told to let go', async () => {
      const { near, add } = watched(2);
      for (const id of ['works', 'a', 'b']) add(id);
      await microtasks();
      const urgent = add('urgent', { priority: 10 });
      assert.deepEqual([...near], ['a', 'urgent']);
      urgent.dispose();
      near.delete('urgent');
      assert.deepEqual([...near], ['a', 'b']);
    });

    it('nobody by default', async () => {
      const { near, add } = watched(0);
      for (const id of ['works', 'a', 'b']) add(id);
      await microtasks();
      assert.deepEqual([...near], []);
    });

    it(`and in whatever order runs come and leave, these are the first in line (seed ${seed})`, async () => {
      const steps = fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.boolean(), fc.boolean()), { maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(steps, fc.integer({ min: 0, max: 4 }), async (moves, ahead) => {
          const { near, add, next } = watched(ahead);
          add('works', { priority: 100 });
          await microtasks();
          const waiting: { readonly id: string; readonly rank: number; leave: Disposable }[] = [];
          for (const [index, [priority, leaves, ends]] of moves.entries()) {
            const id = `r${index}`;
            waiting.push({ id, rank: -priority * 1_000 + index, leave: add(id, { priority }) });
            waiting.sort((a, b) => a.rank - b.rank);
            if (leaves) {
              const [gone] = waiting.splice(index % waiting.length, 1);
              gone?.leave.dispose();
              near.delete(gone?.id ?? '');
            }
            if (ends && waiting.length > 0) {
              await next();
              waiting.shift();
            }
            assert.deepEqual(
              [...near].toSorted(),
              waiting
                .slice(0, ahead)
                .map((one) => one.id)
                .toSorted(),
            );
          }
        }),
        { seed },
      );
    });
  });
});
