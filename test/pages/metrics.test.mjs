// The Metrics tab over two thousand runs and ten thousand executions, before the first run, and with a budget that is spent.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeRepository } from '../support/vscode/repository.mjs';
import { DashboardPage } from './support/dashboardPage.mjs';
import { writePastStore } from './support/pastStore.ts';

describe('the Metrics tab', () => {
  describe('over a long past', () => {
    let dashboard;
    let folder;
    let report;
    before(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'cas-metrics-'));
      await makeRepository(folder);
      await writePastStore(folder, { audit: 10, runs: 2_000 });
      dashboard = await DashboardPage.start({ root: folder, actions: { saveText: () => true } });
      report = await (await dashboard.core.get()).call('metrics.report', { since: Date.now() - 7 * 86_400_000 });
      await dashboard.open('Metrics');
      await dashboard.page.getByText('Success rate').waitFor();
    });
    after(async () => {
      await dashboard?.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });

    it('shows six numbers with their change against the time before', async () => {
      const shown = await dashboard.page.locator('.headlines .number').allInnerTexts();
      assert.equal(shown.length, 6);
      assert.equal(shown[0], `${(report.totals.successRate * 100).toFixed(1)}%`.replace('.0%', '%'));
      assert.equal(shown[5], report.totals.runs.toLocaleString('en-US'));
      assert.match(await dashboard.page.locator('.headlines').innerText(), /calls of unknown price besides/);
      assert.match(await dashboard.page.locator('.headlines').innerText(), /against before/);
      await dashboard.screenshot('metrics-dark');
    });

    it('says in words what each chart shows, and swaps them for their tables', async () => {
      await dashboard.page.getByRole('img', { name: /^Half of the runs took up to .*, 95 % up to / }).waitFor();
      await dashboard.page.getByRole('button', { name: 'Show as Tables' }).click();
      const table = dashboard.page.getByRole('table', { name: /^Half of the runs took up to/ });
      assert.equal(await table.locator('tbody tr').count(), report.series.length);
      await dashboard.checkAccessibility({ in: ['dark-modern', 'hc-light'] });
      await dashboard.screenshot('metrics-tables-dark');
      await dashboard.page.getByRole('button', { name: 'Show as Charts' }).click();
    });

    it('reads the values under the pointer out, and marks the days', async () => {
      const chart = dashboard.page.locator('.duration .linechart');
      assert.ok((await chart.locator('.axis[text-anchor=middle]').count()) >= 7);
      const { width, height } = await chart.boundingBox();
      await chart.hover({ position: { x: width / 2, y: height / 2 } });
      await chart.locator('.readout', { hasText: /p95.*\d+ s.*median.*\d+ s/s }).waitFor();
      await dashboard.screenshot('metrics-readout-dark');
      await dashboard.page.mouse.move(0, 0);
      await chart.locator('.readout').waitFor({ state: 'detached' });
    });

    it('shows what is left of each objective and how fast it goes', async () => {
      const card = dashboard.page.getByRole('region', { name: /^SLO burn/ });
      const success = report.slo.find(({ id }) => id === 'success');
      await card.getByText(`${success.bad} of ${success.runs.toLocaleString('en-US').replace(',', '')} runs missed it`).waitFor();
      assert.equal(await card.locator('.burns dd').count(), 12);
    });

    it('asks anew for one workflow and one agent', async () => {
      await dashboard.page.getByRole('combobox', { name: 'Workflow' }).selectOption('docs');
      const docs = await (await dashboard.core.get()).call('metrics.report', { since: report.since, workflow: 'docs' });
      await dashboard.page.locator('.headlines .number').nth(5).getByText(String(docs.totals.runs)).waitFor();
      await dashboard.page.getByRole('combobox', { name: 'Agent' }).selectOption('marketer');
      await dashboard.page.getByText('Nothing was measured for this choice.').waitFor();
      await dashboard.page.getByRole('button', { name: 'Show All' }).click();
      await dashboard.page.locator('.headlines .number').nth(5).getByText(String(report.totals.runs)).waitFor();
    });

    it('exports a table and JSON', async () => {
      await dashboard.page.getByRole('button', { name: 'Export CSV…' }).click();
      while (dashboard.asked.length === 0) await dashboard.page.waitForTimeout(20);
      const { arg } = dashboard.asked[0];
      assert.match(arg.name, /\.csv$/);
      assert.match(arg.text, /^about,name,figure,value\r\n/);
    });

    it('is accessible in six themes and breaks no policy', async () => {
      await dashboard.checkAccessibility();
      assert.deepEqual(dashboard.complaints, []);
    });

    it('shows a budget of which most is spent, in every tab', async () => {
      const api = await dashboard.core.get();
      const [today] = (await api.call('costs.report', { by: 'day' })).lines;
      await api.call('budgets.set', { scope: { kind: 'day' }, budget: { costMicroUsd: Math.round(today.costMicroUsd * 1.1) } });
      await dashboard.page.getByRole('status', { name: 'Budget' }).getByText('Runs ask at the limit.').waitFor();
      await dashboard.open('Audit');
      await dashboard.page.getByRole('status', { name: 'Budget' }).waitFor();
      await api.call('budgets.set', { scope: { kind: 'day' }, budget: { costMicroUsd: Math.round(today.costMicroUsd * 0.9) } });
      await dashboard.page.getByRole('alert', { name: 'Budget' }).getByText('The limit is reached').waitFor();
      await dashboard.open('Metrics');
      await dashboard.screenshot('metrics-budget-dark');
    });

    it('fits a narrow window, and twice the zoom', async () => {
      await dashboard.checkNarrow();
      await dashboard.screenshot('metrics-320');
    });
  });

  describe('before the first run', () => {
    let dashboard;
    before(async () => {
      dashboard = await DashboardPage.start({ theme: 'light-modern' });
      await dashboard.open('Metrics');
    });
    after(async () => dashboard?.stop());

    it('says what will appear and how to start', async () => {
      await dashboard.page.getByText('Figures appear here once a run has ended.').waitFor();
      await dashboard.page.getByRole('button', { name: 'Run Workflow…' }).click();
      while (dashboard.asked.length === 0) await dashboard.page.waitForTimeout(20);
      assert.equal(dashboard.asked[0].arg.id, 'cas.workflow.run');
      await dashboard.checkAccessibility();
    });
  });
});
