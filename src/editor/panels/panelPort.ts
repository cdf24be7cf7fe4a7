// A webview as the port of a page.

import type * as vscode from 'vscode';
import type { PagePort } from '#core/pages/ports.ts';
import type { Log } from '#core/ports.ts';

export function panelPort(panel: vscode.WebviewPanel, log: Log): PagePort {
  return webviewPort(panel, (listener) => panel.onDidChangeViewState(listener), log);
}

/** Of a view in the side bar. */
export function viewPort(view: vscode.WebviewView, log: Log): PagePort {
  return webviewPort(view, (listener) => view.onDidChangeVisibility(listener), log);
}

function webviewPort(
  panel: { readonly visible: boolean; readonly webview: vscode.Webview },
  onChange: (listener: () => void) => vscode.Disposable,
  log: Log,
): PagePort {
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
      return onChange(() => {
        if (panel.visible === visible) return;
        visible = panel.visible;
        listener();
      });
    },
  };
}
