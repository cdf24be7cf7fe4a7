// What agents' tools get of a real window: its language services, and files that act only once they are approved.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { BLANK } from '#editor/commands/newWorkflow.ts';
import { createCodeIntelligence } from '#editor/codeIntelligence.ts';
import { extension, until, workspaceUri } from '#test/host/support/extension.ts';

const { signal } = new AbortController();

describe('the editor’s knowledge of code', () => {
  const owned: vscode.Disposable[] = [];
  const uri = workspaceUri('demo.casdemo');
  before(async () => {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('one two\nthree two\n'));
  });
  afterEach(() => owned.splice(0).forEach((one) => one.dispose()));
  after(() => vscode.workspace.fs.delete(uri));
  const code = () => createCodeIntelligence(workspaceUri('.'));
  const selector = { pattern: '**/*.casdemo' };
  const at = (line: number, from: number, to: number) => new vscode.Location(uri, new vscode.Range(line, from, line, to));

  it('comes from its providers, with places as people count them', async () => {
    const whole = new vscode.Range(0, 0, 1, 9);
    const symbol = new vscode.DocumentSymbol('two', '', vscode.SymbolKind.Function, whole, new vscode.Range(0, 4, 0, 7));
    symbol.children.push(
      new vscode.DocumentSymbol('three', '', vscode.SymbolKind.Variable, new vscode.Range(1, 0, 1, 5), new vscode.Range(1, 0, 1, 5)),
    );
    owned.push(
      vscode.languages.registerDocumentSymbolProvider(selector, { provideDocumentSymbols: () => [symbol] }),
      vscode.languages.registerDefinitionProvider(selector, { provideDefinition: () => [at(0, 4, 7)] }),
      vscode.languages.registerReferenceProvider(selector, { provideReferences: () => [at(0, 4, 7), at(1, 6, 9)] }),
      vscode.languages.registerCodeActionsProvider(selector, { provideCodeActions: () => [new vscode.CodeAction('Rename two')] }),
    );
    const place = { path: 'demo.casdemo', line: 2, column: 7, name: 'two', signal };
    assert.deepEqual(await code().symbols({ path: 'demo.casdemo', signal }), [
      { name: 'two', kind: 'function', path: 'demo.casdemo', line: 1, column: 5, endLine: 2, container: null },
      { name: 'three', kind: 'variable', path: 'demo.casdemo', line: 2, column: 1, endLine: 2, container: 'two' },
    ]);
    assert.deepEqual(await code().definitions(place), [{ path: 'demo.casdemo', line: 1, column: 5 }]);
    assert.deepEqual(
      (await code().references(place))?.map(({ line }) => line),
      [1, 2],
    );
    assert.ok((await code().actions({ path: 'demo.casdemo', line: 1, signal }))?.includes('Rename two'));
  });

  it('has diagnostics with their source, and says nothing where it knows nothing', async () => {
    assert.equal(await code().diagnostics({ path: 'demo.casdemo', signal }), null);
    const collection = vscode.languages.createDiagnosticCollection('demo');
    owned.push(collection);
    const problem = new vscode.Diagnostic(new vscode.Range(1, 0, 1, 5), 'Not three', vscode.DiagnosticSeverity.Warning);
    problem.source = 'demo';
    collection.set(uri, [problem]);
    assert.deepEqual(await code().diagnostics({ path: 'demo.casdemo', signal }), [
      { path: 'demo.casdemo', line: 2, column: 1, severity: 'warning', message: 'Not three', source: 'demo' },
    ]);
    assert.equal(await code().definitions({ path: 'demo.casdemo', line: 1, column: 1, name: 'one', signal }), null);
  });

  it('gives up on a service that does not answer when the step is stopped', async () => {
    owned.push(vscode.languages.registerDefinitionProvider(selector, { provideDefinition: () => new Promise<never>(() => {}) }));
    const stop = new AbortController();
    const asked = code().definitions({ path: 'demo.casdemo', line: 1, column: 1, name: 'one', signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    await assert.rejects(asked, { name: 'AbortError' });
  });
});

describe('a file that acts', () => {
  const name = '.cas/workflows/pulled.cas.yaml';
  const text = BLANK.replace(/^name: .*$/m, 'name: pulled');
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(workspaceUri(name));
  });

  it('is not used before it is approved, and a save by hand approves it', async () => {
    const { core } = await extension().activate();
    const api = await core.get();
    const problems = async (): Promise<readonly string[]> => {
      const found = (await api.call('workflows.list')).find((one) => one.name === 'pulled');
      return (found?.problems ?? []).map(({ code }) => code);
    };
    await vscode.workspace.fs.writeFile(workspaceUri(name), new TextEncoder().encode(text));
    assert.deepEqual(await problems(), ['workflow.unapproved']);
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(workspaceUri(name)), { preview: false });
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# mine now\n'));
    await vscode.commands.executeCommand('workbench.action.files.save');
    await until(async () => (await problems()).length === 0, 'what was saved by hand is approved');
  });
});
