// The dashboard's frame: tabs, keyboard, themes, and that it comes back to the truth whatever happens to it.
import assert from 'node:assert/strict';
import { AppError } from '#base/errors.ts';
import { DashboardPage } from './support/dashboardPage.mjs';

describe('the dashboard', () => {
  let dashboard;
  const chosen = () => dashboard.page.locator('.tabs [role=tab][aria-selected=true]').innerText();
  const feed = (text) => dashboard.page.locator('.feedstate', { hasText: text });

  before(async () => {
    dashboard = await DashboardPage.start();
  });
  after(async () => dashboard?.stop());

  it('opens with a tab and is in touch with its host', async () => {
    await feed('Streaming').waitFor();
    assert.equal(await chosen(), 'Live Status');
  });

  it('has its frame, its tabs and grey rows in the HTML itself', async () => {
    const html = await (await fetch(dashboard.url)).text();
    for (const part of ['<span class="tab">Live Status</span>', '<span class="tab">Audit</span>', 'class="grey row"'])
      assert.ok(html.includes(part), part);
  });

  it('breaks no rule of its own security policy', () => {
    assert.deepEqual(dashboard.complaints, []);
  });

  it('lets no foreign script, style or address in', async () => {
    const blocked = await dashboard.page.evaluate(async () => {
      const violated = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violated.push(effectiveDirective));
      document.body.insertAdjacentHTML('beforeend', '<p style="color: red" onclick="window.hacked = 1">x</p>');
      const script = document.createElement('script');
      script.textContent = 'window.hacked = 2';
      document.body.append(script);
      await fetch('http://127.0.0.1:9/').catch(() => {}); // refused by the policy, which is looked at here
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
      return { violated: [...new Set(violated)].toSorted((a, b) => a.localeCompare(b)), hacked: window.hacked };
    });
    assert.deepEqual(blocked, { violated: ['connect-src', 'script-src-attr', 'script-src-elem', 'style-src-attr'], hacked: undefined });
    await dashboard.load();
    dashboard.complaints.length = 0;
  });

  it('is one stop for the keyboard, with arrows, Home and End between its tabs', async () => {
    assert.equal(await dashboard.page.locator('.tabs [role=tab][tabindex="0"]').count(), 1);
    await dashboard.page.getByRole('tab', { name: 'Live Status' }).focus();
    const visited = [];
    for (const key of ['ArrowRight', 'End', 'ArrowRight', 'ArrowLeft', 'Home']) {
      await dashboard.page.keyboard.press(key);
      visited.push(await dashboard.page.evaluate(() => document.activeElement.textContent));
    }
    assert.deepEqual(visited, ['Migration', 'Audit', 'Live Status', 'Audit', 'Live Status']);
  });

  it('shows its keys, and gives the focus back', async () => {
    await dashboard.page.getByRole('tab', { name: 'Live Status' }).focus();
    await dashboard.page.keyboard.press('?');
    await dashboard.page.getByRole('dialog', { name: 'Keys of the dashboard' }).waitFor();
    await dashboard.checkAccessibility({ in: ['dark-modern', 'hc-light'], within: 'dialog' });
    await dashboard.page.keyboard.press('Escape');
    await dashboard.page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await dashboard.page.evaluate(() => document.activeElement.id), 'tab-live');
  });

  it('goes where a command of the editor wants it, once', async () => {
    dashboard.topics.show({ tab: 'audit' }, 'first');
    await dashboard.until(async () => (await chosen()) === 'Audit', 'Audit is open');
    await dashboard.open('Agents');
    await dashboard.load();
    await feed('Streaming').waitFor();
    assert.equal(await chosen(), 'Agents');
  });

  it('is where it was after it was hidden, and knows what happened meanwhile', async () => {
    await dashboard.open('Live Status');
    await dashboard.page.locator('.feature-row').first().waitFor();
    await dashboard.hide();
    const api = await dashboard.core.get();
    await api.call('parity.run', { runtime: 'custom', feature: 'retry-logic' });
    await dashboard.show();
    assert.equal(await chosen(), 'Live Status');
    await dashboard.page.locator('.feature-row', { hasText: 'Retry Logic' }).locator('.verdict', { hasText: 'Available' }).waitFor();
  });

  it('learns by itself what it missed while it was covered', async () => {
    const cell = dashboard.page.locator('.feature-row', { hasText: 'Message Bus' }).locator('.verdict').first();
    dashboard.cover(true);
    const api = await dashboard.core.get();
    await api.call('parity.run', { runtime: 'custom', feature: 'message-bus' });
    assert.equal(await cell.innerText(), 'Not measured yet');
    dashboard.cover(false);
    await cell.filter({ hasText: 'Available' }).waitFor();
  });

  it('says since when it is out of touch, keeps what it shows, and comes back by itself', async () => {
    dashboard.cover(true);
    await feed(/Reconnecting, last update \d+ s ago/).waitFor();
    assert.equal(await dashboard.page.locator('#tabpanel').evaluate((panel) => getComputedStyle(panel).opacity), '0.8');
    assert.equal(await dashboard.page.locator('.feature-row').count(), 24);
    await dashboard.screenshot('reconnecting-dark');
    dashboard.cover(false);
    await feed('Streaming').waitFor();
  });

  it("works on after the window's host was started anew", async () => {
    dashboard.serve();
    await dashboard.page.getByRole('button', { name: 'Refresh' }).click();
    await feed('Streaming').waitFor();
    const api = await dashboard.core.get();
    await api.call('parity.run', { runtime: 'custom', feature: 'single-task' });
    const cell = dashboard.page.locator('.feature-row', { hasText: 'Single Task' }).locator('.verdict').first();
    await cell.filter({ hasText: 'Available' }).waitFor();
  });

  it('says why a workspace cannot be opened, and offers to try again', async () => {
    dashboard.core.fail(new AppError({ code: 'store.locked', message: 'Another window holds this workspace.' }));
    await dashboard.page.getByRole('alert').filter({ hasText: 'Another window holds this workspace.' }).first().waitFor();
    await dashboard.checkAccessibility({ in: ['dark-modern', 'light-modern'] });
    dashboard.asked.length = 0;
    await dashboard.page.getByRole('button', { name: 'Try Again' }).first().click();
    await dashboard.until(() => dashboard.asked.length > 0, 'the editor was asked');
    assert.deepEqual(dashboard.asked, [{ action: 'command', arg: { id: 'cas.core.retry' } }]);
    dashboard.core.state = { kind: 'idle' };
    await dashboard.core.restart();
    await feed('Streaming').waitFor();
    await dashboard.page.getByRole('alert').first().waitFor({ state: 'detached' });
  });

  it('is accessible in six themes', async () => {
    await dashboard.checkAccessibility();
  });
});
