// The dashboard's page in headless Chromium: what it weighs, how soon it is there, and that it stays quick and lean.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { buildPages } from '../../scripts/buildPages.mjs';
import { makeRepository } from '../support/vscode/repository.mjs';
import { DashboardPage } from '../pages/support/dashboardPage.mjs';
import { writeInterruptedRun } from '../pages/support/interruptedRun.ts';
import { writePastStore } from '../pages/support/pastStore.ts';
import { followedRun } from './followedRun.mjs';
import { atMost, median, row } from './measure.ts';

const LOADS = 10;
const SWITCHES = 4;
const PASSES = 3;
const ROWS = 10_000;
/** An hour at 50 a second. */
const HOUR_OF_SIGNALS = 180_000;
/** Twenty minutes: by then what is kept of a stream is as long as it gets, and the code is compiled. */
const WARM_UP = 60_000;
const KB = 1024;

export async function run(folder) {
  const workspace = path.join(folder, 'pages');
  mkdirSync(workspace);
  await makeRepository(workspace);
  await writePastStore(workspace, { audit: ROWS, runs: ROWS });
  const dashboard = await DashboardPage.start({ root: workspace });
  let rows;
  try {
    rows = [
      ...(await weight(folder)),
      ...(await firstPaint(dashboard)),
      ...(await tabSwitches(dashboard)),
      ...(await scrolling(dashboard)),
    ];
  } finally {
    await dashboard.stop();
  }
  return {
    title: 'The dashboard',
    about: `The built page in headless Chromium on the real page host; ${ROWS.toLocaleString('en')} runs and audit entries in the store. The followed run is opened at its 5,000th event, with graph, timeline, checkpoints and, in turn, its streaming output and its events in view; an update is what the page does in a tenth of a second, which is how often it is told. The hour is compressed: the same events without the time between them.`,
    rows: [...rows, ...(await followedRun(folder)), await hourOfEvents(folder)],
  };
}

async function weight(folder) {
  const sizes = await buildPages(path.join(folder, 'webview'), { minify: true });
  return [
    row('first script, gzip', sizes['first script'] / KB, 'KB', { floor: atMost(90) }),
    row('everything of the dashboard, gzip', sizes.dashboard / KB, 'KB', { floor: atMost(220) }),
  ];
}

async function firstPaint(dashboard) {
  const paints = [];
  const ready = [];
  for (let load = 0; load < LOADS; load += 1) {
    await dashboard.page.goto('about:blank');
    await dashboard.load();
    const seen = await dashboard.page.evaluate(() => {
      const [navigation] = performance.getEntriesByType('navigation');
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      return { paint: paint.startTime - navigation.responseEnd, ready: performance.now() - navigation.responseEnd };
    });
    paints.push(seen.paint);
    ready.push(seen.ready);
  }
  return [
    row('first paint after the HTML', median(paints), 'ms', { floor: atMost(150), note: 'frame, tabs and grey rows' }),
    row('first tab drawn after the HTML', median(ready), 'ms'),
  ];
}

/** From the click to the frame in which the tab is drawn with its data, without a placeholder. */
async function tabSwitches({ page }) {
  const titles = await page.getByRole('tab').allInnerTexts();
  const switchTo = (title) =>
    page.evaluate(async (wanted) => {
      const frame = () =>
        new Promise((resolve) => {
          requestAnimationFrame(resolve);
        });
      const tab = Array.from(document.querySelectorAll('.tabs [role=tab]')).find((one) => one.textContent.startsWith(wanted));
      const startedAt = performance.now();
      tab.click();
      const panel = document.querySelector('#tabpanel');
      while (tab.ariaSelected !== 'true' || panel.getAttribute('aria-labelledby') !== tab.id || panel.querySelector('.loading'))
        await frame();
      await frame();
      return performance.now() - startedAt;
    }, title.replace(/\d+$/, '').trim());
  const first = [];
  for (const title of titles) first.push(await switchTo(title));
  const again = titles.map(() => []);
  for (let round = 0; round < SWITCHES; round += 1) for (const [index, title] of titles.entries()) again[index].push(await switchTo(title));
  const times = again.map(median);
  const slowest = Math.max(...times);
  return [
    row(`tab switch, ${titles.length} tabs`, median(times), 'ms'),
    row('tab switch, slowest tab', slowest, 'ms', { floor: atMost(100), note: titles[times.indexOf(slowest)] }),
    row('first visit of a tab, slowest', Math.max(...first), 'ms', { note: 'its script and its data are loaded' }),
  ];
}

/** By wheel-sized steps and in leaps; the longest task of each pass, the one in the middle of three. */
async function scrolling(dashboard) {
  const { page } = dashboard;
  await dashboard.open('Runs');
  await page.waitForFunction(() => document.querySelector('.runtable .scroll')?.scrollHeight > 200_000);
  const pass = () =>
    page.evaluate(async () => {
      const box = document.querySelector('.runtable .scroll');
      const frame = () =>
        new Promise((resolve) => {
          requestAnimationFrame(resolve);
        });
      window.casLongTasks.splice(0);
      const end = box.scrollHeight - box.clientHeight;
      for (let step = 0; step < 120; step += 1) {
        box.scrollTop += 300;
        await frame();
      }
      for (const share of [0.5, 0.1, 1, 0.25, 0.75, 0]) {
        box.scrollTop = end * share;
        await frame();
        await frame();
      }
      await new Promise((resolve) => {
        setTimeout(resolve, 300);
      });
      return Math.max(0, ...window.casLongTasks);
    });
  const passes = [];
  for (let count = 0; count < PASSES; count += 1) passes.push(await pass());
  const longest = median(passes);
  const note = longest === 0 ? 'no task took 50 ms' : '';
  return [row('scrolling 10,000 runs: longest task', longest, 'ms', { floor: atMost(50), note })];
}

/** Without the time between them: told to the page as if the core had told them. */
async function hourOfEvents(folder) {
  const root = path.join(folder, 'hour');
  mkdirSync(root);
  await makeRepository(root);
  const runId = await writeInterruptedRun(root, { events: ROWS, parts: 1_000 });
  const dashboard = await DashboardPage.start({ root });
  const tell = (signal) => dashboard.core.tell({ kind: 'signal', runId, signal: { path: 'report', ...signal } });
  try {
    const { page } = dashboard;
    await dashboard.open('Runs');
    await page.locator('[data-run]').click();
    await page.locator('.trow').first().waitFor();
    tell({ type: 'model', phase: 'started', at: Date.now() });
    const debug = await page.context().newCDPSession(page);
    const heapMb = async () => {
      await debug.send('HeapProfiler.collectGarbage');
      const { metrics } = await debug.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'JSHeapUsedSize').value / KB / KB;
    };
    await debug.send('Performance.enable');
    await stream(dashboard.core, tell, { from: 0, to: WARM_UP });
    await page.locator('.stream').waitFor();
    const before = await heapMb();
    await stream(dashboard.core, tell, { from: WARM_UP, to: HOUR_OF_SIGNALS });
    const after = await heapMb();
    return row('memory of the page after an hour of events', after, 'MB', {
      ratio: { value: after / before, of: `as much as after 20 minutes (${before.toFixed(1)} MB)` },
      floor: atMost(1.1, 'ratio'),
    });
  } finally {
    await dashboard.stop();
  }
}

/** A second's worth at a time, and time to draw it. */
async function stream(core, tell, { from, to }) {
  for (let count = from; count < to; count += 50) {
    for (let index = 0; index < 50; index += 1) tell({ type: 'text', text: `word ${count + index}${index === 0 ? '\n\n' : ' '}` });
    if (count % 1_000 === 0) {
      core.tell({ kind: 'changed', what: 'runs' });
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  }
}
