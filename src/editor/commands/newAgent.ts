// New Agent…: writes an agent file from a template and opens it.

import * as vscode from 'vscode';
import { agentTemplate } from '#editor/commands/agentTemplate.ts';
import type { Editor } from '#editor/editor.ts';
import { fileExists } from '#editor/fileExists.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';

const { t } = vscode.l10n;
const ID = /^[a-z][a-z0-9-]{1,39}$/;

/** The new file, opened; null when the person stopped. An existing file is never replaced. */
export async function createAgent(editor: Editor): Promise<vscode.Uri | null> {
  const root = workspaceRoot();
  if (!root) return null;
  const taken = new Set((await (await editor.core.get()).call('agents.list')).map(({ id }) => id));
  const fileFor = (id: string): vscode.Uri => vscode.Uri.joinPath(root, '.cas', 'agents', `${id}.md`);
  const id = await vscode.window.showInputBox({
    prompt: t('Short name of the agent'),
    placeHolder: 'api-reviewer',
    validateInput: async (typed) => {
      if (!ID.test(typed)) return t('Use lower-case letters, digits and dashes; start with a letter.');
      return taken.has(typed) || (await fileExists(fileFor(typed))) ? t('There is an agent of this name.') : null;
    },
  });
  if (id === undefined) return null;
  const role = await vscode.window.showInputBox({
    prompt: t('What it does, in one sentence'),
    placeHolder: t('Looks at the public API for changes that break its callers.'),
    validateInput: (typed) => (typed.trim() === '' ? t('A value is needed.') : typed.length > 200 ? t('At most 200 characters.') : null),
  });
  if (role === undefined) return null;
  const uri = fileFor(id);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(agentTemplate(id, role.trim())));
  await vscode.window.showTextDocument(uri, { preview: false });
  return uri;
}
