// Plan files in the editor: problems, completion, hover, and that the core hears of a change on disk.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension, until, workspaceUri } from '#test/host/support/extension.ts';

const FILE = '.cas/migrations/hosted.yaml';
const PLAN = `name: Hosted
kind: feature delivery
phases:
  - { id: build, name: Build }
features:
  - id: form
    name: Form
    phase: build
  - id: session
    name: Session
    phase: build
    dependencies: [form]
`;

function problems(): readonly vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(workspaceUri(FILE)).filter(({ source }) => source === 'cas');
}

async function replaceAll(editor: vscode.TextEditor, text: string): Promise<void> {
  const whole = new vscode.Range(0, 0, editor.document.lineCount, 0);
  assert.ok(await editor.edit((edit) => edit.replace(whole, text)));
}

describe('a plan file', () => {
  let editor: vscode.TextEditor;

  before(async () => {
    await extension().activate();
    await vscode.workspace.fs.writeFile(workspaceUri(FILE), new TextEncoder().encode(PLAN));
    editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(workspaceUri(FILE)), { preview: false });
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.workspace.fs.delete(workspaceUri(FILE));
  });

  it('shows what is wrong while it is written, and nothing once it is mended', async () => {
    await replaceAll(
      editor,
      PLAN.replace('dependencies: [form]', 'dependencies: [from]').replace('kind: feature delivery', 'kind: migraton'),
    );
    const found = await until(() => problems().length === 2 && problems(), 'both problems are shown');
    assert.match(found[1]?.message ?? '', /Did you mean `form`/);
    await replaceAll(editor, PLAN);
    await until(() => problems().length === 0, 'the problems are gone');
  });

  it('completes phases and features, and explains keys', async () => {
    const line = PLAN.split('\n').findIndex((text) => text.includes('dependencies'));
    const at = new vscode.Position(line, '    dependencies: ['.length);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      editor.document.uri,
      at,
    );
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(!labels.includes('session'), labels.join(', '));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      editor.document.uri,
      new vscode.Position(line, 6),
    );
    assert.ok(
      hovers.some(({ contents }) => contents.some((part) => typeof part === 'object' && part.value.includes('must be done first'))),
    );
  });
});
