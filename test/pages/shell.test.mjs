// The dashboard's frame: tabs, keyboard, themes, and that it comes back.
import assert from 'node:assert/strict';
import { DashboardPage } from './support/dashboardPage.mjs';

describe('the dashboard', () => {
  let dashboard;

  before(async () => {
    dashboard = await DashboardPage.start();
  });
  after(async () => dashboard?.stop());

  it('opens with a tab and is in touch with its host', async () => {
    await dashboard.page.getByRole('status').filter({ hasText: 'Streaming' }).waitFor();
    assert.equal(await dashboard.page.locator('[role=tab][aria-selected=true]').count(), 1);
    await dashboard.screenshot('shell-dark');
  });

  it('breaks no rule of its own security policy', () => {
    assert.deepEqual(dashboard.complaints, []);
  });

  it('is accessible in six themes', async () => {
    await dashboard.checkAccessibility();
  });
});
