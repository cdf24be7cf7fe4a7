// The main job, as a person does it: run code-review from the palette, watch it, review its proposals by hunk.
import assert from 'node:assert/strict';
import { RUN_PATIENCE_MS } from '../support/patience.ts';
import { CART, PRICES } from '../support/vscode/repository.mjs';
import { Session } from '../support/vscode/session.mjs';

const WITH_RADIX = PRICES.replace('parseInt(text)', 'parseInt(text, 10)');

describe('code-review in the editor', () => {
  let session;
  let workbench;

  before(async () => {
    session = await Session.start();
    workbench = session.workbench;
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => session?.stop());

  it('fills the trees when the container is opened', async () => {
    await workbench.showContainer('CAS');
    await workbench.row('Workflows', 'code-review').waitFor();
    await workbench.row('Agents', 'Analyst').waitFor();
    const workflows = await workbench.texts('Workflows');
    for (const name of ['api-development', 'bug-fix', 'code-review']) {
      assert.ok(
        workflows.some((text) => text.startsWith(name)),
        `${name} in ${workflows}`,
      );
    }
    await workbench.screenshot('empty-dark');
  });

  it('runs from the palette and shows where it is', async () => {
    await workbench.startCodeReview();
    await workbench
      .row('Runs', /^code.review/i)
      .first()
      .waitFor();
    await workbench.statusBar(/CAS: 1 running/).waitFor();
    await workbench.screenshot('running-dark');
  });

  it('reaches done, with proposals and a report, and has written nothing', async () => {
    await workbench
      .rows('Runs')
      .filter({ has: workbench.page.locator('.codicon-pass') })
      .first()
      .waitFor({ timeout: RUN_PATIENCE_MS });
    await workbench.row('Proposals', 'prices.js').first().waitFor();
    assert.equal(session.read('src/prices.js'), PRICES);
    await workbench.screenshot('done-dark');
  });

  it('opens the report of the run', async () => {
    await workbench.command('CAS: Open Run Report');
    const tab = workbench.page.locator('.tabs-container .tab', { hasText: 'report.md' });
    await tab.waitFor();
    await workbench.webview('body:has-text("src/prices.js:4")');
    await workbench.screenshot('report-dark');
    await workbench.command('View: Close All Editors');
  });

  it('accepts a hunk from its thread and writes that hunk alone', async () => {
    const thread = await workbench.openThread(workbench.row('Proposals', /parseInt without a radix/).first(), /radix/);
    await workbench.screenshot('diff-dark');
    await thread.locator('[aria-label^="Accept Hunk"]').first().click();
    await workbench.until(() => session.read('src/prices.js') === WITH_RADIX, 'the hunk is on disk');
    await workbench.item('Proposals', 'Decided').waitFor();
  });

  it('rejects another hunk by the cursor and never writes it', async () => {
    const tab = workbench.page.locator('.tab.active', { hasText: 'A debugger statement was left in' });
    await workbench.clickUntil(workbench.row('Proposals', 'prices.js'), tab);
    await workbench.focusEditor();
    await workbench.goToLine(20);
    await workbench.page.locator('.review-widget:visible', { hasText: /debugger/ }).waitFor();
    await workbench.page.keyboard.press('Control+k');
    await workbench.page.keyboard.press('Alt+u');
    await workbench.row('Proposals', /prices\.js.*rejected/).waitFor();
    assert.equal(session.read('src/prices.js'), WITH_RADIX);
    await workbench.screenshot('decided-dark');
  });

  it('shows a proposal of several files in one diff and accepts the rest of it at once', async () => {
    await workbench.openThread(workbench.row('Proposals', /A debugger statement was left in/).first(), /debugger/);
    await workbench.screenshot('files-dark');
    await workbench.command('CAS: Accept All Changes');
    await workbench.until(() => session.read('src/cart.js') === CART.replace('  debugger;\r\n', ''), 'the other file is on disk');
    assert.equal(session.read('src/prices.js'), WITH_RADIX);
  });

  it('takes decisions back, and every byte with them', async () => {
    await workbench.command('CAS: Undo Last Decision');
    await workbench.until(() => session.read('src/cart.js') === CART, 'the file is as it was');
    await workbench.row('Proposals', /cart\.js/).waitFor();
  });

  it('shows the same in a light theme', async () => {
    await workbench.setTheme('Light Modern', 'vs');
    await workbench.screenshot('decided-light');
    await workbench.setTheme('Dark Modern', 'vs-dark');
  });
});
