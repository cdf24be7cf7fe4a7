// The migration cockpit in the real editor: a plan from the palette, its figures in the dashboard and the side bar, an edit that
// changes one line of the file, and a problem that is shown where it is.
import assert from 'node:assert/strict';
import { Session } from '../support/vscode/session.mjs';

const FILE = '.cas/migrations/log-in.yaml';

describe('a migration plan in the editor', () => {
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

  /** The page in the panel, whichever frame that is by now. */
  const dashboard = () => workbench.webview('#root [role=tablist]');

  it('comes from the palette: name, pieces, file', async () => {
    await workbench.command('CAS: New Feature Delivery…');
    await workbench.answer('Log in');
    await workbench.answer('Form, Session');
    await workbench.answer('log-in');
    await workbench.until(() => session.read(FILE)?.includes('name: Log in'), 'the file is there');
    await page.locator('.tabs-container .tab', { hasText: 'log-in.yaml' }).waitFor();
    assert.match(session.read(FILE), /^ {2}- id: form\n {4}name: Form\n {4}phase: build$/m);
    assert.doesNotMatch(session.read(FILE), /estimatedHours: \d/, 'nothing is invented');
  });

  it('shows its figures in the dashboard', async () => {
    const board = await dashboard();
    await board.locator('[role=tab][aria-selected=true]', { hasText: 'Migration' }).waitFor();
    await board.getByText('0 of 8 features').waitFor();
    await workbench.screenshot('migration-dashboard-dark');
  });

  it('writes hours that are typed in the table into their line of the file, and touches no other', async () => {
    const board = await dashboard();
    const before = session.read(FILE).split('\n');
    await board.locator('tr[data-feature="read"]').getByTitle('Change hours').click();
    await board.getByLabel('Planned hours of Read the code it touches').fill('2');
    await board.getByLabel('Planned hours of Read the code it touches').press('Enter');
    await workbench.until(() => session.read(FILE).includes('estimatedHours: 2'), 'the estimate is written');
    const after = session.read(FILE).split('\n');
    assert.deepEqual(after.toSpliced(after.indexOf('    estimatedHours: 2'), 1), before);
    await board.locator('tr[data-feature="read"]').getByText('2h').first().waitFor();
  });

  it('follows what is written in the file by hand', async () => {
    const board = await dashboard();
    session.write(FILE, session.read(FILE).replace('    estimatedHours: 2\n', '    estimatedHours: 2\n    actualHours: 3\n'));
    await board.locator('tr[data-feature="read"] .over', { hasText: '3h' }).waitFor();
  });

  it('shows what is wrong with the file in the editor and over the last good figures', async () => {
    const board = await dashboard();
    const good = session.read(FILE);
    session.write(FILE, good.replace('dependencies: [form]', 'dependencies: [from]'));
    await board.getByText('which is no feature of this plan. Did you mean `form`?').waitFor();
    await board.getByText('0 of 8 features').waitFor();
    await board.getByRole('button', { name: /^Line \d+$/ }).click();
    await page.locator('.monaco-editor .squiggly-error').first().waitFor();
    session.write(FILE, good);
    await page.locator('.monaco-editor .squiggly-error').first().waitFor({ state: 'detached' });
  });

  it('stands in the side bar with its phases and what comes next', async () => {
    // All views of the side bar at once need a tall window.
    await page.setViewportSize({ width: 1280, height: 1400 });
    await workbench.showContainer('CAS');
    const header = page.locator('.pane-header', { hasText: 'Migration' }).first();
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
    await workbench.command('CAS: Focus on Migration View');
    const side = await workbench.webview('.mig');
    await side.locator('.ph', { hasText: 'Build' }).waitFor();
    await side.getByRole('button', { name: 'Start' }).click();
    await side.getByRole('button', { name: 'Stop' }).waitFor();
    await workbench.until(() => session.read(FILE).includes('status: in progress'), 'the feature is begun');
    await workbench.screenshot('migration-side-bar-dark');
  });
});
