// The dashboard's panel: one ever, kept over reloads of the window. A command for a tab reveals the one that is open.

import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { DashboardTopicSources } from '#core/pages/dashboardTopics.ts';
import type { Editor } from '#editor/editor.ts';
import { serveDashboardPage } from '#editor/panels/dashboardPage.ts';
import type { DashboardPlace } from '#protocol/pages/dashboard.ts';

const { t } = vscode.l10n;

const VIEW_TYPE = 'cas.dashboard';

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
    panel.onDidDispose(() => {
      this.#open = null;
    });
    this.#open = { panel, topics: serveDashboardPage(panel, this.#editor, { title: t('CAS Dashboard') }) };
  }
}

export function contributeDashboard(editor: Editor): void {
  editor.own(
    vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (panel) => editor.dashboard.restore(panel),
    }),
  );
}
