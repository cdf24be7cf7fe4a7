// Asks where to save a text, and writes it there.

import path from 'node:path';
import * as vscode from 'vscode';
import { workspaceRoot } from '#editor/workspaceRoot.ts';

/** Where it was written; undefined when the person changed their mind. */
export async function saveText({ name, text }: { readonly name: string; readonly text: string }): Promise<vscode.Uri | undefined> {
  const folder = workspaceRoot() ?? vscode.Uri.file('/');
  const uri = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder, path.basename(name)),
    saveLabel: vscode.l10n.t('Export'),
  });
  if (!uri) return undefined;
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}
