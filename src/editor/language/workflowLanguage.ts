// Workflow files while they are written: problems as they arise, completion and hover.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';
import { contributeCompletion } from '#editor/language/completion.ts';
import { clearProblems, isWorkflowFile, publishListed, publishProblems } from '#editor/language/workflowProblems.ts';

const DEBOUNCE_MS = 300;

function checkWhileTyping(editor: Editor): void {
  const timers = new Map<string, NodeJS.Timeout>();
  const check = (document: vscode.TextDocument, delayMs: number): void => {
    if (!isWorkflowFile(document)) return;
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    const run = (): void => {
      timers.delete(key);
      publishProblems(editor, document).catch((error: unknown) =>
        editor.log.warn('a workflow file could not be checked', { reason: String(error) }),
      );
    };
    timers.set(key, setTimeout(run, delayMs));
  };
  editor.own({
    dispose: () => {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  });
  editor.own(vscode.workspace.onDidOpenTextDocument((document) => check(document, 0)));
  editor.own(vscode.workspace.onDidChangeTextDocument(({ document }) => check(document, DEBOUNCE_MS)));
  editor.own(
    vscode.workspace.onDidDeleteFiles(({ files }) => {
      for (const uri of files) if (/\.cas\.ya?ml$/.test(uri.path)) clearProblems(editor, uri);
    }),
  );
  for (const document of vscode.workspace.textDocuments) check(document, 0);
}

export function contributeLanguage(editor: Editor): void {
  checkWhileTyping(editor);
  contributeCompletion(editor);
  editor.own(
    editor.model.onDidChange((lists) => {
      if (lists.has('workflows')) publishListed(editor);
    }),
  );
}
