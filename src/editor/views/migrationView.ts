// The Migration view: how far the move is, and what comes next. Its page draws and speaks to the core.

import { randomBytes, randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { systemClock } from '#base/clock.ts';
import { DisposableStore } from '#base/disposable.ts';
import { DashboardTopicSources } from '#core/pages/dashboardTopics.ts';
import { shellHtml } from '#core/pages/shellHtml.ts';
import type { Editor } from '#editor/editor.ts';
import { dashboardHandlers } from '#editor/panels/dashboardActions.ts';
import { pageTexts } from '#editor/panels/pageTexts.ts';
import { serveWhenLoaded } from '#editor/panels/pageServer.ts';
import { viewPort } from '#editor/panels/panelPort.ts';

const { t } = vscode.l10n;
const VIEW = 'cas.migration';

const methods = ['migrations.list', 'migrations.get', 'migrations.startClock', 'migrations.stopClock'] as const;

function serve({ context, core, log }: Editor, view: vscode.WebviewView): void {
  const resources = new DisposableStore();
  const folder = vscode.Uri.joinPath(context.extensionUri, 'dist', 'webview');
  view.webview.options = { enableScripts: true, localResourceRoots: [folder] };
  const topics = resources.add(new DashboardTopicSources({ core, log }));
  topics.start();
  view.onDidDispose(() => resources.dispose());
  serveWhenLoaded(
    view.webview,
    { resources, log },
    {
      serve: ({ servePage, dashboardActions }) =>
        servePage({
          name: randomUUID(),
          port: viewPort(view, log),
          core,
          methods,
          schemas: dashboardActions,
          actions: dashboardHandlers,
          topic: (name) => topics.get(name),
          clock: systemClock,
          log,
        }),
      html: () =>
        shellHtml({
          page: 'migration',
          asset: (name) => view.webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString(),
          source: view.webview.cspSource,
          nonce: randomBytes(16).toString('base64url'),
          title: t('Migration'),
          locale: vscode.env.language,
          texts: pageTexts(),
          tabs: [],
        }),
    },
  );
}

export function contributeMigrationView(editor: Editor): void {
  editor.own(vscode.window.registerWebviewViewProvider(VIEW, { resolveWebviewView: (view) => serve(editor, view) }));
}
