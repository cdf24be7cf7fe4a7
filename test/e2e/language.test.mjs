// A window in Chinese: names of views, welcome texts, the walkthrough and a page are in the person's language.
import { Session } from '../support/vscode/session.mjs';

describe('a window in Chinese', () => {
  let session;
  let workbench;

  before(async () => {
    session = await Session.start({ locale: 'zh-cn' });
    workbench = session.workbench;
    await workbench.showContainer('CAS');
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => session?.stop());

  it('has views, welcome texts and buttons in Chinese', async () => {
    for (const name of ['智能体', '工作流', '运行', '提案'])
      await workbench.page.locator('.pane-header .title', { hasText: name }).first().waitFor();
    await workbench.page.locator('.part.sidebar .monaco-button', { hasText: '运行工作流…' }).first().waitFor();
    await workbench
      .row('智能体', /尚未运行/)
      .first()
      .waitFor();
    await workbench.screenshot('chinese');
  });

  it('has commands and pages in Chinese', async () => {
    await workbench.command('打开仪表板');
    const page = await workbench.webview('[role=tab]');
    await page.getByRole('tab', { name: '实时状态' }).waitFor();
    await workbench.screenshot('chinese-dashboard');
  });
});
