// Runs in tabs of their own, beside what one works on: the dashboard's page, showing one run and nothing else. One tab a run.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';
import { serveDashboardPage } from '#editor/panels/dashboardPage.ts';

const { t } = vscode.l10n;

const VIEW_TYPE = 'cas.run';

export class RunPanels {
  readonly #editor: Pick<Editor, 'context' | 'core' | 'log'>;
  readonly #open = new Map<string, vscode.WebviewPanel>();

  constructor(editor: Pick<Editor, 'context' | 'core' | 'log'>) {
    this.#editor = editor;
  }

  /** Opens it beside the active editor, or reveals the tab it has. */
  async show(runId: string): Promise<void> {
    if (this.#reveal(runId)) return;
    const { title } = await (await this.#editor.core.get()).call('runs.get', runId);
    // It may have been opened twice at once.
    if (this.#reveal(runId)) return;
    this.#adopt(vscode.window.createWebviewPanel(VIEW_TYPE, title, vscode.ViewColumn.Beside), runId);
  }

  /** After a reload of the window, when its page said which run it is of. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const item = (state as { readonly place?: { readonly item?: unknown } } | null)?.place?.item;
    if (typeof item === 'string' && !this.#open.has(item)) this.#adopt(panel, item);
    else panel.dispose();
  }

  #reveal(runId: string): boolean {
    this.#open.get(runId)?.reveal();
    return this.#open.has(runId);
  }

  #adopt(panel: vscode.WebviewPanel, runId: string): void {
    this.#open.set(runId, panel);
    panel.onDidDispose(() => this.#open.delete(runId));
    serveDashboardPage(panel, this.#editor, { title: panel.title || t('Run'), start: { tab: 'runs', item: runId, alone: true } });
  }
}

export function contributeRunPanels(editor: Editor): void {
  editor.own(
    vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (panel, state: unknown) => editor.runPanels.restore(panel, state),
    }),
  );
}
