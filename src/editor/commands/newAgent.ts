// New Agent…: writes an agent file that is right as it is, and opens it to be made one's own.

import * as vscode from 'vscode';
import { isAppError } from '#base/errors.ts';
import type { Editor } from '#editor/editor.ts';
import { approveOwn } from '#editor/trustFiles.ts';
import { fileExists } from '#editor/fileExists.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';

const { t } = vscode.l10n;

/** The new file, opened; null when the person stopped. An existing file is never replaced. */
export async function createAgent(editor: Editor): Promise<vscode.Uri | null> {
  const root = workspaceRoot();
  if (!root) return null;
  const api = await editor.core.get();
  const problemWith = async (name: string): Promise<string | null> => {
    try {
      const { path } = await api.call('agents.template', { name });
      return (await fileExists(vscode.Uri.joinPath(root, path))) ? t('There is an agent of this name.') : null;
    } catch (error) {
      if (isAppError(error)) return error.message;
      throw error;
    }
  };
  const name = await vscode.window.showInputBox({
    prompt: t('Name of the agent'),
    placeHolder: 'API Reviewer',
    validateInput: (typed) => (typed.trim() === '' ? t('A value is needed.') : problemWith(typed)),
  });
  if (name === undefined) return null;
  const { path, text } = await api.call('agents.template', { name });
  const uri = vscode.Uri.joinPath(root, path);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await approveOwn(editor, uri);
  await vscode.window.showTextDocument(uri, { preview: false });
  return uri;
}
