// A run of 10,000 events, followed at 50 a second. What an update costs is printed; a test does not judge a machine.
import assert from 'node:assert/strict';
import { DashboardPage } from './support/dashboardPage.mjs';
import { LongRun } from './support/longRun.mjs';

/** The host sends news ten times a second. */
const UPDATES_A_SECOND = 10;
const SECONDS = 4;

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

  it('is followed at 50 events a second', async () => {
    const before = await busyMs();
    await core.goOn({ perSecond: 50, seconds: SECONDS });
    await page.getByRole('log').getByText(`Part ${core.lastPart}: `).first().waitFor();
    const perUpdate = ((await busyMs()) - before) / (SECONDS * UPDATES_A_SECOND);
    console.log(`      ${perUpdate.toFixed(1)} ms of processor time for each update`);
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
    console.log(`      ${perJump.toFixed(1)} ms of processor time for each jump`);
  });
});
