// The main job, as a person does it: run code-review from the palette, watch it, review its proposals by hunk.
import assert from 'node:assert/strict';
import { PRICES } from '../support/vscode/repository.mjs';
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

  /** Opens a proposal by its title; the thread in its diff that says `text`. */
  async function openThread(title, text) {
    await workbench.row('Proposals', title).first().click();
    const thread = workbench.page.locator('.review-widget:visible', { hasText: text }).first();
    await thread.waitFor();
    return thread;
  }

  it('fills the trees when the container is opened', async () => {
    await workbench.showContainer('CAS');
    await workbench.row('Workflows', 'code-review').waitFor();
    await workbench.row('Agents', 'Security').waitFor();
    const workflows = await workbench.texts('Workflows');
    for (const name of ['code-review', 'security-audit', 'feature-delivery']) {
      assert.ok(
        workflows.some((text) => text.startsWith(name)),
        `${name} in ${workflows}`,
      );
    }
    await workbench.screenshot('empty-dark');
  });

  it('runs from the palette and shows where it is', async () => {
    await workbench.command('CAS: Run Workflow…');
    await workbench.pick('code-review');
    await workbench.pick('Run with defaults');
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
      .waitFor({ timeout: 90_000 });
    await workbench.row('Proposals', 'prices.js').first().waitFor();
    assert.equal(session.read('src/prices.js'), PRICES);
    await workbench
      .rows('Runs')
      .filter({ has: workbench.page.locator('.codicon-pass') })
      .first()
      .locator('.monaco-tl-twistie')
      .click();
    await workbench.item('Runs', 'Report').last().waitFor();
    await workbench.screenshot('done-dark');
  });

  it('accepts a hunk from its thread and writes that hunk alone', async () => {
    const thread = await openThread(/as a decimal number/, /radix/);
    await workbench.screenshot('diff-dark');
    await thread.locator('[aria-label^="Accept Hunk"]').first().click();
    await workbench.until(() => session.read('src/prices.js') === WITH_RADIX, 'the hunk is on disk');
  });

  it('rejects another hunk by the cursor and never writes it', async () => {
    await openThread(/Removes the statement/, /debugger/);
    await workbench.focusDiff();
    await workbench.goToLine(20);
    await workbench.command('CAS: Reject Hunk');
    await workbench
      .row('Proposals', /1 of 2 hunks decided|Decided/)
      .first()
      .waitFor();
    assert.equal(session.read('src/prices.js'), WITH_RADIX);
    await workbench.screenshot('decided-dark');
  });

  it('shows the same in a light theme', async () => {
    await workbench.setTheme('Light Modern', 'vs');
    await workbench.screenshot('decided-light');
    await workbench.setTheme('Dark Modern', 'vs-dark');
  });
});
