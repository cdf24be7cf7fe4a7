// Reads the variables of the six themes from a webview of the real VS Code into themes.json: run it again for a newer VS Code,
// or when the pages use a variable it does not hold. `CAS_VSIX=artifacts/cas.vsix node test/pages/support/captureThemes.mjs`
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startBrowser, startHost } from '../../support/vscode/host.mjs';
import { Workbench } from '../../support/vscode/workbench.mjs';

const THEMES = {
  'dark-modern': 'Dark Modern',
  'light-modern': 'Light Modern',
  'dark-2026': 'Dark 2026',
  'light-2026': 'Light 2026',
  'hc-dark': 'Dark High Contrast',
  'hc-light': 'Light High Contrast',
};

/** Parts of the window that no page draws. */
const FOREIGN =
  /^--vscode-(activity|agent|ai|breadcrumb|callStack|chat|commandCenter|debug|editor(Bracket|Code|Ghost|Group|Hint|Indent|Inlay|Inline|Light|Link|Minimap|Multi|Overview|Ruler|Sticky|Suggest|Unicode|White)|extension|inline|interactive|listFilter|mcp|merge|minimap|multiDiff|notebook|peek|ports|profile|quickInput|scm|search|statusBar|sticky|surveyed|symbolIcon|terminal|title|trace|tree|walk|welcome)/;

const folder = mkdtempSync(path.join(tmpdir(), 'cas-themes-'));
const host = await startHost({ workspace: folder, vsix: process.env.CAS_VSIX });
const browser = await startBrowser(host);
try {
  const workbench = await Workbench.open(browser, host);
  await workbench.command('CAS: Open Dashboard');
  const html = workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame').locator('html');
  const themes = {};
  for (const [id, name] of Object.entries(THEMES)) {
    await workbench.command('Preferences: Color Theme');
    await workbench.quickInput.locator('input.input').fill(name);
    await workbench.quickInput
      .locator('.monaco-list-row .label-name', { hasText: new RegExp(`^${name}$`) })
      .first()
      .click();
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await workbench.page.waitForTimeout(1_000);
    const seen = await html.evaluate((element) => ({
      variables: Object.fromEntries([...element.style].map((variable) => [variable, element.style.getPropertyValue(variable)])),
      classes: element.querySelector('body').className,
    }));
    const variables = Object.entries(seen.variables).filter(([variable]) => variable.startsWith('--vscode-') && !FOREIGN.test(variable));
    themes[id] = { classes: seen.classes, variables: Object.fromEntries(variables) };
    process.stderr.write(`${id}: ${variables.length} variables\n`);
  }
  writeFileSync(new URL('themes.json', import.meta.url), `${JSON.stringify(themes, null, 1)}\n`);
} finally {
  await browser.close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
}
