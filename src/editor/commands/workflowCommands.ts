// Commands on workflows: run, dry run, check, open, write a new one.

import * as vscode from 'vscode';
import type { JsonObject } from '#base/json.ts';
import type { Command } from '#editor/commands/command.ts';
import { dryRun } from '#editor/commands/dryRun.ts';
import { askInputs } from '#editor/commands/inputs.ts';
import { createWorkflow } from '#editor/commands/newWorkflow.ts';
import { defaultMode, startRun } from '#editor/commands/startRun.ts';
import type { Editor } from '#editor/editor.ts';
import { isWorkflowFile, publishProblems } from '#editor/language/workflowProblems.ts';
import { LiveNode } from '#editor/views/liveTree.ts';
import { describeWorkflow } from '#editor/views/workflowNodes.ts';
import type { RunMode } from '#protocol/runEvents.ts';
import type { WorkflowSummary } from '#protocol/workflow.ts';

const { t } = vscode.l10n;

interface WorkflowArgument {
  readonly workflow?: string;
  readonly file?: string;
  readonly inputs?: JsonObject;
  readonly mode?: RunMode;
  /** What its costs and its time are counted under: `feature:<plan>/<feature>` writes the time down there. */
  readonly tags?: readonly string[];
}

/** From a node, an editor's title bar, or code. */
function readArgument(argument: unknown): WorkflowArgument {
  if (argument instanceof LiveNode) {
    const { target } = argument.spec;
    return target?.kind === 'workflow' ? { workflow: target.name, file: target.file } : {};
  }
  if (argument instanceof vscode.Uri) return { file: argument.fsPath };
  return (argument as WorkflowArgument | undefined) ?? {};
}

/** Called bare, a command is about the workflow file in front. */
function fileInFront(): string | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document && isWorkflowFile(document) ? document.uri.fsPath : undefined;
}

async function pickWorkflow(editor: Editor, placeHolder: string): Promise<WorkflowSummary | null> {
  const api = await editor.core.get();
  const workflows = await api.call('workflows.list');
  const sections: (vscode.QuickPickItem & { workflow?: WorkflowSummary })[] = [];
  for (const source of ['workspace', 'built-in'] as const) {
    const members = workflows.filter((workflow) => workflow.source === source);
    if (members.length === 0) continue;
    sections.push({ label: source === 'workspace' ? t('This folder') : t('Comes with CAS'), kind: vscode.QuickPickItemKind.Separator });
    for (const workflow of members) {
      sections.push({ label: workflow.name, description: describeWorkflow(workflow), detail: workflow.description, workflow });
    }
  }
  const picked = await vscode.window.showQuickPick(sections, { placeHolder, matchOnDescription: true, matchOnDetail: true });
  return picked?.workflow ?? null;
}

async function find(editor: Editor, argument: WorkflowArgument): Promise<WorkflowSummary | null> {
  const api = await editor.core.get();
  const workflows = await api.call('workflows.list');
  return workflows.find(({ name, file }) => (argument.workflow ? name === argument.workflow : file === argument.file)) ?? null;
}

interface Choice {
  readonly workflow: string;
  readonly inputs: JsonObject;
}

/** What to run, with which inputs; null when the person stopped. */
async function choose(editor: Editor, argument: WorkflowArgument): Promise<Choice | null> {
  const named = argument.workflow !== undefined || argument.file !== undefined;
  const workflow = named ? await find(editor, argument) : await pickWorkflow(editor, t('Choose a workflow to run'));
  const name = workflow?.name ?? argument.workflow;
  if (!name) return null;
  const inputs = argument.inputs ?? (await askInputs(name, workflow?.inputs ?? []));
  return inputs && { workflow: name, inputs };
}

async function run(editor: Editor, raw: unknown): Promise<string | null> {
  const argument = readArgument(raw);
  const choice = await choose(editor, argument);
  return choice && startRun(editor, { ...choice, mode: argument.mode ?? defaultMode(), ...(argument.tags && { tags: argument.tags }) });
}

async function runDry(editor: Editor, raw: unknown): Promise<string | null> {
  const choice = await choose(editor, readArgument(raw ?? { file: fileInFront() }));
  return choice && dryRun(editor, choice);
}

async function open(editor: Editor, raw: unknown, column?: vscode.ViewColumn): Promise<void> {
  const argument = readArgument(raw);
  const file = argument.file ?? (await pickWorkflow(editor, t('Choose a workflow to open')))?.file;
  if (!file) return;
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false, ...(column !== undefined && { viewColumn: column }) });
}

/** Checks a file, shows what is wrong in Problems, and says so when nothing is. */
async function validate(editor: Editor, raw: unknown): Promise<boolean | null> {
  const argument = readArgument(raw);
  const file = argument.file ?? fileInFront() ?? (await pickWorkflow(editor, t('Choose a workflow to check')))?.file;
  if (!file) return null;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const check = await publishProblems(editor, document);
  const name = vscode.workspace.asRelativePath(document.uri);
  if (check.ok) vscode.window.setStatusBarMessage(t('{0}: no problems', name), 5000);
  else await vscode.commands.executeCommand('workbench.actions.view.problems');
  return check.ok;
}

export const workflowCommands: readonly Command[] = [
  { id: 'cas.workflow.run', needs: 'trust', run },
  { id: 'cas.workflow.dryRun', needs: 'trust', run: runDry },
  { id: 'cas.workflow.validate', needs: 'nothing', run: validate },
  { id: 'cas.workflow.openYaml', needs: 'nothing', run: (editor, argument) => open(editor, argument) },
  { id: 'cas.workflow.openYamlToSide', needs: 'nothing', run: (editor, argument) => open(editor, argument, vscode.ViewColumn.Beside) },
  { id: 'cas.workflow.new', needs: 'trust', run: (editor) => createWorkflow(editor) },
];
