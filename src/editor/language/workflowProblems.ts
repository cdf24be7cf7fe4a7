// What is wrong with a workflow or agent file, in Problems. The core checks; this only carries positions over.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';
import type { FileProblem, WorkflowCheck } from '#protocol/workflow.ts';

/** Made with the first check, kept for the life of the extension. */
const collections = new WeakMap<Editor, vscode.DiagnosticCollection>();

function collectionOf(editor: Editor): vscode.DiagnosticCollection {
  const known = collections.get(editor);
  if (known) return known;
  const made = editor.own(vscode.languages.createDiagnosticCollection('cas'));
  collections.set(editor, made);
  return made;
}

export function isWorkflowFile({ uri, languageId }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' && languageId === 'yaml' && /\.cas\.ya?ml$/.test(uri.path);
}

export function toDiagnostic(problem: FileProblem): vscode.Diagnostic {
  const range = new vscode.Range(problem.line - 1, problem.column - 1, problem.endLine - 1, problem.endColumn - 1);
  const severity = problem.severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const diagnostic = new vscode.Diagnostic(range, problem.hint ? `${problem.message}\n${problem.hint}` : problem.message, severity);
  diagnostic.source = 'cas';
  diagnostic.code = problem.code;
  return diagnostic;
}

/** Agent files, those of other assistants too. */
export function isAgentFile({ uri, languageId }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' && languageId === 'markdown' && /\/\.(?:cas|claude|github)\/agents\/[^/]+\.md$/.test(uri.path);
}

/** As `publishProblems` does for workflow files. */
export async function publishAgentProblems(editor: Editor, document: vscode.TextDocument): Promise<void> {
  const { version } = document;
  const api = await editor.core.get();
  const problems = await api.call('agents.check', { text: document.getText(), file: document.uri.fsPath });
  if (document.version === version) collectionOf(editor).set(document.uri, problems.map(toDiagnostic));
}

/** Checks the text as it is in the editor. A result for text that has changed meanwhile is thrown away. */
export async function publishProblems(editor: Editor, document: vscode.TextDocument): Promise<WorkflowCheck> {
  const { version } = document;
  const api = await editor.core.get();
  const check = await api.call('workflows.check', { text: document.getText(), file: document.uri.fsPath });
  if (document.version === version) collectionOf(editor).set(document.uri, check.problems.map(toDiagnostic));
  return check;
}

/** Problems of files that are not open, as the list of workflows knows them. */
export function publishListed(editor: Editor): void {
  const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.fsPath));
  for (const { source, file, problems } of editor.model.get('workflows') ?? []) {
    if (source === 'workspace' && !open.has(file)) collectionOf(editor).set(vscode.Uri.file(file), problems.map(toDiagnostic));
  }
}

export function clearProblems(editor: Editor, uri: vscode.Uri): void {
  collectionOf(editor).delete(uri);
}
