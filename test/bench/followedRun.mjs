// A run of 10,000 events on its page while a real core goes on with it as fast as it can, and streams a report beside it.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { deliverAnything, startScriptedModel } from '#test/support/vendors/scriptedModel.ts';
import { DashboardPage } from '../pages/support/dashboardPage.mjs';
import { writeInterruptedRun } from '../pages/support/interruptedRun.ts';
import { makeRepository } from '../support/vscode/repository.mjs';
import { traceMainThread, UPDATE_MS } from './mainThread.mjs';
import { atLeast, atMost, percentile, row } from './measure.ts';

/** The page is opened here, is followed with its output to the second, with its events to the third, and loaded again after that. */
const [OPENED, HALF, END] = [5_000, 7_500, 10_000];
/** Two steps each, with six events in the past and five from here on. */
const PARTS = 1_050;
const KB = 1024;

/** Fifty pieces a second of markdown, for longer than the rest takes. */
function report(request) {
  if (request.toolResults.length > 0) return deliverAnything(request);
  const part = (n) => `## Part ${n}\n\nThe sum of **part ${n}** is \`${n}\`, see [prices](src/prices.js:${n}).\n\n- one\n- two\n\n`;
  const text = Array.from({ length: 2_000 }, (_, n) => part(n)).join('');
  return { text, pieces: 20_000, fault: { kind: 'paced', everyMs: 20 } };
}

export async function followedRun(folder) {
  const root = path.join(folder, 'followed');
  mkdirSync(root);
  await makeRepository(root);
  const runId = await writeInterruptedRun(root, { events: OPENED, parts: PARTS });
  const model = await startScriptedModel(report, { vendor: 'openai' });
  let api;
  const dashboard = await DashboardPage.start({
    root,
    settings: { openaiBaseUrl: model.env.OPENAI_BASE_URL, openaiModel: 'gpt-5.2' },
    secrets: { OPENAI_API_KEY: model.env.OPENAI_API_KEY },
    prepare: async (core) => {
      api = core;
    },
  });
  try {
    return await follow(dashboard, api, runId);
  } finally {
    await dashboard.stop();
    await model.close();
  }
}

async function follow(dashboard, api, runId) {
  const { page } = dashboard;
  const seq = async () => (await api.call('runs.get', runId)).lastSeq;
  const until = (wanted) => dashboard.until(async () => (await seq()) >= wanted, `event ${wanted}`, 600_000);
  await dashboard.open('Runs');
  await api.call('runs.resume', runId);
  const opening = await traceMainThread(page, async () => {
    await page.locator(`[data-run="${runId}"]`).click();
    await page.locator('.stream').waitFor();
  });
  const [begun, before, startedAt] = [await seq(), await footprint(page), performance.now()];
  const output = await traceMainThread(page, () => until(HALF));
  await page.getByRole('tab', { name: 'Events' }).click();
  const events = await traceMainThread(page, () => until(END));
  const perSecond = (((await seq()) - begun) / (performance.now() - startedAt)) * 1_000;
  const after = await footprint(page);
  const again = await traceMainThread(page, async () => {
    await dashboard.load();
    await page.locator('.stream').waitFor();
  });
  const updates = [...output.updates, ...events.updates];
  const longest = (...traces) => Math.max(...traces.flatMap(({ tasks }) => tasks));
  const cpu = 'processor time of its main thread';
  return [
    row('a run to its 10,000th event, followed at', perSecond, 'events/s', { floor: atLeast(50), note: 'as fast as the core is' }),
    row('an update of its page, median', percentile(updates, 0.5), 'ms', { note: cpu }),
    row('an update of its page, 99th percentile', percentile(updates, 0.99), 'ms', { floor: atMost(UPDATE_MS), note: cpu }),
    row('its longest task while followed', longest(output, events), 'ms', { floor: atMost(50), note: cpu }),
    row('its longest task while opened in mid-run', longest(opening, again), 'ms', { floor: atMost(50), note: cpu }),
    row('nodes of its page at event 10,000', after.nodes, 'nodes', {
      ratio: { value: after.nodes / before.nodes, of: `as many as at event ${begun.toLocaleString('en')}` },
      floor: atMost(1.2, 'ratio'),
    }),
    row('memory for each event followed', ((after.heapMb - before.heapMb) * KB) / (END - begun), 'KB', { floor: atMost(8) }),
  ];
}

async function footprint(page) {
  const debug = await page.context().newCDPSession(page);
  await debug.send('Performance.enable');
  await debug.send('HeapProfiler.collectGarbage');
  const { metrics } = await debug.send('Performance.getMetrics');
  await debug.detach();
  const valueOf = (wanted) => metrics.find(({ name }) => name === wanted).value;
  return { heapMb: valueOf('JSHeapUsedSize') / KB / KB, nodes: valueOf('Nodes') };
}
