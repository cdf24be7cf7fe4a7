// The dashboard in the real editor: one panel, wherever it is, that comes back after a reload; probes run from it.
import assert from 'node:assert/strict';
import { RUN_PATIENCE_MS } from '../support/patience.ts';
import { Session } from '../support/vscode/session.mjs';

describe('the dashboard in the editor', () => {
  let session;
  let workbench;
  let page;

  before(async () => {
    session = await Session.start();
    workbench = session.workbench;
    ({ page } = workbench);
    await page.setViewportSize({ width: 1280, height: 800 });
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => session?.stop());

  const tab = () => page.locator('.tabs-container .tab', { hasText: 'CAS Dashboard' });
  /** The page in the panel, whichever frame that is by now. */
  const dashboard = () => page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame').locator('#root');

  it('opens from the palette and is in touch', async () => {
    await workbench.command('CAS: Open Dashboard');
    await tab().waitFor();
    await dashboard().getByText('Streaming', { exact: true }).waitFor();
    await dashboard().getByRole('treegrid', { name: 'Feature parity' }).waitFor();
  });

  it('measures the runtimes and shows what they can do', async () => {
    await dashboard().getByRole('button', { name: 'Run Probes' }).click();
    await dashboard()
      .getByText(/^48 in \d/)
      .waitFor({ timeout: RUN_PATIENCE_MS });
    await dashboard().locator('.paritybar[aria-label="24 available, 0 partial, 0 unavailable"]').nth(1).waitFor();
    await dashboard().locator('.feature-row', { hasText: 'Retry Logic' }).click();
    await dashboard().getByText('Last probe: 1 available').waitFor();
    await workbench.screenshot('dashboard-live-status-dark');
  });

  it('switches the runtime that new runs start on', async () => {
    await dashboard().getByRole('button', { name: 'Switch…' }).click();
    await workbench.pick('LangGraph');
    await dashboard().locator('.card.active', { hasText: 'LangGraph' }).waitFor();
    assert.match(session.read('.vscode/settings.json'), /"cas\.runtime": "langgraph"/);
  });

  it('is never there twice: a command for a tab shows the one that is open', async () => {
    await workbench.command('CAS: Show Runs');
    await dashboard().locator('[role=tab][aria-selected=true]', { hasText: 'Runs' }).waitFor();
    await workbench.command('CAS: Open Dashboard');
    assert.equal(await tab().count(), 1);
    await workbench.command('CAS: Show Live Status');
    await dashboard().locator('[role=tab][aria-selected=true]', { hasText: 'Live Status' }).waitFor();
  });

  it('works on in another group of editors', async () => {
    await workbench.command('View: Move Editor into Next Group');
    await dashboard().getByText('Streaming', { exact: true }).waitFor();
    await dashboard().locator('.card.active', { hasText: 'LangGraph' }).waitFor();
    await workbench.command('CAS: Open Dashboard');
    assert.equal(await tab().count(), 1);
  });

  it('comes back after a reload of the window, at the tab where it was', async () => {
    await dashboard().getByRole('tab', { name: 'Runs' }).click();
    const loaded = page.waitForEvent('load');
    await workbench.command('Developer: Reload Window');
    await loaded;
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    await dashboard().locator('[role=tab][aria-selected=true]', { hasText: 'Runs' }).waitFor();
    await dashboard().getByText('Streaming', { exact: true }).waitFor();
    assert.equal(await tab().count(), 1);
    await workbench.command('CAS: Open Dashboard');
    assert.equal(await tab().count(), 1);
    await dashboard().getByRole('tab', { name: 'Live Status' }).click();
    await dashboard().locator('.feature-row .verdict', { hasText: 'Available' }).first().waitFor();
  });

  it('follows the theme', async () => {
    await workbench.setTheme('Light Modern', 'vs');
    await workbench.screenshot('dashboard-live-status-light');
    const background = await dashboard().evaluate((root) => getComputedStyle(root.ownerDocument.body).backgroundColor);
    assert.equal(background, 'rgb(255, 255, 255)');
  });
});
