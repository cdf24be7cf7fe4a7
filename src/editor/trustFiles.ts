// Workflow, agent and MCP files that are new or changed: says so once, lets a person look and approve, and takes a save by hand for a yes.

import * as vscode from 'vscode';
import { plural } from '#base/figures.ts';
import type { Command } from '#editor/commands/command.ts';
import type { Editor } from '#editor/editor.ts';
import { showError } from '#editor/errors.ts';
import { plainMessage } from '#editor/plainMessage.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';
import type { ActingFile } from '#protocol/approval.ts';

const { t } = vscode.l10n;
const ACTING = '{.cas/workflows/*,.cas/agents/*,.cas/mcp.json,.github/agents/*,.claude/agents/*}';

async function openFiles(editor: Editor): Promise<readonly ActingFile[]> {
  const api = await editor.core.get();
  return (await api.call('trust.list')).filter(({ state }) => state !== 'approved');
}

/** What a person made or saved here by their own hand is approved as it is; nothing happens to a file that does not act. */
export async function approveOwn(editor: Editor, uri: vscode.Uri): Promise<void> {
  if (!vscode.workspace.isTrusted || workspaceRoot() === null) return;
  const name = vscode.workspace.asRelativePath(uri, false);
  const mine = (await openFiles(editor)).filter(({ path, kind }) => path === name && kind !== 'mcp');
  if (mine.length === 0) return;
  const api = await editor.core.get();
  await api.call(
    'trust.approve',
    mine.map(({ path, hash }) => ({ path, hash })),
  );
}

/** Those that are picked are approved as they were when the list was made; one that changed meanwhile is refused. */
async function approve(editor: Editor): Promise<readonly string[]> {
  const files = await openFiles(editor);
  if (files.length === 0) {
    void vscode.window.showInformationMessage(t('All files that act are approved.'));
    return [];
  }
  const items = files.map((file) => ({ label: file.path, description: file.state === 'new' ? t('new') : t('changed'), file }));
  const root = workspaceRoot();
  const placeHolder = t('They are not used until you approve them');
  const show = (picked: { readonly file: ActingFile }): void => {
    if (root) void vscode.window.showTextDocument(vscode.Uri.joinPath(root, picked.file.path), { preview: true, preserveFocus: true });
  };
  const picked = await vscode.window.showQuickPick(items, {
    title: t('Approve Changed Files'),
    placeHolder,
    canPickMany: true,
    ignoreFocusOut: true,
    onDidSelectItem: (item) => typeof item !== 'string' && show(item as (typeof items)[number]),
  });
  if (!picked || picked.length === 0) return [];
  const api = await editor.core.get();
  await api.call(
    'trust.approve',
    picked.map(({ file: { path, hash } }) => ({ path, hash })),
  );
  return picked.map(({ label }) => label);
}

export const trustCommands: readonly Command[] = [{ id: 'cas.trust.approve', needs: 'trust', run: approve }];

/** Says once per change that files wait; approves what a person saves by hand in this window. */
export function contributeTrustFiles(editor: Editor): void {
  const byHand = new Set<string>();
  let told = '';
  const isActing = (document: vscode.TextDocument): boolean => {
    const root = workspaceRoot();
    return root !== null && vscode.languages.match({ pattern: new vscode.RelativePattern(root, ACTING) }, document) > 0;
  };
  const tell = async (): Promise<void> => {
    if (!vscode.workspace.isTrusted || editor.core.state.kind !== 'ready') return;
    const files = await openFiles(editor);
    const key = files.map(({ path, hash }) => `${path} ${hash}`).join('\n');
    if (key === told) return;
    told = key;
    if (files.length === 0) return;
    const names = files.map(({ path }) => path).join(', ');
    const text = plural(
      files.length,
      t('{0} is new or has changed, so it is not used.', names),
      t('{0} are new or have changed, so they are not used.', names),
    );
    const look = t('Look and Approve…');
    if ((await vscode.window.showWarningMessage(plainMessage(text), look)) === look)
      await vscode.commands.executeCommand('cas.trust.approve');
  };
  const saved = async (document: vscode.TextDocument): Promise<void> => {
    if (byHand.delete(document.uri.toString())) await approveOwn(editor, document.uri);
  };
  const logged = (work: Promise<unknown>): void => void work.catch((error: unknown) => showError(error, editor.log));
  editor.own(
    vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
      if (reason === vscode.TextDocumentSaveReason.Manual && isActing(document)) byHand.add(document.uri.toString());
    }),
  );
  editor.own(vscode.workspace.onDidSaveTextDocument((document) => logged(saved(document))));
  editor.own(
    editor.model.onDidReceive(
      (event) => event.kind === 'changed' && (event.what === 'workflows' || event.what === 'agents') && logged(tell()),
    ),
  );
  editor.own(editor.core.onDidChangeState(({ kind }) => kind === 'ready' && logged(tell())));
}
