// The process that engineKill.test.ts kills: resumes what it finds, starts what is missing, and works on all runs.
// It writes each beginning of a step's work to `<store>.begun` and says `ack <run> <path>` for each outcome it is told of.

import fs from 'node:fs';
import { systemClock } from '#base/clock.ts';
import { createIdSource } from '#base/ids.ts';
import type { Log } from '#core/ports.ts';
import { CustomRuntime } from '#core/runtimes/custom/customRuntime.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import { startOf } from '#test/support/engineHarness.ts';
import { chain, loop, map, task, workflow } from '#test/support/workflows.ts';

const [file = '', wanted = '4'] = process.argv.slice(2);
const say = (line: string): void => void fs.writeSync(1, `${line}\n`);
const log: Log = { debug() {}, info() {}, warn() {}, error: (message, _fields, thrown) => say(`error ${message} ${String(thrown)}`) };

/** A chain, a fan-out and a join, a loop of two passes and a map: some sixty steps. */
const definition = workflow(
  [
    ...chain(...Array.from({ length: 12 }, (_, index) => `c${index}`)),
    ...Array.from({ length: 12 }, (_, index) =>
      task(`f${index}`, { dependsOn: ['c3'], retry: { maxAttempts: 3, initialDelayMs: 2, maxDelayMs: 4 } }),
    ),
    loop('l', chain('fix', 'verify'), { dependsOn: ['c5'], until: 'iteration == 2' }),
    map('m', chain('read', 'judge'), { dependsOn: ['c7'], over: '[1, 2, 3, 4, 5, 6, 7, 8]' }),
    task('end', { dependsOn: ['c11', 'l', 'm', ...Array.from({ length: 12 }, (_, index) => `f${index}`)] }),
  ],
  { output: 'results.end' },
);

const store = await openStore({ file, clock: systemClock, log });
const runtime = new CustomRuntime(
  {
    clock: systemClock,
    log,
    runs: store.runs,
    ids: createIdSource({ now: Date.now, random: Math.random }),
    executor: {
      assign: () => ({ agent: 'developer', reason: 'test' }),
      async execute({ runId, path, attempt, step }) {
        fs.appendFileSync(`${file}.begun`, `${process.pid} ${runId} ${path}\n`);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
        if (step.key === 'f3' && attempt === 1)
          throw Object.assign(new Error('flaky'), { brand: 'cas.AppError', code: 'test.flaky', retryable: true, details: {} });
        return { output: path, summary: '', usage: [] };
      },
    },
  },
  { snapshotEveryEvents: 40 },
);
runtime.subscribe((heard) => {
  if (heard.kind !== 'run') return;
  const { event } = heard;
  if (event.type === 'step.succeeded' || event.type === 'run.completed')
    say(`ack ${event.runId} ${event.type === 'step.succeeded' ? event.path : '.'}`);
});
say('ready');

for (const run of await store.runs.list({ unfinished: true })) await runtime.resume(run.id, 'engine');
for (let index = 0; index < Number(wanted); index += 1) await runtime.start(startOf(definition, { idempotencyKey: `run ${index}` }));
while (runtime.live().length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
await store.close();
say('finished');
