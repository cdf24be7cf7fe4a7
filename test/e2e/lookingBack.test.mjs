// After a real review in the real editor: the team, what a person thinks of it, the figures, and who decided what.
import assert from 'node:assert/strict';
import { RUN_PATIENCE_MS } from '../support/patience.ts';
import { Session } from '../support/vscode/session.mjs';

describe('looking back in the editor', () => {
  let session;
  let workbench;
  let page;

  before(async () => {
    session = await Session.start();
    workbench = session.workbench;
    ({ page } = workbench);
    await page.setViewportSize({ width: 1280, height: 800 });
    await workbench.showContainer('CAS');
    await workbench.startCodeReview();
    const done = workbench.rows('Runs').filter({ has: page.locator('.codicon-pass') });
    await done.first().waitFor({ timeout: RUN_PATIENCE_MS });
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => session?.stop());

  /** Shows a tab by its command; the document of the page. */
  async function open(tab) {
    await workbench.command(`CAS: Show ${tab}`);
    const dashboard = await workbench.webview('#root [role=tablist]');
    await dashboard.locator('[role=tab][aria-selected=true]', { hasText: tab }).waitFor();
    return dashboard;
  }

  it('shows the agents that worked, with their rate and what it rests on', async () => {
    const dashboard = await open('Agents');
    await dashboard.getByRole('grid', { name: 'Agents' }).waitFor();
    await dashboard.getByRole('row', { name: /^Developer · Healthy · 100% of 1 succeeded/ }).click();
    await dashboard.getByRole('region', { name: 'Developer', exact: true }).getByText('1 run few runs').first().waitFor();
    await workbench.screenshot('dashboard-agents-dark');
  });

  it('takes a rating and shows what came of it', async () => {
    const dashboard = await open('Feedback');
    await dashboard.getByRole('button', { name: 'Not good: code-review' }).click();
    await dashboard
      .getByText(/confidence 0\.\d\d to 0\.\d\d after 1 note/)
      .first()
      .waitFor();
    await workbench.screenshot('dashboard-feedback-dark');
  });

  it('shows the figures of the run', async () => {
    const dashboard = await open('Metrics');
    await dashboard.getByText('Success rate').waitFor();
    assert.equal(await dashboard.locator('.headlines .number').first().innerText(), '100%');
    await workbench.screenshot('dashboard-metrics-dark');
  });

  it('lists a decision in the audit trail as it is made, and verifies the chain', async () => {
    const dashboard = await open('Audit');
    await dashboard.getByText('Every decision will appear here').waitFor();
    await workbench.command('CAS: Set Budget…');
    await workbench.answer('2');
    await dashboard.getByRole('row', { name: /You, set a budget, each day/ }).waitFor();
    await dashboard.getByRole('button', { name: 'Verify Chain' }).click();
    await dashboard.getByText(/1 entry since .*, no gap\./).waitFor();
    await workbench.screenshot('dashboard-audit-dark');
  });
});
