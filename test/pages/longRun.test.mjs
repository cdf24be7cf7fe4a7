// A run of 10,000 events, followed at 50 a second: the page never stands still.
import assert from 'node:assert/strict';
import { DashboardPage } from './support/dashboardPage.mjs';
import { LongRun } from './support/longRun.mjs';

/** The host sends news ten times a second. */
const UPDATES_A_SECOND = 10;
/** A task over 50 ms is felt. */
const UPDATE_MS = 50;

describe('a run of 10,000 events', () => {
  let dashboard;
  let core;
  let page;
  let debuggerOf;

  before(async () => {
    core = new LongRun({ events: 10_000, items: 2_500 });
    dashboard = await DashboardPage.start({ core });
    ({ page } = dashboard);
    debuggerOf = await page.context().newCDPSession(page);
    await debuggerOf.send('Performance.enable', { timeDomain: 'threadTicks' });
  });
  after(async () => dashboard?.stop());

  /** Processor time of the page's main thread, in ms: what other processes take does not count. */
  const busyMs = async () => {
    const { metrics } = await debuggerOf.send('Performance.getMetrics');
    return 1_000 * metrics.find(({ name }) => name === 'TaskDuration').value;
  };

  it('opens with all of them', async () => {
    await dashboard.open('Runs');
    await page.locator('[data-run]').click();
    await page.locator('.trow').first().waitFor();
    await page.getByRole('tab', { name: 'Events' }).click();
    await page.getByRole('listbox', { name: 'Events' }).focus();
    await page.locator('.erow').first().focus();
    await page.keyboard.press('End');
    await page.locator('.erow', { hasText: '10000' }).first().waitFor();
    await page.getByRole('tab', { name: 'Output' }).click();
  });

  it('is followed at 50 events a second, each update well under a frame of 50 ms', async () => {
    const before = await busyMs();
    await core.goOn({ perSecond: 50, seconds: 12 });
    await page.getByRole('log').getByText(`Part ${core.lastPart}: `).first().waitFor();
    const perUpdate = ((await busyMs()) - before) / (12 * UPDATES_A_SECOND);
    assert.ok(perUpdate < UPDATE_MS, `${perUpdate.toFixed(1)} ms of processor time for each update`);
  });

  it('is scrolled through with the rows in view alone', async () => {
    const before = await busyMs();
    const places = [0.2, 0.9, 0.4, 1, 0];
    for (const place of places) {
      await page.locator('.timeline .scroll').evaluate(async (box, share) => {
        box.scrollTo(0, box.scrollHeight * share);
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      }, place);
      assert.ok((await page.locator('.trow').count()) < 120, 'only rows in view exist');
    }
    const perJump = ((await busyMs()) - before) / places.length;
    assert.ok(perJump < UPDATE_MS, `${perJump.toFixed(1)} ms of processor time for each jump`);
  });
});
