// A run of more than 10,000 events, made by the real engine, that a real core goes on with while its page is open. How quick the page
// is then, `npm run bench` tells.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startScriptedModel } from '#test/support/vendors/scriptedModel.ts';
import { makeRepository } from '../support/vscode/repository.mjs';
import { DashboardPage } from './support/dashboardPage.mjs';
import { writeInterruptedRun } from './support/interruptedRun.ts';

const EVENTS = 10_000;
/** Twelve events each, and some that are left for the core. */
const PARTS = 850;
const REPORT = 'Half of the **report** is written, and the other';

describe('a run of 10,000 events', () => {
  let folder;
  let model;
  let dashboard;
  let page;
  let api;
  let runId;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'cas-long-'));
    const root = path.join(folder, 'shop');
    await makeRepository(root);
    runId = await writeInterruptedRun(root, { events: EVENTS, parts: PARTS });
    model = await startScriptedModel(() => ({ text: REPORT, fault: { kind: 'stall' } }), { vendor: 'openai' });
    dashboard = await DashboardPage.start({
      root,
      settings: { openaiBaseUrl: model.env.OPENAI_BASE_URL, openaiModel: 'gpt-5.2' },
      secrets: { OPENAI_API_KEY: model.env.OPENAI_API_KEY },
      prepare: async (core) => {
        api = core;
      },
    });
    ({ page } = dashboard);
  });
  after(async () => {
    await dashboard?.stop();
    await model?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const lastSeq = async () => (await api.call('runs.get', runId)).lastSeq;
  /** Waits until the newest event of the list is the run's newest. */
  const hasAll = async () => {
    await page.getByRole('tab', { name: 'Events' }).click();
    await dashboard.until(async () => {
      await page.locator('.erow').last().focus();
      await page.keyboard.press('End');
      return (await page.locator('.erow', { hasText: new RegExp(`^${await lastSeq()}`) }).count()) === 1;
    }, 'the newest event');
    await page.getByRole('tab', { name: 'Output' }).click();
  };
  const streams = () => page.locator('.stream', { hasText: 'Half of the report' }).waitFor();

  it('opens with all of them', async () => {
    assert.ok((await lastSeq()) >= EVENTS);
    await dashboard.open('Runs');
    await page.locator('[data-run]').click();
    await page.locator('.trow').first().waitFor();
    await hasAll();
  });

  it('is followed while a core goes on with it: what is done, what is said, what is streamed', async () => {
    await api.call('runs.resume', runId);
    await streams();
    await page
      .locator('.rungraph .runnode', { hasText: `${PARTS} of ${PARTS} done` })
      .nth(1)
      .waitFor();
    await page.locator('.checkpoints li', { hasText: `Judge [${PARTS - 1}] done` }).waitFor();
    await page.locator('.strip', { hasText: `${2 * PARTS + 1} of ${2 * PARTS + 2} steps` }).waitFor();
    await hasAll();
  });

  it('is as it is when the page is loaded again in the middle of it', async () => {
    await dashboard.load();
    await streams();
    await hasAll();
  });

  it('is scrolled through with the rows in view alone', async () => {
    for (const place of [0.2, 0.9, 0.4, 1, 0]) {
      await page.locator('.timeline .scroll').evaluate(async (box, share) => {
        box.scrollTo(0, box.scrollHeight * share);
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      }, place);
      assert.ok((await page.locator('.trow').count()) < 120, 'only rows in view exist');
    }
  });

  it('says how far its undoing is, which a person can stop', async () => {
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: /Undo completed steps first/ }).check();
    await dialog.getByRole('button', { name: 'Cancel Run' }).click();
    await page.getByText(new RegExp(`Undoing completed steps: \\d+ of ${2 * PARTS} done`)).waitFor();
    await page.getByRole('button', { name: 'Stop Now' }).click();
    await dialog.getByText(/and \d+ more/).waitFor();
    await dashboard.screenshot('run-undoing-dark');
    await dialog.getByRole('button', { name: 'Stop Now' }).click();
    await page.getByText(/Run cancelled\. \d+ checkpoints kept\. \d+ steps were not undone\./).waitFor();
    const { status, compensations } = await api.call('runs.get', runId);
    assert.deepEqual([status, compensations.length], ['cancelled', 2 * PARTS]);
    assert.ok(compensations.some((one) => one.status !== 'compensated'));
  });
});
