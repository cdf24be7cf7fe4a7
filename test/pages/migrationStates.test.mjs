// The Migration tab over an empty plan and in a folder that is not trusted, and the Migration view of the side bar.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DashboardPage } from './support/dashboardPage.mjs';
import { PLAN } from './support/migrationPlan.mjs';

describe('the Migration tab over a plan that has no features yet', function () {
  let dashboard;
  let file;

  before(async () => {
    dashboard = await DashboardPage.start({
      prepare: async (_, root) => {
        mkdirSync(path.join(root, '.cas', 'migrations'), { recursive: true });
        file = path.join(root, '.cas', 'migrations', 'move.yaml');
        writeFileSync(file, '# Ours\nname: Search\nkind: feature delivery\n');
      },
    });
    await dashboard.open('Migration');
  });
  after(() => dashboard?.stop());

  it('begins with one button, and is accessible in six themes', async () => {
    const { page } = dashboard;
    await page.getByText('This plan has no features yet.').waitFor();
    await dashboard.screenshot('migration-empty');
    await dashboard.checkAccessibility();
    await page.getByRole('button', { name: 'Add Feature…' }).click();
    await page.getByLabel('Name').fill('An index');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.locator('tr[data-feature="an-index"]').waitFor();
    assert.match(readFileSync(file, 'utf8'), /^# Ours\nname: Search\nkind: feature delivery\nfeatures:\n {2}- id: an-index\n/);
  });
});

describe('the Migration tab in a folder that is not trusted', function () {
  let dashboard;

  before(async () => {
    dashboard = await DashboardPage.start({
      trusted: false,
      prepare: async (_, root) => {
        mkdirSync(path.join(root, '.cas', 'migrations'), { recursive: true });
        writeFileSync(path.join(root, '.cas', 'migrations', 'move.yaml'), PLAN);
      },
    });
    await dashboard.open('Migration');
    await dashboard.page.locator('tr[data-feature="rewind"]').waitFor();
  });
  after(() => dashboard?.stop());

  it('shows the plan, says why it is read-only, and offers no change', async () => {
    const { page } = dashboard;
    await page.getByText('Read-only: this folder is not trusted.').waitFor();
    const main = page.locator('.migration');
    assert.equal(await main.locator('tr select, tr button, .planhead button').count(), 0);
    for (const name of ['Add Feature…', 'Start Clock', /^Change /, /^Run a Workflow/, /^Continue/])
      assert.equal(await main.getByRole('button', { name }).count(), 0, String(name));
    for (const name of ['New Feature Delivery…', 'New Migration…'])
      assert.equal(await main.getByRole('button', { name }).getAttribute('aria-disabled'), 'true');
    await page.locator('tr[data-feature="rewind"]').press('F2');
    assert.equal(await page.getByRole('dialog').count(), 0);
    await dashboard.screenshot('migration-restricted');
    await dashboard.checkAccessibility();
  });
});

describe('the Migration view', function () {
  let view;
  let file;

  before(async () => {
    view = await DashboardPage.start({
      page: 'migration',
      ready: '.mig',
      width: 320,
      height: 400,
      prepare: async (_, root) => {
        mkdirSync(path.join(root, '.cas', 'migrations'), { recursive: true });
        file = path.join(root, '.cas', 'migrations', 'move.yaml');
        writeFileSync(file, PLAN);
      },
    });
  });
  after(() => view?.stop());

  it('says how far the move is, phase by phase, and opens a phase in the dashboard', async () => {
    const { figures } = await (await view.core.get()).call('migrations.get', 'move');
    await view.page.getByText(`${figures.progress.done} of ${figures.progress.total} features`).waitFor();
    for (const theme of ['dark-modern', 'light-modern']) {
      await view.setTheme(theme);
      await view.screenshot(`migration-side-${theme}`);
    }
    await view.page.getByRole('button', { name: /^Orchestration/ }).click();
    await view.page.waitForFunction(() => true);
    assert.deepEqual(view.asked.at(-1), { action: 'command', arg: { id: 'cas.dashboard.openMigration', args: ['move/orchestration'] } });
    assert.deepEqual(await view.widerThanWindow(), []);
  });

  it('starts the clock of what comes next', async () => {
    await view.page.getByRole('button', { name: 'Continue' }).click();
    await view.page.getByRole('button', { name: 'Stop' }).waitFor();
    const { figures } = await (await view.core.get()).call('migrations.get', 'move');
    assert.equal(figures.features.filter(({ clockAt }) => clockAt !== null).length, 1);
    assert.equal(readFileSync(file, 'utf8').includes('startedDate'), false, 'it was begun before');
  });

  it('is the same for everyone, in six themes', () => view.checkAccessibility());
});
