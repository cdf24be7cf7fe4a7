// What the editor sees and a run may be started by: saved files, and how many problems there are. Told only to a core that is
// open already; whether anything starts is decided there.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';
import type { JsonObject } from '#base/json.ts';

/** Saves and problems this close together are told at once. In ms. */
const QUIET_MS = 500;

export function contributeBusFeed(editor: Editor): void {
  /** False when there is nobody to tell yet. */
  const publish = (type: string, payload: JsonObject): boolean => {
    const { state } = editor.core;
    if (state.kind !== 'ready' || !vscode.workspace.isTrusted) return false;
    state.api
      .call('bus.publish', { type, payload })
      .catch((error: unknown) => editor.log.warn('a message was not published', { type, reason: String(error) }));
    return true;
  };
  const saved = new Set<string>();
  const tellSaved = quietly(editor, () => {
    const paths = Array.from(saved);
    saved.clear();
    publish('workspace.file.saved', { paths });
  });
  editor.own(
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      const path = pathInRoot(uri);
      if (path === null) return;
      saved.add(path);
      tellSaved();
    }),
  );
  let told = '';
  const tellProblems = quietly(editor, () => {
    const counts = countProblems();
    const text = JSON.stringify(counts);
    if (text !== told && publish('workspace.diagnostics.changed', counts)) told = text;
  });
  editor.own(vscode.languages.onDidChangeDiagnostics(tellProblems));
}

/** Calls `run` once it has been quiet; never after the extension has ended. */
function quietly(editor: Editor, run: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  editor.own(new vscode.Disposable(() => clearTimeout(timer)));
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, QUIET_MS);
  };
}

/** Relative to the folder CAS works on, with `/`; null outside it. */
function pathInRoot(uri: vscode.Uri): string | null {
  const root = workspaceRoot();
  if (!root || uri.scheme !== root.scheme || !uri.path.startsWith(`${root.path}/`)) return null;
  return uri.path.slice(root.path.length + 1);
}

function countProblems(): { readonly errors: number; readonly warnings: number } {
  let errors = 0;
  let warnings = 0;
  for (const [uri, problems] of vscode.languages.getDiagnostics()) {
    if (pathInRoot(uri) === null) continue;
    for (const { severity } of problems) {
      if (severity === vscode.DiagnosticSeverity.Error) errors += 1;
      else if (severity === vscode.DiagnosticSeverity.Warning) warnings += 1;
    }
  }
  return { errors, warnings };
}
