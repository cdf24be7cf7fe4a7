// A run that waits for a person: told once, decided from the message, and a key that is kept where nobody reads it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Session } from '../support/vscode/session.mjs';

const GATED = `name: gated
version: 1.0.0
description: Asks before it looks.
steps:
  - key: ask
    name: Ask a person
    gate:
      ask: always
      message: Look for debt now?
  - key: debt
    name: Collect debt
    agent: quality
    dependsOn: ask
    action: debt.scan
`;

describe('a run that waits for a person', () => {
  let session;
  let workbench;

  before(async () => {
    session = await Session.start({ files: { '.cas/workflows/gated.cas.yaml': GATED } });
    workbench = session.workbench;
    await workbench.showContainer('CAS');
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => session?.stop());

  it('says so in a message, the tree and the status bar', async () => {
    await workbench.choose('CAS: Run Workflow…', 'gated');
    await workbench.row('Runs', 'waiting for you').waitFor();
    await workbench.statusBar(/CAS: 1 waiting for you/).waitFor();
    await workbench.toast('Look for debt now?').waitFor();
    await workbench.toast('Run in Background').waitFor({ state: 'detached' });
    await workbench.screenshot('waiting-dark');
  });

  it('goes on with what the person chose, and keeps the reason', async () => {
    await workbench.toast('Look for debt now?').locator('.monaco-button', { hasText: 'Decide…' }).click();
    await workbench.quickInput.locator('.monaco-list-row').first().waitFor();
    await workbench.screenshot('deciding-dark');
    await workbench.quickInput.locator('.monaco-list-row').first().click();
    await workbench.page.locator('.quick-input-widget:visible .quick-input-message', { hasText: 'Why' }).waitFor();
    await workbench.answer('it is Friday');
    await workbench
      .rows('Runs')
      .filter({ has: workbench.page.locator('.codicon-pass') })
      .first()
      .waitFor();
    assert.equal(await workbench.statusBar(/waiting for you/).count(), 0);
  });

  it('stores a key in the secret store and nowhere in the folder or the profile', async () => {
    const key = ['sk', 'test', '0123456789abcdef'].join('-');
    await workbench.choose('CAS: Add API Key…', 'OpenAI');
    await workbench.quickInput.locator('.quick-input-title', { hasText: 'API key for OpenAI' }).waitFor();
    await workbench.quickInput.locator('input[type="password"]').waitFor();
    await workbench.answer(key);
    await workbench.until(async () => {
      await workbench.command('CAS: Add API Key…');
      await workbench.quickInput.locator('.monaco-list-row', { hasText: 'OpenAI' }).first().waitFor();
      const stored = await workbench.quickInput.locator('.monaco-list-row', { hasText: 'a key is stored' }).count();
      await workbench.page.keyboard.press('Escape');
      return stored === 1;
    }, 'the key is stored');
    for (const folder of [session.workspace, session.host.data]) {
      assert.throws(() => execFileSync('grep', ['-rqaF', key, folder]), { status: 1 }, `the key is somewhere in ${folder}`);
    }
  });
});
