// The process that sagaKill.test.ts kills: rolls runs back, lets them fail and be undone, and goes on with what it finds.
// Each effect it has in the world is a line `<key>` in `<store>.effects`, written after the process asked to do it once.

import fs from 'node:fs';
import { systemClock } from '#base/clock.ts';
import { hasCode } from '#base/errors.ts';
import { createIdSource } from '#base/ids.ts';
import type { Log } from '#core/ports.ts';
import { CustomRuntime } from '#core/runtimes/custom/customRuntime.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import { startOf } from '#test/support/engineHarness.ts';
import { chain, map, task, workflow } from '#test/support/workflows.ts';

const [file = '', wanted = '2'] = process.argv.slice(2);
const say = (line: string): void => void fs.writeSync(1, `${line}\n`);
const log: Log = { debug() {}, info() {}, warn() {}, error: (message, _fields, thrown) => say(`error ${message} ${String(thrown)}`) };

const undo = { compensate: { action: 'undo', with: {} } };
const failing = workflow([
  ...chain('a', 'b', 'c', 'd').map((step) => ({ ...step, ...undo })),
  map('m', [task('e', undo)], { dependsOn: ['b'], over: '[1, 2, 3, 4]', concurrency: 2 }),
  task('bad', { dependsOn: ['d', 'm'] }),
]);
const going = workflow(chain('a', 'b', 'c', 'd', 'e', 'f'));

const store = await openStore({ file, clock: systemClock, log });
const runtime = new CustomRuntime(
  {
    clock: systemClock,
    log,
    runs: store.runs,
    ids: createIdSource({ now: Date.now, random: Math.random }),
    executor: {
      assign: () => ({ agent: 'developer', reason: 'test' }),
      async execute({ path, step }, _assignment, context) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
        if (step.key === 'bad') throw Object.assign(new Error('bad'), { brand: 'cas.AppError', code: 'test.bad', details: {} });
        const output = await context.once('done', async (key) => {
          fs.appendFileSync(`${file}.effects`, `${process.pid} ${key}\n`);
          return path;
        });
        return { output, summary: '', usage: [] };
      },
    },
  },
  { snapshotEveryEvents: 10 },
);
say('ready');

/** Rolls `going` back to v2 once it has ended for the first time; a rollback that was recorded is not made again. */
async function rollBack(runId: string): Promise<void> {
  const rewinds = await store.runs.events(runId, { types: ['run.rewound'] });
  if (rewinds.length === 0) await runtime.rollback(runId, { version: 2, by: 'person', reason: '' });
  await runtime.resume(runId, 'person').catch((error: unknown) => {
    if (!hasCode(error, 'run.finished')) throw error;
  });
}

const idle = async (): Promise<void> => {
  while (runtime.live().length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
};

for (const run of await store.runs.list({ unfinished: true })) await runtime.resume(run.id, 'engine');
const rolled: string[] = [];
for (let index = 0; index < Number(wanted); index += 1) {
  await runtime.start(startOf(failing, { idempotencyKey: `failing ${index}` }));
  rolled.push(await runtime.start(startOf(going, { idempotencyKey: `going ${index}` })));
}
await idle();
for (const runId of rolled) await rollBack(runId);
await idle();
await store.close();
say('finished');
