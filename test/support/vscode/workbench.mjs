// The workbench as a person uses it: palette, quick picks, trees, notifications. Waits on what is seen, never on time.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../../scripts/vscodeHost.mjs';
import { PATIENCE_MS, RUN_PATIENCE_MS } from '../patience.ts';
import { workbenchUrl } from './host.mjs';

/** A click that brought nothing by then is made again; later with each time, since the machine may be slow. */
const AGAIN_MS = 4_000;
const TRIES = 6;

export class Workbench {
  constructor(page) {
    this.page = page;
  }

  /** Opens the host's folder in a new window of the browser. */
  static async open(browser, host, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, colorScheme: options.colorScheme ?? 'dark' });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(workbenchUrl(host));
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    return new Workbench(page);
  }

  get quickInput() {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** Tries until it succeeds; `attempt` gets how long to wait each time. What a failed attempt left open is closed with `before`. */
  async #again(attempt, before = () => this.page.keyboard.press('Escape')) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt({ timeout: tries * AGAIN_MS });
      } catch (error) {
        if (tries === TRIES) throw error;
        await before();
      }
    }
  }

  /**
   * Opens the palette on a text and waits for a row. Opened again when the box of the command before was still closing,
   * or when a command became enabled only after the palette had made its list.
   */
  #openPalette(text, row) {
    return this.#again(async (limit) => {
      await this.page.keyboard.press('F1');
      await this.quickInput.locator('input.input').fill(`>${text}`, limit);
      await row.waitFor(limit);
    });
  }

  /** Runs a command from the palette by its full title, such as `CAS: Run Workflow…`. */
  command(title) {
    const row = this.quickInput.locator('.monaco-list-row', { hasText: title }).first();
    return this.#again(async (limit) => {
      await this.#openPalette(title, row);
      await row.click(limit);
    });
  }

  /** Runs a command and picks from the boxes it opens. A box goes when an editor that was still opening takes the focus: then anew. */
  choose(title, ...texts) {
    return this.#again(async (limit) => {
      await this.command(title);
      for (const text of texts) await this.pick(text, limit);
    });
  }

  /** Titles the palette offers for a text. */
  async palette(text) {
    await this.#openPalette(text, this.quickInput.locator('.monaco-list-row').first());
    const rows = await this.quickInput.locator('.monaco-list-row .label-name').allInnerTexts();
    await this.page.keyboard.press('Escape');
    await this.quickInput.waitFor({ state: 'hidden' });
    return rows;
  }

  async pick(text, limit = {}) {
    await this.quickInput.locator('.monaco-list-row', { hasText: text }).first().click(limit);
  }

  startCodeReview() {
    return this.choose('CAS: Run Workflow…', 'code-review', 'Run with defaults');
  }

  /** Opens the container, reviews, and waits for the end of it and a proposal with this title. */
  async reviewCode(proposal) {
    await this.showContainer('CAS');
    await this.row('Workflows', 'code-review').waitFor();
    await this.startCodeReview();
    await this.row('Proposals', proposal).first().waitFor({ timeout: RUN_PATIENCE_MS });
    await this.statusBar(/CAS: 1 running/).waitFor({ state: 'detached', timeout: RUN_PATIENCE_MS });
  }

  /**
   * Types into the open input box and confirms, until the box is gone or asks for something else. One that is still being set up
   * may empty what was typed: then again.
   */
  async answer(text) {
    const input = this.quickInput.locator('input.input');
    await this.until(async () => {
      await input.fill(text);
      await this.page.waitForTimeout(150);
      return (await input.inputValue()) === text;
    }, 'the box holds what was typed');
    await input.press('Enter');
    const left = () => input.inputValue({ timeout: 500 }).catch(() => null); // the box is gone
    await this.until(async () => (await left()) !== text, 'the box took the answer');
  }

  async showContainer(name) {
    const icon = this.page.locator(`.activitybar [role="tab"][aria-label^="${name}"], .activitybar [aria-label^="${name}"]`).first();
    await this.clickUntil(icon, this.page.locator('.part.sidebar:visible > .title', { hasText: name }));
  }

  /**
   * Clicks until `outcome` is seen, and returns it: a row that is drawn anew under the pointer swallows a click, and an editor may
   * open without its threads. Only for what may be clicked twice; `before` is done before each further click.
   */
  async clickUntil(target, outcome, before = async () => {}) {
    await this.#again(async (limit) => {
      await target.click();
      await outcome.waitFor(limit);
    }, before);
    return outcome;
  }

  /** Opens a proposal, or a file of it, by its row; the thread in its diff that says `text`. */
  openThread(row, text) {
    const thread = this.page.locator('.review-widget:visible', { hasText: text }).first();
    return this.clickUntil(row, thread, () => this.command('View: Close All Editors'));
  }

  /** The rows of one view of the side bar, as locators. `view` is its title. */
  rows(view) {
    const title = this.page.locator('.pane-header .title', { hasText: new RegExp(`^${view}$`) });
    return this.page.locator('.part.sidebar .pane', { has: title }).locator('[role="treeitem"]');
  }

  row(view, text) {
    return this.rows(view).filter({ hasText: text });
  }

  /** The row of exactly this label, without its description. */
  item(view, label) {
    return this.rows(view).filter({ has: this.page.locator('.label-name', { hasText: new RegExp(`^${label}$`) }) });
  }

  async texts(view) {
    return this.rows(view).allInnerTexts();
  }

  /** Changes the window's colours; `marker` is the class the workbench gets: `vs` or `vs-dark`. */
  async setTheme(name, marker) {
    await this.#again(async (limit) => {
      await this.command('Preferences: Color Theme');
      await this.quickInput.locator('input.input').fill(name, limit);
      await this.pick(name, limit);
      await this.page.locator(`.monaco-workbench.${marker}`).first().waitFor(limit);
    });
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** The document of the webview that has `selector` in it, as a frame. */
  async webview(selector) {
    let found;
    await this.until(async () => {
      for (const frame of this.page.frames()) {
        const count = frame.isDetached()
          ? 0
          : await frame
              .locator(selector)
              .count()
              .catch(() => 0); // it went away meanwhile
        if (count > 0 && frame !== this.page.mainFrame()) found = frame;
      }
      return found !== undefined;
    }, `a webview with ${selector}`);
    return found;
  }

  /** Clicks the button of a modal question when there is one, until `done`. */
  async confirm(button, done) {
    const answer = this.page.locator('.monaco-dialog-box .monaco-button', { hasText: button });
    await this.until(async () => {
      // It may go while it is clicked; whether that was all is asked below.
      if (await answer.isVisible()) await answer.click({ timeout: AGAIN_MS }).catch(() => {});
      return done();
    }, `${button}, and what it does`);
  }

  toast(text) {
    return this.page.locator('.notification-toast', { hasText: text });
  }

  statusBar(text) {
    return this.page.locator('.part.statusbar .statusbar-item', { hasText: text });
  }

  /** Gives the focus to the editor in front; of a diff that is the right side. */
  async focusEditor() {
    await this.command('View: Focus Active Editor Group');
    await this.page.locator('.editor-group-container.active .monaco-editor.focused').first().waitFor();
  }

  /** Moves the cursor of the editor that has the focus. */
  async goToLine(line) {
    await this.page.keyboard.press('Control+g');
    await this.answer(`:${line}`);
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** For what is not on the page, such as a file on disk. */
  async until(ask, what, limitMs = PATIENCE_MS) {
    const end = Date.now() + limitMs;
    while (!(await ask())) {
      if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
      await this.page.waitForTimeout(50);
    }
  }

  async screenshot(name) {
    const folder = path.join(root, 'artifacts', 'screenshots');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }

  async close() {
    await this.page.context().close();
  }
}
