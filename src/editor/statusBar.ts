// One status bar item: `CAS: 1 running, 1 waiting for you`. It appears with the first reading of the runs.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';
import { countRuns } from '#editor/views/runNodes.ts';

const { t } = vscode.l10n;

export function contributeStatusBar(editor: Editor): void {
  let item: vscode.StatusBarItem | null = null;
  const draw = (): void => {
    const runs = editor.model.get('runs');
    if (!runs) return;
    if (!item) {
      item = editor.own(vscode.window.createStatusBarItem('cas.status', vscode.StatusBarAlignment.Left, 1));
      item.name = 'CAS';
      item.show();
    }
    const { running, paused, waiting } = countRuns(runs);
    const parts = [
      running > 0 && t('{0} running', running),
      paused > 0 && t('{0} paused', paused),
      waiting > 0 && t('{0} waiting for you', waiting),
    ];
    const words = parts.filter(Boolean).join(', ');
    const glyph = waiting > 0 ? '$(person)' : running > 0 ? '$(sync~spin)' : '$(type-hierarchy)';
    item.text = words ? `${glyph} CAS: ${words}` : `${glyph} CAS`;
    item.tooltip = waiting > 0 ? t('Go to Next Decision') : t('Show CAS runs');
    item.command = waiting > 0 ? 'cas.decision.next' : 'cas.runs.focus';
    if (waiting > 0) item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
    else item.backgroundColor = undefined;
    item.accessibilityInformation = { label: words ? `CAS: ${words}` : 'CAS' };
  };
  editor.own(editor.model.onDidChange(draw));
  editor.own(
    editor.core.onDidChangeState((state) => {
      if (state.kind === 'ready') editor.model.want('runs');
    }),
  );
}
