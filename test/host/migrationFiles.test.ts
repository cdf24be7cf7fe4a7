// Plan files in the editor: problems, completion, hover, and that the core hears of a change on disk.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { answering } from '#test/host/support/answers.ts';
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

describe('a plan from the palette', () => {
  const made: string[] = [];
  const written = async (name: string): Promise<string> => {
    made.push(name);
    return Buffer.from(await vscode.workspace.fs.readFile(workspaceUri(`.cas/migrations/${name}.yaml`))).toString();
  };
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const name of made.splice(0)) await vscode.workspace.fs.delete(workspaceUri(`.cas/migrations/${name}.yaml`));
  });

  it('is an audit of this folder for a migration, with its phases', async () => {
    const answers = [{ type: 'Express' }, { type: 'Fastify' }, { type: 'express-to-fastify' }];
    await answering(answers, () => vscode.commands.executeCommand('cas.migration.newMigration'));
    const text = await written('express-to-fastify');
    assert.match(text, /^name: .*Express to Fastify/m);
    const { core } = await extension().activate();
    const { figures, problems } = await (await core.get()).call('migrations.get', 'express-to-fastify');
    assert.deepEqual(problems, []);
    assert.ok(figures && figures.phases.length >= 5 && figures.features.length > 0);
  });

  it('is a copy of the one that comes with CAS, which can be changed', async () => {
    const answers = [{ pick: 'Custom to LangGraph' }, { type: 'Ours' }, { type: 'ours' }];
    await answering(answers, () => vscode.commands.executeCommand('cas.migration.copy'));
    assert.match(await written('ours'), /^name: "?Ours"?$/m);
    const { core } = await extension().activate();
    assert.equal((await (await core.get()).call('migrations.get', 'ours')).readOnly, null);
  });

  it('is the pieces of a feature', async () => {
    const answers = [{ type: 'Log in with a key' }, { type: 'Form, session' }, { type: 'log-in' }];
    await answering(answers, () => vscode.commands.executeCommand('cas.migration.newDelivery'));
    const text = await written('log-in');
    assert.match(text, /name: Form[\s\S]*name: session/);
  });
});
