// A long run that was interrupted: made by the real engine in the real store, so that a core that opens the workspace can go on with it.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sleep } from '#base/abort.ts';
import { systemClock } from '#base/clock.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import { checkWorkflow } from '#core/workflow/parse.ts';
import { createIdSource } from '#base/ids.ts';
import type { StepExecutor } from '#core/engine/executor.ts';
import { CustomRuntime } from '#core/runtimes/custom/customRuntime.ts';
import { loudLog } from '#test/bench/ownRuns.ts';
import { startOf } from '#test/support/engineHarness.ts';
import { storeFile } from '#test/unit/store/testFiles.ts';

export const MANY_PARTS = `name: many-parts
version: 1.0.0
description: Looks at each part, and reports beside it.
inputs:
  parts:
    type: array
    required: true
limits:
  maxParallelSteps: 9
steps:
  - key: each
    name: Each part
    map:
      over: inputs.parts
      steps:
        - key: read
          name: Read
          agent: analyst
          action: project.detect
          compensate: { action: project.detect }
        - key: judge
          name: Judge
          agent: analyst
          dependsOn: read
          action: project.detect
          compensate: { action: project.detect }
  - key: report
    name: Report
    agent: writer
    prompt: Report what was found.
`;

const HOUR_MS = 3_600_000;

export interface InterruptedRunOptions {
  /** How many events it has at least when it is interrupted. */
  readonly events: number;
  /** How many parts it looks at; each has two steps. */
  readonly parts: number;
}

/** Gives its id; `runs.resume` goes on with it. The report is not begun. */
export async function writeInterruptedRun(root: string, { events, parts }: InterruptedRunOptions): Promise<string> {
  const folder = path.join(root, '.cas', 'workflows');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'many-parts.cas.yaml'), MANY_PARTS);
  const { definition } = checkWorkflow(MANY_PARTS, { file: 'many-parts.cas.yaml' });
  if (definition === null) throw new Error('the workflow has an error');
  const store = await openStore({ file: storeFile(root), clock: systemClock, log: loudLog });
  const enough = Promise.withResolvers<void>();
  const execute: StepExecutor['execute'] = async ({ path: at, step }, { agent }, context) => {
    if (step.key === 'report') await sleep(HOUR_MS, { clock: systemClock, signal: context.signal });
    const startedAt = systemClock.now();
    const record = { agent, startedAt, durationMs: 0, ok: true } as const;
    await context.record({ ...record, kind: 'tool', title: 'files.read README.md', data: { tool: 'files.read' } });
    const text = `**${at}** is fine, though \`sum()\` could say what it adds.\n\n- no finding\n- [a place](src/prices.js:1)`;
    await context.record({ ...record, kind: 'model', title: 'openai/m, turn 1', data: { text } });
    return { output: null, summary: 'fine', usage: [] };
  };
  const ids = createIdSource({ now: Date.now, random: Math.random });
  const executor: StepExecutor = { assign: ({ step }) => ({ agent: step.agent ?? '', reason: 'named by the step' }), execute };
  const runtime = new CustomRuntime({ clock: systemClock, ids, log: loudLog, runs: store.runs, executor }, {});
  let seen = 0;
  runtime.subscribe(({ kind }) => {
    if (kind === 'run' && (seen += 1) >= events) enough.resolve();
  });
  const inputs = { parts: Array.from({ length: parts }, (_, index) => index) };
  const runId = await runtime.start(startOf(definition, { inputs, title: 'Many parts', hasModel: true }));
  await enough.promise;
  await runtime.shutdown();
  await store.close();
  return runId;
}
