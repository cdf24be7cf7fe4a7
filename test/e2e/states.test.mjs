// What the window says when things are not as they should be: CAS cannot start, a provider does not answer.
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { RUN_PATIENCE_MS } from '../support/patience.ts';
import { Session } from '../support/vscode/session.mjs';

describe('when CAS cannot start', () => {
  let session;
  let workbench;

  before(async () => {
    session = await Session.start({ files: { '.cas': 'a file where the folder should be' } });
    workbench = session.workbench;
    await workbench.showContainer('CAS');
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => session?.stop());

  it('says so with its reason, and starts once that is mended', async () => {
    const sidebar = workbench.page.locator('.part.sidebar');
    await sidebar.getByText('CAS could not start.').waitFor();
    await sidebar.getByText('a file or a broken link is in its place').first().waitFor();
    const retry = sidebar.locator('.monaco-button', { hasText: 'Try Again' }).first();
    await retry.waitFor();
    await workbench.screenshot('failed-core-dark');
    rmSync(path.join(session.workspace, '.cas'));
    await retry.click();
    await workbench.row('Workflows', 'code-review').waitFor();
    assert.ok(existsSync(path.join(session.workspace, '.cas', 'store.db')));
  });
});

/** A port that refuses every connection. */
async function closedPort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('when a provider does not answer', () => {
  let session;
  let workbench;

  before(async () => {
    const env = { ANTHROPIC_API_KEY: 'sk-ant-api03-test', ANTHROPIC_BASE_URL: `http://127.0.0.1:${await closedPort()}` };
    session = await Session.start({ env });
    workbench = session.workbench;
    await workbench.showContainer('CAS');
    await workbench.row('Workflows', 'code-review').waitFor();
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => session?.stop());

  it('names it in the status bar, and the circuit beside the agents that called it', async () => {
    await workbench.startCodeReview();
    await workbench.statusBar(/anthropic not answering/).waitFor({ timeout: RUN_PATIENCE_MS });
    await workbench.row('Agents', /open/).first().waitFor();
    await workbench.page
      .locator('.part.sidebar', { hasText: /need(s)? a look/ })
      .first()
      .waitFor();
    await workbench.screenshot('provider-down-dark');
  });
});
