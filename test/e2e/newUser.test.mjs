// A new user's path, without a key: walkthrough, first run, first accepted hunk. The times of its steps are kept in artifacts/newUser.json.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/vscodeHost.mjs';
import { RUN_PATIENCE_MS } from '../support/patience.ts';
import { PRICES } from '../support/vscode/repository.mjs';
import { Session } from '../support/vscode/session.mjs';

describe('a new user without a key', () => {
  let session;
  let workbench;
  const steps = [];
  let startedAt;

  before(async () => {
    session = await Session.start();
    workbench = session.workbench;
    startedAt = Date.now();
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => session?.stop());

  const step = async (what) => {
    steps.push({ what, atMs: Date.now() - startedAt });
    await workbench.screenshot(`new-user-${steps.length}`);
  };

  it('finds the walkthrough, runs a review from it and accepts a hunk', async () => {
    await workbench.command('Welcome: Open Walkthrough...');
    await workbench.quickInput.locator('input.input').fill('CAS');
    await workbench.pick('Get Started with CAS');
    const guide = workbench.page.locator('.gettingStartedContainer');
    await guide.getByText('Run a code review').first().waitFor();
    await step('the walkthrough is open');
    await guide.locator('.monaco-button', { hasText: 'Run Workflow…' }).first().click();
    await workbench.pick('code-review');
    await workbench.pick('Run with defaults');
    await step('the run is started');
    await workbench.showContainer('CAS');
    await workbench.row('Proposals', 'prices.js').first().waitFor({ timeout: RUN_PATIENCE_MS });
    await workbench.statusBar(/CAS: 1 running/).waitFor({ state: 'detached', timeout: RUN_PATIENCE_MS });
    await step('the run is done, with proposals');
    const thread = await workbench.openThread(workbench.row('Proposals', /parseInt without a radix/).first(), /radix/);
    await step('the proposal is open');
    await thread.locator('[aria-label^="Accept Hunk"]').first().click();
    await workbench.until(
      () => session.read('src/prices.js') === PRICES.replace('parseInt(text)', 'parseInt(text, 10)'),
      'the hunk is on disk',
    );
    await step('the first hunk is accepted');
    mkdirSync(path.join(root, 'artifacts'), { recursive: true });
    writeFileSync(path.join(root, 'artifacts', 'newUser.json'), `${JSON.stringify(steps, null, 2)}\n`);
    console.log(`      in ${(steps.at(-1).atMs / 1000).toFixed(1)} s`);
  });
});

describe('a folder without a key, and no folder', () => {
  let session;
  let workbench;

  before(async () => {
    session = await Session.start();
    workbench = session.workbench;
    await workbench.showContainer('CAS');
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => session?.stop());

  it('says what each empty view is for, with a button, and that a model is optional', async () => {
    const sidebar = workbench.page.locator('.part.sidebar');
    await sidebar.getByText('No run yet. A code review needs no key.').waitFor();
    for (const title of ['Run Workflow…', 'Add API Key…', 'Use a Local Model…']) {
      await sidebar.locator('.monaco-button', { hasText: title }).first().waitFor();
    }
    await sidebar.getByText('No proposals.').waitFor();
    await workbench.screenshot('welcome-dark');
  });

  it('finds no local model, says so, and takes an address instead', async () => {
    await workbench.command('CAS: Use a Local Model…');
    await workbench.quickInput.locator('.monaco-list-row', { hasText: 'Another address…' }).waitFor();
    await workbench.screenshot('local-model-dark');
    await workbench.page.keyboard.press('Escape');
  });

  it('sets a budget of the day', async () => {
    await workbench.command('CAS: Set Budget…');
    await workbench.quickInput.locator('.quick-input-message', { hasText: 'No daily budget is set' }).waitFor();
    await workbench.answer('5');
    await workbench.until(async () => {
      await workbench.command('CAS: Set Budget…');
      const text = await workbench.quickInput.locator('.quick-input-message').innerText();
      await workbench.page.keyboard.press('Escape');
      return text.includes('$0.00 of $5.00');
    }, 'the budget is kept');
  });

  it('writes a new agent that the team takes in', async () => {
    await workbench.command('CAS: New Agent…');
    await workbench.quickInput.locator('.quick-input-message', { hasText: 'Name of the agent' }).waitFor();
    await workbench.answer('Api Reviewer');
    await workbench.row('Agents', 'Api Reviewer').waitFor();
    assert.match(session.read('.cas/agents/api-reviewer.md'), /^id: api-reviewer$/m);
    await workbench.row('Agents', 'Api Reviewer').click({ button: 'right' });
    await workbench.page.locator('.context-view .action-label', { hasText: 'Disable Agent' }).click();
    await workbench.row('Agents', /Api Reviewer.*disabled/).waitFor();
  });
});
