// A webview as the port of a page.

import type * as vscode from 'vscode';
import type { PagePort } from '#core/pages/ports.ts';
import type { Log } from '#core/ports.ts';

export function panelPort(panel: vscode.WebviewPanel, log: Log): PagePort {
  return {
    get visible() {
      return panel.visible;
    },
    post(frame) {
      panel.webview.postMessage(frame).then(undefined, (error: unknown) => log.error('a message to a page was lost', {}, error));
    },
    onMessage: (listener) => panel.webview.onDidReceiveMessage(listener),
    onVisibility: (listener) => {
      let visible = panel.visible;
      return panel.onDidChangeViewState(() => {
        if (panel.visible === visible) return;
        visible = panel.visible;
        listener();
      });
    },
  };
}
