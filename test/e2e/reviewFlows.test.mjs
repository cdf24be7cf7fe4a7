// A review as a person does it beyond yes and no: unchecked files, edits before accepting, a file that changed, changes asked for.
import assert from 'node:assert/strict';
import { CART, PRICES } from '../support/vscode/repository.mjs';
import { Session } from '../support/vscode/session.mjs';

const DEBUGGER = 'A debugger statement was left in';
const WITHOUT_DEBUGGER = PRICES.replace('  debugger;\n', '');

describe('a review', () => {
  let session;
  let workbench;

  before(async () => {
    session = await Session.start();
    workbench = session.workbench;
    await workbench.reviewCode(DEBUGGER);
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => session?.stop());

  /** The page of the Review view. */
  const review = () => workbench.webview('.review');
  /** Opens the proposal, and its page beside it. */
  const openReview = async () => {
    await workbench.clickUntil(workbench.row('Proposals', DEBUGGER).first(), workbench.page.locator('.tab.active', { hasText: DEBUGGER }));
    await (await review()).locator('h1', { hasText: DEBUGGER }).waitFor();
  };

  it('opens beside the diff and says what it is about, in three themes', async () => {
    await workbench.openThread(workbench.row('Proposals', DEBUGGER).first(), /debugger/);
    await (await review()).locator('h1', { hasText: DEBUGGER }).waitFor();
    for (const text of ['Developer in', 'Not checked|passed|checks', '2 files, 2 hunks', 'No model was called']) {
      await (await review()).locator('.review', { hasText: new RegExp(text) }).waitFor();
    }
    await workbench.screenshot('review-dark');
    for (const [theme, marker, name] of [
      ['Light Modern', 'vs', 'review-light'],
      ['Dark High Contrast', 'hc-black', 'review-hc-dark'],
      ['Dark Modern', 'vs-dark', null],
    ]) {
      await workbench.setTheme(theme, marker);
      if (name) await workbench.screenshot(name);
    }
  });

  it('has room in the side bar for what decides, also in a low window', async () => {
    const { page } = workbench;
    const pane = page.locator('.part.sidebar .pane', { has: page.locator('.pane-header .title', { hasText: /^Review$/ }) });
    const size = page.viewportSize();
    for (const height of [900, 800]) {
      await page.setViewportSize({ width: 1280, height });
      await workbench.until(async () => ((await pane.boundingBox())?.height ?? 0) >= 240, 'the Review view has room');
      await workbench.screenshot(`review-${height}-dark`);
    }
    await page.setViewportSize(size);
  });

  it('leaves unchecked files out of Accept All, as one decision', async () => {
    await workbench.row('Proposals', 'cart.js').first().locator('.custom-view-tree-node-item-checkbox').click();
    await (await review()).getByText('Without src/cart.js, which you unchecked.').waitFor();
    await (await review()).getByRole('button', { name: /^Accept All/ }).click();
    await workbench.confirm('Accept Anyway', () => session.read('src/prices.js') === WITHOUT_DEBUGGER);
    assert.equal(session.read('src/cart.js'), CART);
    await (await review()).getByRole('button', { name: 'Undo Last Decision' }).click();
    await workbench.until(() => session.read('src/prices.js') === PRICES, 'the file is as it was');
    await workbench.row('Proposals', 'cart.js').first().locator('.custom-view-tree-node-item-checkbox').click();
    await (await review()).getByText('which you unchecked').waitFor({ state: 'detached' });
  });

  it('takes an edit at the right side in, and Accept writes it', async () => {
    const tab = workbench.page.locator('.tab.active', { hasText: `prices.js (${DEBUGGER}` });
    await workbench.clickUntil(workbench.row('Proposals', 'prices.js').last(), tab);
    await workbench.page.locator('.monaco-diff-editor:visible .modified', { hasText: 'parsePrice' }).first().waitFor();
    await workbench.focusEditor();
    await workbench.goToLine(1);
    await workbench.page.keyboard.type('// mine: ');
    await workbench.page.keyboard.press('Control+s');
    await workbench
      .row('Proposals', /prices\.js.*edited by you/)
      .first()
      .waitFor();
    assert.equal(session.read('src/prices.js'), PRICES);
    await workbench.screenshot('edited-dark');
    await workbench.command('CAS: Accept File');
    await workbench.until(() => session.read('src/prices.js')?.startsWith('// mine: '), 'the edit is on disk');
    assert.equal(session.read('src/prices.js'), `// mine: ${WITHOUT_DEBUGGER}`);
    await workbench.command('CAS: Undo Last Decision');
    await workbench.until(() => session.read('src/prices.js') === PRICES, 'the file is as it was');
  });

  it('says when a file changed after the proposal, and moves it there without a loss', async () => {
    await openReview();
    session.write('src/cart.js', `// moved on\r\n${CART}`);
    await (await review()).getByText('src/cart.js changed after this proposal.').waitFor();
    await workbench.toast('changed after this proposal').first().waitFor();
    await workbench.screenshot('changed-dark');
    await (await review()).getByRole('button', { name: 'Rebase Proposal' }).click();
    await (await review()).getByText('changed after this proposal.').waitFor({ state: 'detached' });
    assert.equal(session.read('src/cart.js'), `// moved on\r\n${CART}`);
  });

  it('opens the merge editor where both changed the same lines; what is saved there goes into the proposal', async () => {
    session.write('src/cart.js', CART.replace('  debugger;', '  debugger; // keep'));
    await (await review()).getByText('src/cart.js changed after this proposal.').waitFor();
    await (await review()).getByRole('button', { name: 'Open Merge Editor' }).click();
    const result = workbench.page.locator('.merge-editor .code-view.result .view-lines');
    await result.locator('.view-line', { hasText: 'isEmpty' }).waitFor();
    await workbench.screenshot('merge-dark');
    await result.click();
    await workbench.page.keyboard.press('Control+a');
    await workbench.page.keyboard.insertText(CART.replace('  debugger;\r\n', '  // nothing to keep\r\n'));
    await workbench.page.keyboard.press('Control+s');
    await (await review()).getByText('changed after this proposal.').waitFor({ state: 'detached' });
    assert.equal(session.read('src/cart.js'), CART.replace('  debugger;', '  debugger; // keep'));
    await workbench.command('View: Close All Editors');
  });

  it('goes back to the agent; without a model what is named is left out, and the new proposal takes its place', async () => {
    await openReview();
    await (await review()).getByRole('button', { name: 'Ask for Changes…' }).click();
    await workbench.quickInput.locator('.quick-input-title', { hasText: 'No model is set up' }).waitFor();
    await workbench.screenshot('ask-dark');
    await workbench.quickInput.locator('.monaco-list-row', { hasText: 'src/cart.js' }).locator('input, .monaco-checkbox').first().click();
    await workbench.quickInput.locator('.monaco-button', { hasText: 'OK' }).click();
    await workbench.toast('was drafted anew as you asked').waitFor();
    await workbench.toast('was drafted anew as you asked').locator('.monaco-button', { hasText: 'Review' }).click();
    await (await review()).getByText('Drafted anew after you asked for changes.').waitFor();
    await (await review()).locator('.review', { hasText: '1 file, 2 hunks' }).waitFor();
    await workbench.page.locator('.review-widget:visible', { hasText: 'Edited by a person' }).first().waitFor();
    await workbench.screenshot('redrafted-dark');
  });
});
