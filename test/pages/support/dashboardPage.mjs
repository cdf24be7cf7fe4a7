// The dashboard as a person has it in the editor, without the editor: the built page in a real browser, the real page host,
// a real core on a real repository. One per suite.
//
//   const dashboard = await DashboardPage.start({ theme: 'light-modern' });
//   await dashboard.open('Runs');  dashboard.page …  await dashboard.checkAccessibility();  await dashboard.stop();
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '#base/clock.ts';
import { Emitter } from '#base/emitter.ts';
import { DashboardTopicSources } from '#core/pages/dashboardTopics.ts';
import { servePage } from '#core/pages/pageHost.ts';
import { dashboardActions, dashboardMethods } from '#protocol/pages/dashboard.ts';
import { prepareBrowser, root } from '../../../scripts/vscodeHost.mjs';
import { launchBrowser } from '../../support/browser.mjs';
import { PATIENCE_MS } from '../../support/patience.ts';
import { makeRepository } from '../../support/vscode/repository.mjs';
import { violations } from './accessibility.mjs';
import { CoreHandle, quietLog } from './coreHandle.ts';
import { becomeWebview } from './inPage.mjs';
import { servePages } from './pageServer.mjs';

export const themes = JSON.parse(readFileSync(new URL('themes.json', import.meta.url), 'utf8'));
export const themeNames = Object.keys(themes);

const rethrow = (error) => {
  throw error;
};

export class DashboardPage {
  /** Requests of the page to the editor, in order: `{ action, arg }`. Answers come from `actions`. */
  asked = [];
  visible = true;
  #messages = new Emitter(rethrow);
  #visibility = new Emitter(rethrow);
  #stops = [];
  #outgoing = [];
  #isSending = false;
  #host = null;

  /**
   * @param {{ root?: string, prepare?: (api: object, root: string) => Promise<void>, settings?: object, secrets?: Record<string, string>, trusted?: boolean,
   *   theme?: string, width?: number, height?: number, zoom?: number, reducedMotion?: boolean, screenReader?: boolean,
   *   texts?: Record<string, string>, locale?: string, actions?: object, answers?: object, core?: object,
   *   page?: string, contract?: { methods: string[], schemas: object, topic: (name: string) => object | null }, ready?: string }} options
   *   `root`: a folder to work on, default a small repository of its own; `prepare` fills the workspace before the page is opened;
   *   `zoom`: 2 for 200 %; `actions`: answers to what the page asks of the editor; `answers`: answers instead of the core's, by method; `core`: another core than a real one;
   *   `page`, `contract`, `ready`: a view of the side bar instead of the dashboard, and the selector of what it draws first.
   */
  static async start(options = {}) {
    const dashboard = new DashboardPage();
    try {
      await dashboard.#start(options);
    } catch (error) {
      await dashboard.stop();
      throw error;
    }
    return dashboard;
  }

  async #start(options) {
    const folder = mkdtempSync(path.join(tmpdir(), 'cas-pages-'));
    this.#stops.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    this.root = options.root ?? path.join(folder, 'shop');
    if (!options.root && !options.core) await makeRepository(this.root);
    this.core = options.core ?? new CoreHandle({ ...options, root: this.root });
    this.#stops.push(() => this.core.close());
    if (options.prepare) {
      const api = await this.core.get();
      await options.prepare(api, this.root);
      // What was written into the open workspace runs only after a yes.
      if (options.trusted !== false && !options.core) await approveAll(api);
    }
    this.topics = new DashboardTopicSources({ core: this.core, log: quietLog });
    this.topics.start();
    this.#stops.push(() => this.topics.dispose());
    this.actions = options.actions ?? {};
    this.contract = options.contract ?? { methods: dashboardMethods, schemas: dashboardActions, topic: (name) => this.topics.get(name) };
    this.ready = options.ready ?? '[role=tabpanel]';
    this.serve();
    this.#stops.push(() => this.#host.dispose());
    const server = await servePages(options);
    this.#stops.push(server.stop);
    this.url = server.url;
    this.browser = await launchBrowser({ chromium: prepareBrowser(), home: folder, tmp: folder });
    this.#stops.push(() => this.browser.close());
    await this.#openPage(options);
  }

  async #openPage({ theme = 'dark-modern', width = 1280, height = 800, zoom = 1, reducedMotion = false, screenReader = false }) {
    this.theme = theme;
    const context = await this.browser.newContext({
      viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
      deviceScaleFactor: zoom,
      reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    });
    this.page = await context.newPage();
    this.page.setDefaultTimeout(PATIENCE_MS);
    /** What the page's console and the browser complained about. */
    this.complaints = [];
    this.page.on('pageerror', (error) => this.complaints.push(String(error)));
    this.page.on('console', (message) => message.type() === 'error' && this.complaints.push(message.text()));
    await this.page.exposeFunction('casPost', (text) => this.#messages.fire(JSON.parse(text)));
    this.extraClasses = [screenReader && 'vscode-using-screen-reader', reducedMotion && 'vscode-reduce-motion'].filter(Boolean).join(' ');
    await this.page.addInitScript(becomeWebview, { ...themes[theme], extraClasses: this.extraClasses });
    await this.load();
  }

  /** Starts the host end anew, as when the window was reloaded. */
  serve() {
    this.#host?.dispose();
    const dashboard = this;
    const actions = Object.fromEntries(
      Object.keys(this.contract.schemas).map((action) => [
        action,
        async (arg) => {
          this.asked.push({ action, arg });
          return this.actions[action]?.(arg);
        },
      ]),
    );
    this.#host = servePage({
      name: crypto.randomUUID(),
      port: {
        get visible() {
          return dashboard.visible;
        },
        post: (frame) => this.#post(frame),
        onMessage: this.#messages.event,
        onVisibility: this.#visibility.event,
      },
      core: this.core,
      ...this.contract,
      actions,
      clock: systemClock,
      log: quietLog,
    });
  }

  /** Loads the page, again too, and waits until a tab is drawn. */
  async load() {
    await this.page.goto(this.url);
    await this.page.locator(this.ready).first().waitFor();
  }

  /** As VS Code does with a page that is not kept: it goes away, and its messages with it. */
  async hide() {
    this.visible = false;
    this.#visibility.fire();
    await this.page.goto('about:blank');
  }

  async show() {
    this.visible = true;
    this.#visibility.fire();
    await this.load();
  }

  /** The page stays, but what is posted to it is lost, as with a webview that is covered by another. */
  cover(covered) {
    this.visible = !covered;
    this.#visibility.fire();
  }

  /** Opens a tab by its title, as with the mouse. */
  async open(title) {
    await this.page.getByRole('tab', { name: title }).click();
    await this.page.locator(`[role=tab][aria-selected=true]`, { hasText: title }).waitFor();
  }

  async setTheme(theme) {
    this.theme = theme;
    await this.page.evaluate((dress) => window.casDress(dress), { ...themes[theme], extraClasses: this.extraClasses });
  }

  /** Rejects with what axe-core found in each of the themes, all six by default. */
  async checkAccessibility({ in: names = themeNames, within } = {}) {
    const before = this.theme;
    const found = [];
    for (const name of names) {
      await this.setTheme(name);
      found.push(...(await violations(this.page, within)).map((text) => `${name}: ${text}`));
    }
    await this.setTheme(before);
    if (found.length > 0) throw new Error(`not accessible:\n${found.join('\n')}`);
  }

  /** Names of elements that make the page wider than its window; none may. */
  async widerThanWindow() {
    return this.page.evaluate(() => {
      const limit = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= limit && (document.querySelector('[role=tabpanel]')?.scrollWidth ?? 0) <= limit)
        return [];
      return Array.from(document.querySelectorAll('#root *'))
        .filter((element) => element.getBoundingClientRect().right > limit + 1)
        .map((element) => `${element.tagName.toLowerCase()}.${element.className}`)
        .slice(0, 10);
    });
  }

  /** Rejects when something is wider than a narrow window, or than one at twice the zoom; leaves it narrow. */
  async checkNarrow() {
    for (const [width, height] of [
      [640, 400],
      [320, 900],
    ]) {
      await this.page.setViewportSize({ width, height });
      assert.deepEqual(await this.widerThanWindow(), [], `${width} px`);
    }
  }

  /** Waits until `holds` gives true; `what` is said when it never does. */
  async until(holds, what, timeoutMs = PATIENCE_MS) {
    const giveUpAt = Date.now() + timeoutMs;
    while (!(await holds())) {
      if (Date.now() > giveUpAt) throw new Error(`never: ${what}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  }

  /** Into artifacts/screenshots/pages/, for people to look at. */
  async screenshot(name) {
    const folder = path.join(root, 'artifacts', 'screenshots', 'pages');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }

  async stop() {
    for (const stop of this.#stops.reverse()) await stop();
    this.#stops = [];
  }

  #post(frame) {
    this.#outgoing.push(frame);
    if (!this.#isSending) void this.#send();
  }

  /** In order, and as one message of the browser's protocol when many wait. */
  async #send() {
    this.#isSending = true;
    await Promise.resolve();
    while (this.#outgoing.length > 0) {
      const frames = this.#outgoing.splice(0);
      await this.page.evaluate((received) => window.casReceive?.(received), frames).catch(() => {}); // the page is being loaded or closed: lost, as in the editor
    }
    this.#isSending = false;
  }
}

async function approveAll(api) {
  const files = await api.call('trust.list');
  await api.call(
    'trust.approve',
    files.filter(({ state }) => state !== 'approved').map(({ path: file, hash }) => ({ path: file, hash })),
  );
}
