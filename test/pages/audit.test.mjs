// The Audit tab over real decisions, over ten thousand entries, and over a chain that somebody changed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { auditExport } from '#core/api/auditLines.ts';
import { makeRepository } from '../support/vscode/repository.mjs';
import { DashboardPage } from './support/dashboardPage.mjs';
import { tamper, writePastStore } from './support/pastStore.ts';
import { decide, reviewOnce } from './support/realRun.ts';

const bar = (dashboard) => dashboard.page.getByRole('region', { name: 'Audit chain' });
const rows = (dashboard) => dashboard.page.locator('.auditrow[data-index]');

describe('the Audit tab', () => {
  describe('after real decisions', () => {
    let dashboard;
    before(async () => {
      dashboard = await DashboardPage.start({
        prepare: async (api) => decide(api, await reviewOnce(api)),
        actions: { saveText: () => true },
      });
      await dashboard.open('Audit');
      await bar(dashboard).getByText('Chain verified').waitFor();
    });
    after(async () => dashboard?.stop());

    it('says that the chain is whole, and lists who decided what', async () => {
      await bar(dashboard)
        .getByText(/3 entries since .*, no gap\. Checked \d+ s ago in \d+ ms\./)
        .waitFor();
      const said = await rows(dashboard).evaluateAll((found) =>
        found.map((row) => row.getAttribute('aria-label').split(', ').slice(1, 3).join(' ')),
      );
      assert.deepEqual(said, ['You took an agent out of service', 'You set a budget', 'You accepted changes']);
      await dashboard.screenshot('audit-dark');
    });

    it('opens an entry with the keyboard, shows both hashes, and closes it with the focus where it was', async () => {
      await rows(dashboard).nth(0).focus();
      await dashboard.page.keyboard.press('ArrowDown');
      await dashboard.page.keyboard.press('Enter');
      const detail = dashboard.page.locator('.auditdetail');
      await detail.getByText('cost', { exact: true }).waitFor();
      assert.equal(await detail.getByText(/^sha256 /).count(), 2);
      await dashboard.screenshot('audit-entry-dark');
      await dashboard.page.keyboard.press('Escape');
      await detail.waitFor({ state: 'detached' });
      assert.equal(await dashboard.page.evaluate(() => document.activeElement.dataset.index), '1');
    });

    it('filters by text and kind, and says when nothing fits', async () => {
      await dashboard.page.keyboard.press('/');
      await dashboard.page.keyboard.type('MARKETER');
      await dashboard.page.getByText('1 entry', { exact: true }).waitFor();
      await dashboard.page.getByRole('button', { name: 'Runtime' }).click();
      await dashboard.page.getByText('No entry fits these filters.').waitFor();
      await dashboard.page.getByRole('button', { name: 'Clear Filters' }).click();
      await dashboard.page.getByText('3 entries', { exact: true }).waitFor();
    });

    it('shows a new decision without being asked', async () => {
      const api = await dashboard.core.get();
      await api.call('agents.setEnabled', { id: 'marketer', enabled: true });
      await dashboard.page.getByText('put an agent into service').waitFor();
    });

    it('exports through the one command that notes who took what', async () => {
      await bar(dashboard).getByRole('button', { name: 'Export…' }).click();
      while (dashboard.asked.length === 0) await dashboard.page.waitForTimeout(20);
      assert.deepEqual(dashboard.asked, [{ action: 'command', arg: { id: 'cas.audit.export' } }]);
    });

    it('is accessible in six themes, also with an entry open, and breaks no policy', async () => {
      await rows(dashboard).nth(1).click();
      await dashboard.checkAccessibility();
      assert.deepEqual(dashboard.complaints, []);
    });
  });

  describe('over ten thousand entries', () => {
    let dashboard;
    let folder;
    before(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'cas-audit-'));
      await makeRepository(folder);
      await writePastStore(folder, { audit: 10_000, runs: 20 });
      dashboard = await DashboardPage.start({ root: folder });
      await dashboard.open('Audit');
      await bar(dashboard).getByText('10,000 entries').waitFor();
    });
    after(async () => {
      await dashboard?.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });

    it('draws only the rows in sight, and reads on as one scrolls, without a long task', async () => {
      assert.ok((await rows(dashboard).count()) < 100);
      const longest = await dashboard.page.evaluate(async () => {
        let most = 0;
        new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (most = Math.max(most, duration)))).observe({
          type: 'longtask',
        });
        const box = document.querySelector('.audittable > .scroll');
        for (let step = 0; step < 120; step += 1) {
          box.scrollTop += 600;
          await new Promise((resolve) => setTimeout(resolve, 16));
        }
        return most;
      });
      assert.ok((await rows(dashboard).count()) < 150);
      const last = async () => Number(await rows(dashboard).last().getAttribute('data-index'));
      await dashboard.until(async () => (await last()) > 500, 'it has read on to row 500');
      console.log(`      longest task ${Math.round(longest)} ms`);
    });

    it('fits a narrow window, and twice the zoom', async () => {
      await dashboard.checkNarrow();
      await dashboard.screenshot('audit-320');
    });
  });

  describe('over a chain that somebody changed', () => {
    let dashboard;
    let folder;
    before(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'cas-audit-'));
      await makeRepository(folder);
      await writePastStore(folder, { audit: 50, runs: 1 });
      await tamper(folder, 40);
      dashboard = await DashboardPage.start({ root: folder, actions: { saveText: () => true } });
      await dashboard.open('Audit');
    });
    after(async () => {
      await dashboard?.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });

    it('says so in red with the first broken entry, and marks all after it as not verified', async () => {
      await bar(dashboard).getByText('Chain broken').waitFor();
      await bar(dashboard).getByText('Entry 40 was changed after it was written: its content does not give its hash.').waitFor();
      await bar(dashboard).getByText('39 of 50 entries verified').waitFor();
      assert.equal(await dashboard.page.locator('.auditrow.broken').count(), 11);
      assert.equal(await dashboard.page.locator('.auditrow.verified').count(), 39);
      await dashboard.screenshot('audit-broken-dark');
      await dashboard.checkAccessibility();
    });

    it('is exported all the same', async () => {
      await bar(dashboard).getByRole('button', { name: 'Export…' }).click();
      while (dashboard.asked.length === 0) await dashboard.page.waitForTimeout(20);
      assert.deepEqual(dashboard.asked, [{ action: 'command', arg: { id: 'cas.audit.export' } }]);
      const trail = auditExport(await dashboard.core.get());
      let text = '';
      for await (const part of trail.parts) text += part;
      assert.equal(text.trimEnd().split('\n').length, 51);
      await trail.note('a file');
      await dashboard.page.getByText('exported this trail').waitFor();
    });
  });

  describe('before the first decision', () => {
    let dashboard;
    before(async () => {
      dashboard = await DashboardPage.start({ trusted: false });
      await dashboard.open('Audit');
    });
    after(async () => dashboard?.stop());

    it('says what will appear, and the dashboard says that the folder is not trusted', async () => {
      await dashboard.page.getByText('Every decision will appear here').waitFor();
      await dashboard.page.getByRole('region', { name: 'Restricted Mode' }).waitFor();
      await dashboard.page.getByRole('button', { name: 'Manage Workspace Trust' }).click();
      while (dashboard.asked.length === 0) await dashboard.page.waitForTimeout(20);
      assert.deepEqual(dashboard.asked, [{ action: 'command', arg: { id: 'workbench.trust.manage' } }]);
      await dashboard.checkAccessibility();
    });
  });
});
