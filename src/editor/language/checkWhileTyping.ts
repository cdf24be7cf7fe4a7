// Checks files of one kind as they are opened and typed, and forgets those that are deleted.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';

const DEBOUNCE_MS = 300;

export interface FileKind {
  isOne(document: vscode.TextDocument): boolean;
  /** Publishes what is wrong with the text as it is in the editor. */
  publish(document: vscode.TextDocument): Promise<unknown>;
  /** A file of any kind was deleted. */
  deleted(uri: vscode.Uri): void;
}

export function checkWhileTyping(editor: Editor, kind: FileKind): void {
  const timers = new Map<string, NodeJS.Timeout>();
  const check = (document: vscode.TextDocument, delayMs: number): void => {
    if (!kind.isOne(document)) return;
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    const run = (): void => {
      timers.delete(key);
      kind.publish(document).catch((error: unknown) => editor.log.warn('a file could not be checked', { reason: String(error) }));
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
  editor.own(vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach((uri) => kind.deleted(uri))));
  for (const document of vscode.workspace.textDocuments) check(document, 0);
}
