// What the editor's language services know of the code, for agents' tools. Reads only; nothing is opened or changed.

import path from 'node:path';
import * as vscode from 'vscode';
import { abortError } from '#base/abort.ts';
import type { CodeIntelligence, CodePlace, CodeProblem, CodeSymbol } from '#core/toolPorts.ts';

const MAX_FOUND = 500;
/** A service that does not answer is one that is not there. In ms. */
const PATIENCE_MS = 10_000;
const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;

/** `root` is the window's folder. Places outside it are given by their absolute path. */
export function createCodeIntelligence(root: vscode.Uri): CodeIntelligence {
  const uriOf = (file: string): vscode.Uri => vscode.Uri.joinPath(root, file);
  const pathOf = (uri: vscode.Uri): string => {
    const relative = path.relative(root.fsPath, uri.fsPath);
    return relative.startsWith('..') || path.isAbsolute(relative) ? uri.fsPath : relative.split(path.sep).join('/');
  };
  const placeOf = (uri: vscode.Uri, range: vscode.Range): CodePlace => {
    return { path: pathOf(uri), line: range.start.line + 1, column: range.start.character + 1 };
  };
  const places =
    (command: string) =>
    async ({ path: file, line, column, signal }: CodePlace & { readonly signal: AbortSignal }): Promise<readonly CodePlace[] | null> => {
      const at = new vscode.Position(line - 1, column - 1);
      const found = await ask<readonly (vscode.Location | vscode.LocationLink)[]>(signal, command, uriOf(file), at);
      // None of it may mean that no service is there for this language: syntax trees can still say something.
      if (found === null || found.length === 0) return null;
      return found
        .slice(0, MAX_FOUND)
        .map((one) => ('targetUri' in one ? placeOf(one.targetUri, one.targetRange) : placeOf(one.uri, one.range)));
    };
  return {
    name: 'the editor',
    async symbols({ path: file, query, signal }) {
      if (file !== undefined) {
        const found = await ask<readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[]>(
          signal,
          'vscode.executeDocumentSymbolProvider',
          uriOf(file),
        );
        return found === null || found.length === 0 ? null : found.flatMap((symbol) => flat(symbol, file, null)).slice(0, MAX_FOUND);
      }
      const found = await ask<readonly vscode.SymbolInformation[]>(signal, 'vscode.executeWorkspaceSymbolProvider', query ?? '');
      const inside = (found ?? []).filter(({ location }) => location.uri.fsPath.startsWith(root.fsPath + path.sep));
      return inside.length === 0
        ? null
        : inside.slice(0, MAX_FOUND).map((symbol) => ofInformation(symbol, placeOf(symbol.location.uri, symbol.location.range)));
    },
    definitions: places('vscode.executeDefinitionProvider'),
    references: places('vscode.executeReferenceProvider'),
    async diagnostics({ path: file, signal }) {
      const uri = uriOf(file);
      // A file that was never opened has no diagnostics yet: reading it makes its services look at it.
      await within(signal, Promise.resolve(vscode.workspace.openTextDocument(uri)));
      const found = vscode.languages.getDiagnostics(uri);
      return found.length === 0 ? null : found.map((problem) => problemOf(problem, placeOf(uri, problem.range)));
    },
    async actions({ path: file, line, signal }) {
      const document = await within(signal, Promise.resolve(vscode.workspace.openTextDocument(uriOf(file))));
      if (document === null || line > document.lineCount) return null;
      const { range } = document.lineAt(line - 1);
      const found = await ask<readonly (vscode.CodeAction | vscode.Command)[]>(
        signal,
        'vscode.executeCodeActionProvider',
        document.uri,
        range,
      );
      return found === null || found.length === 0 ? null : found.map(({ title }) => title);
    },
  };
}

async function ask<T>(signal: AbortSignal, command: string, ...args: readonly unknown[]): Promise<T | null> {
  const answer = Promise.resolve(vscode.commands.executeCommand<T | undefined>(command, ...args));
  return (await within(signal, answer)) ?? null;
}

/** Null when it takes too long, or the service fails: it then has nothing to say. */
async function within<T>(signal: AbortSignal, answer: Promise<T>): Promise<T | null> {
  if (signal.aborted) throw abortError();
  let stop = (): void => {};
  const over = new Promise<null>((resolve, reject) => {
    const timer = setTimeout(resolve, PATIENCE_MS, null);
    const onAbort = (): void => reject(abortError());
    signal.addEventListener('abort', onAbort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
  });
  try {
    return await Promise.race([answer.catch(() => null), over]);
  } finally {
    stop();
  }
}

function flat(symbol: vscode.DocumentSymbol | vscode.SymbolInformation, file: string, container: string | null): readonly CodeSymbol[] {
  if (!('children' in symbol)) {
    const { range } = symbol.location;
    return [ofInformation(symbol, { path: file, line: range.start.line + 1, column: range.start.character + 1 })];
  }
  const { start } = symbol.selectionRange;
  const own = {
    name: symbol.name,
    kind: kindOf(symbol.kind),
    path: file,
    line: start.line + 1,
    column: start.character + 1,
    endLine: symbol.range.end.line + 1,
    container,
  };
  return [own, ...symbol.children.flatMap((child) => flat(child, file, symbol.name))];
}

function ofInformation(symbol: vscode.SymbolInformation, place: CodePlace): CodeSymbol {
  const endLine = symbol.location.range.end.line + 1;
  return { ...place, name: symbol.name, kind: kindOf(symbol.kind), endLine, container: symbol.containerName || null };
}

const kindOf = (kind: vscode.SymbolKind): string => (vscode.SymbolKind[kind] ?? 'symbol').toLowerCase();

function problemOf(problem: vscode.Diagnostic, place: CodePlace): CodeProblem {
  return { ...place, severity: SEVERITIES[problem.severity] ?? 'hint', message: problem.message, source: problem.source ?? 'the editor' };
}
