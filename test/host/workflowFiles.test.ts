// Workflow files in the editor: problems, completion, hover, and the template of a new one.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { BLANK } from '#editor/commands/newWorkflow.ts';
import { extension, until, workspaceUri } from '#test/host/support/extension.ts';

/** A new name each time: the editor keeps the text of a closed document for a while. */
let count = 0;
let file = '';

async function openText(text: string): Promise<vscode.TextEditor> {
  count += 1;
  file = `.cas/workflows/mine${count}.cas.yaml`;
  const uri = workspaceUri(file);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
}

async function replaceAll(editor: vscode.TextEditor, text: string): Promise<void> {
  const whole = new vscode.Range(0, 0, editor.document.lineCount, 0);
  assert.ok(await editor.edit((edit) => edit.replace(whole, text)));
}

function problems(): readonly vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(workspaceUri(file)).filter(({ source }) => source === 'cas');
}

describe('a workflow file', () => {
  before(async () => {
    await extension().activate();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.workspace.fs.delete(workspaceUri(file));
  });

  it('is valid as the blank template makes it', async () => {
    await openText(BLANK);
    assert.equal(await vscode.commands.executeCommand('cas.workflow.validate', workspaceUri(file)), true);
    assert.deepEqual(problems(), []);
  });

  it('shows what is wrong while it is written, and nothing once it is mended', async () => {
    const editor = await openText(BLANK);
    await replaceAll(editor, BLANK.replace('dependsOn: [debt]', 'dependsOn: [dept]'));
    const [problem] = await until(() => problems().length > 0 && problems(), 'a problem is shown');
    assert.ok(problem);
    assert.equal(editor.document.getText(problem.range).includes('dept'), true);
    assert.match(problem.message, /debt/);
    await replaceAll(editor, BLANK);
    await until(() => problems().length === 0, 'the problem is gone');
  });

  it('shows every problem of a broken file at once', async () => {
    await openText('name: Bad Name\nversion: 1\nsteps:\n  - key: a\n    agent: nobody\n    action: nothing.here\n    surprise: 1\n');
    await until(() => problems().length >= 3, 'three problems');
    assert.equal(await vscode.commands.executeCommand('cas.workflow.validate', workspaceUri(file)), false);
  });

  it('completes agents and explains keys', async () => {
    const editor = await openText(BLANK);
    const line = BLANK.split('\n').findIndex((text) => text.includes('agent: quality'));
    const at = new vscode.Position(line, '    agent: '.length);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      editor.document.uri,
      at,
    );
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(labels.includes('security'), labels.join(', '));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      editor.document.uri,
      new vscode.Position(line, 6),
    );
    assert.ok(hovers.some(({ contents }) => contents.some((part) => typeof part === 'object' && part.value.length > 10)));
  });
});

describe('an agent file', () => {
  it('shows what is wrong while it is written', async () => {
    await extension().activate();
    const uri = workspaceUri('.cas', 'agents', 'wrong.md');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('---\nid: wrong\nname: Wrong\n---\nYou are wrong.\n'));
    await vscode.window.showTextDocument(uri);
    const problems = await until(() => {
      const found = vscode.languages.getDiagnostics(uri);
      return found.length > 0 && found;
    }, 'problems of the agent file');
    assert.ok(
      problems.some(({ source, message }) => source === 'cas' && message.includes('role')),
      problems.map(({ message }) => message).join('; '),
    );
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await vscode.workspace.fs.delete(uri);
  });

  it('completes what an agent may wish of its model', async () => {
    await extension().activate();
    const uri = workspaceUri('.cas', 'agents', 'wishes.md');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('---\nmodels: { reasoning: \n---\nYou wish.\n'));
    await vscode.window.showTextDocument(uri);
    const at = new vscode.Position(1, 'models: { reasoning: '.length);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', uri, at);
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(
      ['low', 'medium', 'high'].every((word) => labels.includes(word)),
      labels.join(', '),
    );
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await vscode.workspace.fs.delete(uri);
  });
});
