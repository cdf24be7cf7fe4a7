// Restricted Mode: workflows and agents can be read, nothing runs, nothing is written; trust opens everything without a reload.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Session } from '../support/vscode/session.mjs';

describe('in Restricted Mode', () => {
  let session;
  let workbench;

  before(async () => {
    session = await Session.start({
      trust: true,
      settings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' },
    });
    workbench = session.workbench;
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => session?.stop());

  it('shows what there is and says what is off', async () => {
    await workbench.showContainer('CAS');
    await workbench.row('Workflows', 'code-review').waitFor();
    await workbench.row('Agents', 'Analyst').first().waitFor();
    await workbench.page.locator('.part.sidebar', { hasText: 'Restricted Mode' }).first().waitFor();
    await workbench.page
      .locator('.part.sidebar a.monaco-button, .part.sidebar .monaco-button', { hasText: 'Manage Workspace Trust' })
      .first()
      .waitFor();
    await workbench.screenshot('restricted-dark');
  });

  it('offers no command that runs or writes', async () => {
    const offered = async (text) => (await workbench.palette(`CAS: ${text}`)).filter((title) => title.startsWith(`CAS: ${text}`));
    assert.equal((await offered('Validate Workflow')).length, 1);
    for (const title of ['Run Workflow', 'Dry Run', 'New ', 'Resume Run', 'Accept', 'Reject', 'Undo', 'Ask for', 'Rebase', 'Set Budget']) {
      assert.deepEqual(await offered(title), [], title);
    }
  });

  it('creates nothing in the folder', () => {
    assert.equal(existsSync(path.join(session.workspace, '.cas')), false);
  });

  it('can run as soon as the folder is trusted', async () => {
    await workbench.command('Workspaces: Manage Workspace Trust');
    await workbench.page
      .locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ })
      .first()
      .click();
    await workbench.until(() => existsSync(path.join(session.workspace, '.cas')), 'the store is opened');
    await workbench.until(
      async () => (await workbench.palette('CAS: Run')).some((title) => title.includes('Run Workflow')),
      'Run Workflow is offered',
    );
  });
});
