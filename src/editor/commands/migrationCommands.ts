// New plans from the palette: pieces of a feature, an audit of this folder, or a copy of one that is there.

import * as vscode from 'vscode';
import type { Command } from '#editor/commands/command.ts';
import type { Editor } from '#editor/editor.ts';
import type { NewMigration } from '#protocol/migration.ts';

const { t } = vscode.l10n;
const ID = /^[a-z][a-z0-9-]{0,39}$/;

async function askText(prompt: string, placeHolder: string): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    prompt,
    placeHolder,
    validateInput: (text) => (text.trim() === '' ? t('Write a name.') : null),
  });
  return typed?.trim();
}

/** A name for the file that no plan has; undefined when the person stopped. */
async function askId(editor: Editor, name: string): Promise<string | undefined> {
  const api = await editor.core.get();
  const taken = new Set((await api.call('migrations.list')).map(({ id }) => id));
  const wish = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40);
  return vscode.window.showInputBox({
    prompt: t('Name of its file in .cas/migrations'),
    value: wish,
    validateInput: (typed) => {
      if (!ID.test(typed)) return t('Use lower-case letters, digits and dashes; start with a letter; 40 at most.');
      return taken.has(typed) ? t('There is a plan of this name.') : null;
    },
  });
}

/** Writes the plan, opens its file, and shows it in the dashboard beside. */
async function create(editor: Editor, request: NewMigration, title: string): Promise<string> {
  const api = await editor.core.get();
  const { id, file } = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
    api.call('migrations.create', request),
  );
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
  await vscode.commands.executeCommand('cas.dashboard.openMigration', id);
  return file;
}

async function newDelivery(editor: Editor): Promise<string | null> {
  const name = await askText(t('Which feature is delivered?'), t('Log in with a key'));
  if (name === undefined) return null;
  const pieces = await vscode.window.showInputBox({
    prompt: t('Its pieces of 1 to 3 hours, with commas between; more can be added later'),
    placeHolder: t('Form, session, log out'),
  });
  if (pieces === undefined) return null;
  const id = await askId(editor, name);
  if (id === undefined) return null;
  const list = pieces
    .split(',')
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
  return create(editor, { id, name, from: { template: 'feature delivery', pieces: list } }, t('Writing the plan'));
}

async function newMigration(editor: Editor): Promise<string | null> {
  const old = await askText(t('What is left behind?'), t('Express'));
  if (old === undefined) return null;
  const target = await askText(t('What takes its place?'), t('Fastify'));
  if (target === undefined) return null;
  const name = t('{0} to {1}', old, target);
  const id = await askId(editor, name);
  if (id === undefined) return null;
  return create(editor, { id, name, from: { template: 'migration', old, new: target } }, t('Auditing this folder for the migration'));
}

async function copy(editor: Editor, argument: unknown): Promise<string | null> {
  const api = await editor.core.get();
  const plans = await api.call('migrations.list');
  const given = plans.find(({ id }) => id === argument);
  const items = plans.map((plan) => ({ label: plan.name, description: plan.source === 'built-in' ? t('Comes with CAS') : plan.id, plan }));
  const plan = given ?? (await vscode.window.showQuickPick(items, { placeHolder: t('Choose a plan to copy') }))?.plan;
  if (!plan) return null;
  const name = await vscode.window.showInputBox({ prompt: t('Name of the copy'), value: t('{0} of ours', plan.name) });
  if (!name?.trim()) return null;
  const id = await askId(editor, name);
  if (id === undefined) return null;
  return create(editor, { id, name: name.trim(), from: { template: 'copy', of: plan.id } }, t('Copying the plan'));
}

export const migrationCommands: readonly Command[] = [
  { id: 'cas.migration.newDelivery', needs: 'trust', run: (editor) => newDelivery(editor) },
  { id: 'cas.migration.newMigration', needs: 'trust', run: (editor) => newMigration(editor) },
  { id: 'cas.migration.copy', needs: 'trust', run: copy },
];
