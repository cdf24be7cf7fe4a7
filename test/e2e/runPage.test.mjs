// A run from its start to its end on its page in the real editor: live, paused, resumed, answered, rewound.
import assert from 'node:assert/strict';
import { Session } from '../support/vscode/session.mjs';

const GATED = `name: gated
version: 1.0.0
description: Looks, asks, and looks again.
steps:
  - key: detect
    name: Get to know it
    agent: analyst
    action: project.detect
  - key: ask
    name: Ask a person
    dependsOn: detect
    gate:
      ask: always
      message: Look for debt now?
  - key: debt
    name: Collect debt
    agent: quality
    dependsOn: ask
    action: debt.scan
`;

describe('the page of a run', () => {
  let session;
  let workbench;
  let page;

  before(async () => {
    session = await Session.start({ files: { '.cas/workflows/gated.cas.yaml': GATED } });
    workbench = session.workbench;
    await workbench.showContainer('CAS');
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => session?.stop());

  const state = (word) => page.locator('.runhead [role=status]', { hasText: word }).waitFor();
  const button = (name) => page.getByRole('button', { name, exact: true });

  it('opens in the dashboard while the run goes on', async () => {
    await workbench.choose('CAS: Run Workflow…', 'gated');
    await workbench.row('Runs', 'waiting for you').waitFor();
    await workbench.command('CAS: Open Run');
    page = await workbench.webview('.runhead');
    await page.locator('.runhead h1', { hasText: 'gated' }).waitFor();
    await state('Waiting for you');
    await page.locator('.rungraph .runnode.waiting', { hasText: 'Ask a person' }).waitFor();
    await workbench.screenshot('run-page-dark');
  });

  it('pauses and resumes it', async () => {
    await button('Pause').click();
    await state('Paused');
    await button('Resume').click();
    await state('Waiting for you');
  });

  it('takes the answer', async () => {
    await page.locator('.ask').getByLabel('Reason').fill('it is Friday');
    await page.locator('.ask').getByRole('button').first().click();
    await state('Done');
    await page.locator('.checkpoints li', { hasText: 'Collect debt done' }).waitFor();
  });

  it('takes the run back, from its page and from the palette', async () => {
    const point = page.locator('.checkpoints li', { hasText: 'Get to know it done' });
    await point.hover();
    await point.getByRole('button', { name: 'Rewind to Here' }).click();
    await page.getByRole('dialog').getByText('Files in the folder do not change').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Rewind' }).click();
    await state('Paused');
    assert.equal(await page.locator('.checkpoints li.aside').count(), 2);
    await workbench.choose('CAS: Rewind to Checkpoint…', 'Start');
    await workbench.answer('from the beginning');
    await page.locator('.timeline', { hasText: 'Queued' }).waitFor();
    await button('Resume').click();
    await state('Waiting for you');
  });

  it('opens to the side, in a tab of its own', async () => {
    await button('Open Run to the Side').click();
    await workbench.page.locator('.tab', { hasText: 'gated' }).first().waitFor();
    const shown = async (frame) => (frame.isDetached() ? 0 : frame.locator('.runhead h1', { hasText: 'gated' }).count());
    const both = async () => (await Promise.all(workbench.page.frames().map(shown))).filter((count) => count > 0).length === 2;
    await workbench.until(both, 'both pages show the run');
    await workbench.screenshot('run-to-the-side-dark');
  });
});
