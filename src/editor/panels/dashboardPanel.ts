// The dashboard's panel: one ever, kept over reloads of the window. A command for a tab reveals the one that is open.

import { randomBytes, randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { systemClock } from '#base/clock.ts';
import { DisposableStore } from '#base/disposable.ts';
import { DashboardTopicSources } from '#core/pages/dashboardTopics.ts';
import { servePage } from '#core/pages/pageHost.ts';
import { shellHtml } from '#core/pages/shellHtml.ts';
import type { Editor } from '#editor/editor.ts';
import { dashboardHandlers } from '#editor/panels/dashboardActions.ts';
import { pageTexts } from '#editor/panels/pageTexts.ts';
import { panelPort } from '#editor/panels/panelPort.ts';
import { dashboardActions, dashboardMethods, type DashboardPlace, type DashboardTab } from '#protocol/pages/dashboard.ts';

const { t } = vscode.l10n;

const VIEW_TYPE = 'cas.dashboard';

function tabTitles(): Readonly<Record<DashboardTab, string>> {
  return {
    live: t('Live Status'),
    migration: t('Migration'),
    runs: t('Runs'),
    agents: t('Agents'),
    feedback: t('Feedback'),
    metrics: t('Metrics'),
    audit: t('Audit'),
  };
}

export class DashboardPanels {
  readonly #editor: Pick<Editor, 'context' | 'core' | 'log'>;
  #open: { readonly panel: vscode.WebviewPanel; readonly topics: DashboardTopicSources } | null = null;

  constructor(editor: Pick<Editor, 'context' | 'core' | 'log'>) {
    this.#editor = editor;
  }

  /** Creates it, or reveals the one that is open, wherever it is. Without a place it stays where the person left it. */
  show(place?: DashboardPlace): void {
    if (this.#open === null) this.#adopt(vscode.window.createWebviewPanel(VIEW_TYPE, t('CAS Dashboard'), vscode.ViewColumn.Active));
    else this.#open.panel.reveal();
    if (place) this.#open?.topics.show(place, randomUUID());
  }

  /** After a reload of the window. A second one, which an older window may have left, is closed. */
  restore(panel: vscode.WebviewPanel): void {
    if (this.#open === null) this.#adopt(panel);
    else panel.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { context, core, log } = this.#editor;
    const resources = new DisposableStore();
    const folder = vscode.Uri.joinPath(context.extensionUri, 'dist', 'webview');
    panel.webview.options = { enableScripts: true, localResourceRoots: [folder] };
    const icon = (theme: 'dark' | 'light'): vscode.Uri => vscode.Uri.joinPath(context.extensionUri, 'media', `tab-${theme}.svg`);
    panel.iconPath = { dark: icon('dark'), light: icon('light') };
    const topics = resources.add(new DashboardTopicSources({ core, clock: systemClock, log }));
    topics.start();
    resources.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('cas.runtime')) topics.raise('parity');
      }),
    );
    resources.add(
      servePage({
        name: randomUUID(),
        port: panelPort(panel, log),
        core,
        methods: dashboardMethods,
        schemas: dashboardActions,
        actions: dashboardHandlers,
        topic: (name) => topics.get(name),
        clock: systemClock,
        log,
      }),
    );
    this.#open = { panel, topics };
    panel.onDidDispose(() => {
      this.#open = null;
      resources.dispose();
    });
    panel.webview.html = shellHtml({
      asset: (name) => panel.webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString(),
      source: panel.webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      title: t('CAS Dashboard'),
      locale: vscode.env.language,
      texts: pageTexts(),
      tabs: Object.values(tabTitles()),
    });
  }
}

export function contributeDashboard(editor: Editor): void {
  editor.own(
    vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (panel) => editor.dashboard.restore(panel),
    }),
  );
}
