// Plan files (`.cas/migrations/*.yaml`) while they are written: problems as they arise, completion and hover. Tells the core when
// they change on disk, whoever changed them.

import * as vscode from 'vscode';
import type { Completion } from '#core/migration/complete.ts';
import type { Editor } from '#editor/editor.ts';
import { checkWhileTyping } from '#editor/language/checkWhileTyping.ts';
import { toDiagnostic } from '#editor/language/workflowProblems.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';

const FILES = '.cas/migrations/*.{yaml,yml}';
const TOLD_MS = 150;

const kinds: { readonly [K in Completion['kind']]: vscode.CompletionItemKind } = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  feature: vscode.CompletionItemKind.Reference,
  phase: vscode.CompletionItemKind.Reference,
};

function isPlanFile({ uri, languageId }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' && languageId === 'yaml' && /\/\.cas\/migrations\/[^/]+\.ya?ml$/.test(uri.path);
}

function rangeOf(document: vscode.TextDocument, place: { readonly start: number; readonly end: number }): vscode.Range {
  return new vscode.Range(document.positionAt(place.start), document.positionAt(place.end));
}

function contributeHelp(editor: Editor): void {
  const selector: vscode.DocumentSelector = { scheme: 'file', language: 'yaml', pattern: `**/${FILES}` };
  const items: vscode.CompletionItemProvider = {
    async provideCompletionItems(document, position) {
      const { completionsAt } = await import('#core/migration/complete.ts');
      return completionsAt(document.getText(), document.offsetAt(position)).map((completion, order) => {
        const item = new vscode.CompletionItem({ label: completion.label, description: completion.kind }, kinds[completion.kind]);
        item.insertText = completion.insert;
        item.range = rangeOf(document, completion);
        item.sortText = String(order).padStart(4, '0');
        if (completion.description) item.documentation = completion.description;
        return item;
      });
    },
  };
  const hovers: vscode.HoverProvider = {
    async provideHover(document, position) {
      const { hoverAt } = await import('#core/migration/complete.ts');
      const hover = hoverAt(document.getText(), document.offsetAt(position));
      return hover && new vscode.Hover(new vscode.MarkdownString(hover.text), rangeOf(document, hover));
    },
  };
  editor.own(vscode.languages.registerCompletionItemProvider(selector, items, ':', ' ', '[', ','));
  editor.own(vscode.languages.registerHoverProvider(selector, hovers));
}

/** Several files at once are told once; a core that was never opened has nobody to tell. */
function tellChanges(editor: Editor): void {
  const root = workspaceRoot();
  if (!root) return;
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    const { state } = editor.core;
    if (state.kind !== 'ready') return;
    state.api
      .call('migrations.touched')
      .catch((error: unknown) => editor.log.warn('a change of a plan was not told', { reason: String(error) }));
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(tell, TOLD_MS);
  };
  const watcher = editor.own(vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(root, FILES)));
  for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) editor.own(event(soon));
  editor.own({ dispose: () => clearTimeout(timer) });
}

export function contributeMigrationFiles(editor: Editor): void {
  const problems = editor.own(vscode.languages.createDiagnosticCollection('cas plans'));
  checkWhileTyping(editor, {
    isOne: isPlanFile,
    /** A result for text that has changed meanwhile is thrown away. */
    async publish(document) {
      const { version } = document;
      const api = await editor.core.get();
      const check = await api.call('migrations.check', { text: document.getText(), file: document.uri.fsPath });
      if (document.version === version) problems.set(document.uri, check.problems.map(toDiagnostic));
    },
    deleted: (uri) => problems.delete(uri),
  });
  contributeHelp(editor);
  tellChanges(editor);
}
