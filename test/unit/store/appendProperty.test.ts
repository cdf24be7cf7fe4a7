import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hasCode } from '#base/errors.ts';
import type { RunEvent, RunFact } from '#protocol/runEvents.ts';
import { append, memoryStore } from '#test/support/memoryStore.ts';

/** One append: to which run, at which place relative to what is due, and what. */
const command = fc.record({
  run: fc.constantFrom('run_a', 'run_b', 'run_c'),
  off: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -2, max: 2 }) }),
  titles: fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 }),
  data: fc.jsonValue(),
});

/** The turns of the event loop; the commands of a turn are not waited for one by one. */
const turns = fc.array(fc.array(command, { maxLength: 6 }), { maxLength: 6 });

describe('any sequence of appends', () => {
  it('gives back what a plain list per run would, in whatever turns it comes', async () => {
    await fc.assert(
      fc.asyncProperty(turns, async (script) => {
        const store = await memoryStore();
        const model = new Map<string, RunEvent[]>();
        for (const turn of script) {
          await Promise.all(
            turn.map(async ({ run, off, titles, data }) => {
              const due = (model.get(run)?.length ?? 0) + 1;
              const facts = titles.map((title): RunFact => ({
                type: 'agent.recorded',
                path: 'p',
                agent: 'a',
                kind: 'tool',
                title,
                data: data as never,
                startedAt: 0,
                durationMs: 0,
                ok: true,
              }));
              const batch = append(run, Math.max(1, due + off), facts, { title: titles.join('') });
              const fits = batch.events[0]?.seq === due;
              if (fits) model.set(run, [...(model.get(run) ?? []), ...batch.events]);
              const appended = store.runs.append(batch);
              if (fits) await appended;
              else await assert.rejects(appended, (error) => hasCode(error, 'store.conflict'));
            }),
          );
        }
        const asStored = (events: readonly RunEvent[] = []): unknown => JSON.parse(JSON.stringify(events));
        for (const run of ['run_a', 'run_b', 'run_c']) {
          assert.deepEqual(await store.runs.events(run), asStored(model.get(run)));
          assert.equal((await store.runs.get(run))?.lastSeq, model.get(run)?.length);
        }
        await store.close();
      }),
      { numRuns: 60 },
    );
  });
});
