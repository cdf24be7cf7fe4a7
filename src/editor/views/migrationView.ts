// The Migration view: how far the move is, and what comes next. Its page draws and speaks to the core.

import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { systemClock } from '#base/clock.ts';
import { DisposableStore } from '#base/disposable.ts';
import { DashboardTopicSources } from '#core/pages/dashboardTopics.ts';
import type { Editor } from '#editor/editor.ts';
import { dashboardHandlers } from '#editor/panels/dashboardActions.ts';
import { serveWhenLoaded } from '#editor/panels/pageServer.ts';
import { viewPort } from '#editor/panels/panelPort.ts';

const { t } = vscode.l10n;
const VIEW = 'cas.migration';

const methods = ['migrations.list', 'migrations.get', 'migrations.startClock', 'migrations.stopClock'] as const;

function serve({ context, core, log }: Editor, view: vscode.WebviewView): void {
  const resources = new DisposableStore();
  const topics = resources.add(new DashboardTopicSources({ core, log }));
  topics.start();
  view.onDidDispose(() => resources.dispose());
  serveWhenLoaded(
    view.webview,
    { resources, context, log },
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
      shell: { page: 'migration', title: t('Migration'), tabs: [] },
    },
  );
}

export function contributeMigrationView(editor: Editor): void {
  editor.own(vscode.window.registerWebviewViewProvider(VIEW, { resolveWebviewView: (view) => serve(editor, view) }));
}
