// The process that careKill.test.ts kills. Does one kind of care for a store over and over, and reports what is acknowledged.
// Lines on stdout: `ready`, then `kept <n>` for each value that is durable and `backup <file>` for each finished backup.

import { flushCompileCache } from 'node:module';
import { systemClock } from '#base/clock.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import { restoreStore } from '#node/sqlite/restore.ts';
import { say } from '#test/crash/say.ts';

const [kind = '', file = '', from = ''] = process.argv.slice(2);

if (kind === 'restore') {
  flushCompileCache(); // a killed process would not keep it
  say('ready');
  for (;;) await restoreStore({ file, from, clock: systemClock });
}

const store = await openStore({ file, clock: systemClock, log: { debug() {}, info() {}, warn() {}, error() {} } });
let kept = (await store.values.list('kept')).size;
flushCompileCache();
say('ready');

async function write(): Promise<never> {
  for (;;) {
    await store.values.set('kept', String(kept), 'x'.repeat(5_000));
    await store.values.set('waste', '0', 'y'.repeat(200_000));
    say(`kept ${kept}`);
    kept += 1;
  }
}

async function care(): Promise<never> {
  for (let i = 0; ; i += 1) {
    if (kind === 'compact') await store.care.compact();
    else {
      const { file: made } = await store.care.backup(`${file}.${process.pid}-${i}.backup`);
      say(`backup ${made}`);
    }
  }
}

await Promise.all([write(), care()]);
