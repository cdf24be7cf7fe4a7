// A window with the packaged extension on a fresh repository, for the length of one suite.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startBrowser, startHost } from './host.mjs';
import { makeRepository } from './repository.mjs';
import { Workbench } from './workbench.mjs';

export class Session {
  /** @param {{ settings?: object, trust?: boolean, files?: Record<string, string> }} options as for `startHost`; `files`: added to the repository, not committed */
  static async start(options = {}) {
    const session = new Session();
    session.folder = mkdtempSync(path.join(tmpdir(), 'cas-e2e-'));
    session.workspace = path.join(session.folder, 'shop');
    await makeRepository(session.workspace);
    for (const [name, text] of Object.entries(options.files ?? {})) session.write(name, text);
    try {
      session.settings = { 'workbench.colorTheme': 'Dark Modern', ...options.settings };
      session.host = await startHost({
        ...options,
        settings: session.settings,
        workspace: session.workspace,
        vsix: process.env.CAS_VSIX,
      });
      session.browser = await startBrowser(session.host);
      session.workbench = await Workbench.open(session.browser, session.host);
    } catch (error) {
      await session.stop();
      throw error;
    }
    return session;
  }

  /** Text of a file of the workspace, byte for byte; null when it is not there. */
  read(name) {
    const file = path.join(this.workspace, name);
    return existsSync(file) ? readFileSync(file, 'latin1') : null;
  }

  write(name, text) {
    const file = path.join(this.workspace, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Kept when a test failed, so that a person can look at it. */
  async keepPicture(test) {
    if (test?.state === 'failed') await this.workbench?.screenshot(`failed ${test.title}`.replaceAll(/[^a-z0-9]+/gi, '-'));
  }

  async stop() {
    await this.browser?.close();
    await this.host?.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
