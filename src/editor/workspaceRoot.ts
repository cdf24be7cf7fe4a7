// Which folder of the window CAS works on.

import * as vscode from 'vscode';

/** The folder CAS works on: the first one on disk; null when there is none. */
export function workspaceRoot(): vscode.Uri | null {
  return vscode.workspace.workspaceFolders?.find((folder) => folder.uri.scheme === 'file')?.uri ?? null;
}
