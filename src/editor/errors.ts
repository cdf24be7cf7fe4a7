// The one boundary to the person: what was thrown becomes a message with the actions that help.

import path from 'node:path';
import * as vscode from 'vscode';
import { type ErrorView, isAbort, toErrorView } from '#base/errors.ts';
import { plainMessage } from '#editor/plainMessage.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';
import type { Log } from '#core/ports.ts';

interface Remedy {
  readonly title: string;
  readonly run: () => Thenable<unknown>;
}

interface Place {
  readonly path: string;
  readonly line: number;
}

/** The `path` of other errors is that of a step. */
const ABOUT_FILES = /^(?:files|proposal|trust)\./;

/** The place an error is about, when its details name a file: `path`, or the first of `files` with its first region. */
function placeOf({ code, details }: ErrorView): Place | null {
  if (!ABOUT_FILES.test(code)) return null;
  const { path: named, files } = details;
  if (typeof named === 'string') return { path: named, line: 1 };
  const [first] = (Array.isArray(files) ? files : []) as readonly {
    readonly path?: string;
    readonly regions?: readonly { readonly line: number }[];
  }[];
  return typeof first?.path === 'string' ? { path: first.path, line: first.regions?.[0]?.line ?? 1 } : null;
}

function openFileRemedy(error: ErrorView): readonly Remedy[] {
  const root = workspaceRoot();
  const place = placeOf(error);
  if (!root || !place) return [];
  const at = new vscode.Position(Math.max(0, place.line - 1), 0);
  const file = path.isAbsolute(place.path) ? vscode.Uri.file(place.path) : vscode.Uri.joinPath(root, place.path);
  const show = (): Thenable<unknown> => vscode.window.showTextDocument(file, { selection: new vscode.Range(at, at), preview: false });
  return [{ title: vscode.l10n.t('Open File'), run: show }];
}

function remediesFor(error: ErrorView, log: { show(): void }): readonly Remedy[] {
  const command = (title: string, id: string): Remedy => ({ title, run: () => vscode.commands.executeCommand(id) });
  switch (error.code) {
    case 'llm.noProvider':
      return [command(vscode.l10n.t('Add API Key…'), 'cas.provider.addKey')];
    case 'editor.untrusted':
    case 'workspace.untrusted':
      return [command(vscode.l10n.t('Manage Workspace Trust'), 'workbench.trust.manage')];
    case 'editor.noFolder':
      return [command(vscode.l10n.t('Open Folder'), 'vscode.openFolder')];
    case 'internal':
      return [{ title: vscode.l10n.t('Show Log'), run: async () => log.show() }];
    default:
      return openFileRemedy(error);
  }
}

/** Shows an error with its remedies and logs it. An abort says nothing. Resolves when the person has answered. */
export async function showError(thrown: unknown, log: Log & { show(): void }): Promise<void> {
  if (isAbort(thrown)) return;
  const error = toErrorView(thrown);
  log.error('a command failed', { code: error.code }, thrown);
  const remedies = remediesFor(error, log);
  const picked = await vscode.window.showErrorMessage(plainMessage(error.message), ...remedies.map(({ title }) => title));
  try {
    await remedies.find(({ title }) => title === picked)?.run();
  } catch (failed) {
    log.error('what was offered after an error failed', { code: error.code }, failed);
  }
}
