// The page of a run in the real editor: the editor's own menu on it, and the page in a window of its own.
import { Session } from '../support/vscode/session.mjs';
import { Workbench } from '../support/vscode/workbench.mjs';

const ASKING = `name: asking
version: 1.0.0
description: Looks, and asks.
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
      message: Is this it?
`;

describe('the page of a run, wherever it is', () => {
  let session;
  let workbench;
  let page;

  before(async () => {
    session = await Session.start({ files: { '.cas/workflows/asking.cas.yaml': ASKING } });
    workbench = session.workbench;
    await workbench.showContainer('CAS');
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => session?.stop());

  const state = (word) => page.locator('.runhead [role=status]', { hasText: word }).waitFor();

  it('has the editor’s own menu on a checkpoint, which forks from it', async () => {
    await workbench.choose('CAS: Run Workflow…', 'asking');
    await workbench.row('Runs', 'waiting for you').waitFor();
    await workbench.command('CAS: Open Run');
    page = await workbench.webview('.runhead');
    await state('Waiting for you');
    await page.locator('.checkpoints li', { hasText: 'Start' }).click({ button: 'right' });
    const menu = workbench.page.locator('.monaco-menu');
    await menu.getByText('Rewind to Here…').waitFor();
    await menu.getByText('Copy Id').waitFor();
    await workbench.screenshot('checkpoint-menu-dark');
    await menu.getByText('Fork from Here…').click();
    await workbench.answer('A second try');
    page = await workbench.webview('.runhead h1[title="A second try"]');
    await state('Waiting for you');
  });

  it('moves to a window of its own, and shows the run there as it is', async () => {
    const opened = workbench.page.context().waitForEvent('page');
    await workbench.command('View: Move Editor into New Window');
    const aside = new Workbench(await opened);
    page = await aside.webview('.runhead h1[title="A second try"]');
    await state('Waiting for you');
    await page.locator('.feedstate', { hasText: 'Streaming' }).waitFor();
    await page.locator('.ask').getByRole('button').first().click();
    await state('Done');
    await aside.screenshot('run-in-a-window-dark');
  });
});
