// The Agents tab after a real review: who is healthy, one of them in depth, out of service and back.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeRepository } from '../support/vscode/repository.mjs';
import { DashboardPage } from './support/dashboardPage.mjs';
import { writeOpenCircuit } from './support/pastStore.ts';
import { reviewOnce } from './support/realRun.ts';

describe('the Agents tab', () => {
  let dashboard;
  const grid = () => dashboard.page.getByRole('grid', { name: 'Agents' });
  const panel = (name) => dashboard.page.getByRole('region', { name, exact: true });

  before(async () => {
    dashboard = await DashboardPage.start({ prepare: reviewOnce });
    await dashboard.open('Agents');
    await grid().waitFor();
  });
  after(async () => dashboard?.stop());

  it('lists the whole team in rows of 60 px, those that ran first', async () => {
    const rows = grid().locator('tbody tr[data-index]');
    assert.equal(await rows.count(), 26);
    assert.equal((await rows.first().boundingBox()).height, 60);
    assert.match(await rows.first().getAttribute('aria-label'), /^Analyst · Healthy · 100% of \d+ succeeded · p95 /);
    assert.match(await rows.last().innerText(), /no sample yet/);
    await dashboard.screenshot('agents-dark');
  });

  it('shows one in depth: circuit, capabilities with their sample, tools with what becomes of them', async () => {
    await grid().getByText('Developer', { exact: true }).click();
    const developer = panel('Developer');
    await developer.getByText('It has called no model yet.').waitFor();
    await developer.getByRole('img', { name: /1 succeeded and 0 failed in the last 24 hours/ }).waitFor();
    const propose = developer.locator('.confidence', { hasText: 'change.propose' });
    await propose.getByText('1 run few runs').waitFor();
    assert.match(await propose.getAttribute('title'), /^0\.95 declared, 1 run$/);
    await developer.locator('li', { hasText: 'files.propose' }).getByText('As a proposal').waitFor();
    await developer.getByText('No model can be called').waitFor();
  });

  it('is walked with the arrows, and Enter opens', async () => {
    await grid().locator('tbody tr[tabindex="0"]').focus();
    await dashboard.page.keyboard.press('Home');
    await dashboard.page.keyboard.press('ArrowDown');
    await dashboard.page.keyboard.press('ArrowDown');
    await dashboard.page.keyboard.press('Enter');
    await panel('QA').waitFor();
  });

  it('takes an agent out of service and puts it back, for the core too', async () => {
    await panel('QA').getByRole('button', { name: 'Disable Agent' }).click();
    await panel('QA').getByText('Disabled', { exact: true }).waitFor();
    const api = await dashboard.core.get();
    assert.equal((await api.call('agents.get', 'qa')).disabled, true);
    await panel('QA').getByRole('button', { name: 'Enable Agent' }).click();
    await panel('QA').getByText('Healthy', { exact: true }).waitFor();
  });

  it('filters by name and by capability, and shows cards', async () => {
    await dashboard.page.keyboard.press('/');
    await dashboard.page.keyboard.type('threat.model');
    await panel('Security').waitFor();
    assert.equal(await grid().locator('tbody tr[data-index]').count(), 1);
    await dashboard.page.keyboard.press('Escape');
    await dashboard.page.getByRole('button', { name: 'Cards' }).click();
    await dashboard.page.getByRole('button', { name: /^Writer/ }).click();
    await panel('Writer').waitFor();
    await dashboard.screenshot('agents-cards-dark');
  });

  it('says that no key is set, and what to do', async () => {
    const note = dashboard.page.getByRole('region', { name: 'No model' });
    await note.getByRole('button', { name: 'Use a Local Model…' }).click();
    await note.getByRole('button', { name: 'Add API Key…' }).click();
    while (dashboard.asked.length < 2) await dashboard.page.waitForTimeout(20);
    assert.deepEqual(
      dashboard.asked.map(({ arg }) => arg.id),
      ['cas.provider.useLocal', 'cas.provider.addKey'],
    );
  });

  it('is accessible in six themes, as cards and as a table', async () => {
    await dashboard.checkAccessibility();
    await dashboard.page.getByRole('button', { name: 'Table', exact: true }).click();
    await dashboard.checkAccessibility();
    assert.deepEqual(dashboard.complaints, []);
  });

  it('fits a narrow window, and twice the zoom', async () => {
    await dashboard.checkNarrow();
    await dashboard.screenshot('agents-320');
  });
});

describe('the Agents tab while a provider is down', () => {
  let dashboard;
  let folder;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'cas-agents-'));
    await makeRepository(folder);
    await writeOpenCircuit(folder, { provider: 'openai', model: 'gpt-test', agents: ['developer', 'qa'] });
    dashboard = await DashboardPage.start({ root: folder });
    await dashboard.open('Agents');
  });
  after(async () => {
    await dashboard?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('says which and since when, on top of every tab', async () => {
    const bar = dashboard.page.getByRole('alert', { name: 'Provider' });
    await bar.getByText(/^openai\/gpt-test is not answering since \d\d:\d\d:\d\d\./).waitFor();
    await bar.getByText(/The next try is in \d+ m/).waitFor();
  });

  it('puts the agents that use it first, with why their circuit opened', async () => {
    await dashboard.page.getByRole('button', { name: 'Need a look 2' }).click();
    const panel = dashboard.page.getByRole('region', { name: 'Developer', exact: true });
    await panel.getByText('Down', { exact: true }).waitFor();
    await panel.getByText(/openai\/gpt-test opened at .* after failures in a row\. The next try is in/).waitFor();
    await dashboard.screenshot('agents-down-dark');
    await dashboard.checkAccessibility();
  });

  it('closes the circuit on request, for the core too, with an entry in the audit trail', async () => {
    await dashboard.page.getByRole('button', { name: 'Reset Circuit' }).click();
    await dashboard.page.getByText('No agent needs a look.').waitFor();
    await dashboard.page.getByRole('alert', { name: 'Provider' }).waitFor({ state: 'detached' });
    const { entries } = await (await dashboard.core.get()).call('audit.list', { action: 'breaker' });
    assert.deepEqual(entries.map(({ action }) => action).toSorted(), ['breaker.close', 'breaker.open', 'breaker.reset']);
  });
});
