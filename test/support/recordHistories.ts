// Makes the histories under test/golden/histories: real runs on the real store, at their own pace. Run it once for each
// new engine flag; histories that are there already are kept as they were recorded.
// `node test/support/recordHistories.ts v2`

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systemClock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { createIdSource } from '#base/ids.ts';
import type { Log } from '#core/ports.ts';
import { CustomRuntime } from '#core/runtimes/custom/customRuntime.ts';
import { memoryStore } from '#test/support/memoryStore.ts';
import { scripted, startOf } from '#test/support/engineHarness.ts';
import { type RecordedPlay, recordedPlays } from '#test/support/recordedPlays.ts';

const [, , name = ''] = process.argv;
const folder = fileURLToPath(new URL(`../golden/histories/${name}/`, import.meta.url));
const quiet: Log = { debug() {}, info() {}, warn() {}, error: (message, _fields, thrown) => console.error(message, thrown) };

async function record({ definition, start, script, act, ends }: RecordedPlay): Promise<string> {
  const store = await memoryStore();
  const ids = createIdSource({ now: Date.now, random: Math.random });
  const ports = { clock: systemClock, log: quiet, ids, runs: store.runs, executor: scripted(script, []) };
  const runtime = new CustomRuntime(ports, { snapshotEveryEvents: 10 });
  const runId = await runtime.start(startOf(definition, start));
  await act?.(runtime, runId);
  for (let status = ''; status !== ends;) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    ({ status } = await runtime.view(runId));
  }
  const events = await store.runs.events(runId);
  await runtime.shutdown();
  await store.close();
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

if (name === '') throw new AppError({ code: 'cli.usage', message: 'Name the newest engine flag.' });
mkdirSync(folder, { recursive: true });
for (const [title, play] of Object.entries(recordedPlays)) {
  const file = `${folder}${title}.jsonl`;
  if (existsSync(file)) continue;
  writeFileSync(file, await record(play));
  console.log(file);
}
