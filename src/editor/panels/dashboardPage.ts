// The dashboard's page in a panel: its HTML, and the host end that serves it until the panel is closed.

import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { systemClock } from '#base/clock.ts';
import { DisposableStore } from '#base/disposable.ts';
import { DashboardTopicSources } from '#core/pages/dashboardTopics.ts';
import type { Editor } from '#editor/editor.ts';
import { dashboardHandlers } from '#editor/panels/dashboardActions.ts';
import { serveWhenLoaded } from '#editor/panels/pageServer.ts';
import { panelPort } from '#editor/panels/panelPort.ts';
import type { DashboardTab, PageStart } from '#protocol/pages/dashboard.ts';

const { t } = vscode.l10n;

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

export interface DashboardPageOptions {
  readonly title: string;
  /** Where the page begins; absent: where it was left. */
  readonly start?: PageStart;
}

/** Fills the panel. What it opened is released with it. */
export function serveDashboardPage(
  panel: vscode.WebviewPanel,
  { context, core, log }: Pick<Editor, 'context' | 'core' | 'log'>,
  { title, start }: DashboardPageOptions,
): DashboardTopicSources {
  const resources = new DisposableStore();
  panel.onDidDispose(() => resources.dispose());
  const icon = (theme: 'dark' | 'light'): vscode.Uri => vscode.Uri.joinPath(context.extensionUri, 'media', `tab-${theme}.svg`);
  panel.iconPath = { dark: icon('dark'), light: icon('light') };
  const topics = resources.add(new DashboardTopicSources({ core, log }));
  topics.start();
  resources.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('cas.runtime')) topics.raise('parity');
    }),
  );
  serveWhenLoaded(
    panel.webview,
    { resources, context, log },
    {
      serve: ({ servePage, dashboardMethods, dashboardActions }) =>
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
      shell: { title, tabs: start?.alone === true ? [] : Object.values(tabTitles()), ...(start && { start }) },
    },
  );
  return topics;
}
