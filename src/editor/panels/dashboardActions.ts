// What the dashboard may ask of the editor. Arguments have been checked by their schemas.

import path from 'node:path';
import * as vscode from 'vscode';
import { AppError, toErrorView } from '#base/errors.ts';
import type { ActionHandlers } from '#core/pages/pageHost.ts';
import { plainMessage } from '#editor/plainMessage.ts';
import { saveText } from '#editor/saveText.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';
import type { dashboardActions } from '#protocol/pages/dashboard.ts';

const { t } = vscode.l10n;

/** Inside the folder, whatever the page says. */
function fileUri(relative: string): vscode.Uri {
  const root = workspaceRoot();
  const uri = root && vscode.Uri.joinPath(root, relative);
  const inside = root && uri && uri.path.startsWith(root.path.endsWith('/') ? root.path : `${root.path}/`);
  if (!uri || !inside || path.isAbsolute(relative)) {
    throw new AppError({ code: 'files.outside', message: t('{0} is not in this folder.', relative), details: { path: relative } });
  }
  return uri;
}

export const dashboardHandlers: ActionHandlers<typeof dashboardActions> = {
  async openFile({ path: relative, line = 1 }) {
    const at = new vscode.Position(line - 1, 0);
    try {
      await vscode.window.showTextDocument(fileUri(relative), { selection: new vscode.Range(at, at), preview: true });
    } catch (error) {
      // An agent may have named a file that is not there: said to the person, who pressed a link and waits for nothing.
      void vscode.window.showErrorMessage(plainMessage(toErrorView(error).message));
    }
  },
  async openLink({ url }) {
    await vscode.env.openExternal(vscode.Uri.parse(url, true));
  },
  async command({ id, args = [] }) {
    await vscode.commands.executeCommand(id, ...args);
  },
  saveText: async (request) => (await saveText(request)) !== undefined,
  async copyText({ text }) {
    await vscode.env.clipboard.writeText(text);
  },
};
