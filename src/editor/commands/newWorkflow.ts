// Writes a new workflow file from a template: an empty one, or a copy of one that comes with CAS.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';
import { approveOwn } from '#editor/trustFiles.ts';
import { fileExists } from '#editor/fileExists.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';

const { t } = vscode.l10n;
const NAME = /^[a-z][a-z0-9-]*$/;

export const BLANK = `name: new-workflow
version: 0.1.0
description: Says what this workflow is for.
steps:
  - key: debt
    name: Find notes that were left behind
    agent: quality
    action: debt.scan
  - key: report
    name: Write the report
    agent: writer
    action: report.write
    dependsOn: [debt]
`;

async function pickTemplate(editor: Editor): Promise<string | null> {
  const api = await editor.core.get();
  const workflows = (await api.call('workflows.list')).filter(({ source }) => source === 'built-in');
  const blank = { label: t('Blank'), detail: t('Two steps to start from'), file: null };
  const copies = workflows.map(({ name, description, file }) => ({ label: name, detail: description, file }));
  const picked = await vscode.window.showQuickPick([blank, ...copies], { placeHolder: t('Start from'), matchOnDetail: true });
  if (!picked) return null;
  if (!picked.file) return BLANK;
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.file(picked.file)));
}

/** Puts the new name in place of the template's; everything else stays as it is written. */
export function renamed(template: string, name: string): string {
  return template.replace(/^name:.*$/m, `name: ${name}`);
}

/** The new file, opened; null when the person stopped. An existing file is never replaced. */
export async function createWorkflow(editor: Editor): Promise<vscode.Uri | null> {
  const root = workspaceRoot();
  const template = await pickTemplate(editor);
  if (!root || template === null) return null;
  const fileFor = (name: string): vscode.Uri => vscode.Uri.joinPath(root, '.cas', 'workflows', `${name}.cas.yaml`);
  const name = await vscode.window.showInputBox({
    prompt: t('Name of the workflow'),
    placeHolder: 'nightly-review',
    validateInput: async (typed) => {
      if (!NAME.test(typed)) return t('Use lower-case letters, digits and dashes; start with a letter.');
      return (await fileExists(fileFor(typed))) ? t('There is a workflow of this name.') : null;
    },
  });
  if (name === undefined) return null;
  const uri = fileFor(name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(renamed(template, name)));
  await approveOwn(editor, uri);
  await vscode.window.showTextDocument(uri, { preview: false });
  return uri;
}
