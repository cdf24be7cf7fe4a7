// Commands on agents: read one, write one, edit its file, close its circuit, take it out of work and back.

import path from 'node:path';
import * as vscode from 'vscode';
import type { Command } from '#editor/commands/command.ts';
import { createAgent } from '#editor/commands/newAgent.ts';
import type { Editor } from '#editor/editor.ts';
import { approveOwn } from '#editor/trustFiles.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';
import { LiveNode } from '#editor/views/liveTree.ts';
import type { AgentView } from '#protocol/agent.ts';

const { t } = vscode.l10n;

function fromArgument(argument: unknown): string | null {
  if (argument instanceof LiveNode) return argument.spec.target?.kind === 'agent' ? argument.spec.target.id : null;
  const id = (argument as { readonly agent?: unknown } | undefined)?.agent;
  return typeof id === 'string' ? id : null;
}

async function resolveAgent(editor: Editor, argument: unknown, fits: (agent: AgentView) => boolean): Promise<AgentView | null> {
  const api = await editor.core.get();
  const given = fromArgument(argument);
  if (given) return api.call('agents.get', given);
  const agents = (await api.call('agents.list')).filter(fits);
  const items = agents.map((agent) => ({ label: agent.name, description: agent.id, detail: agent.role, agent }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: t('Choose an agent'), matchOnDetail: true });
  return picked?.agent ?? null;
}

/** Its file, to read: who it is, what it must deliver, when it must stop. */
async function open(editor: Editor, argument: unknown): Promise<void> {
  const agent = await resolveAgent(editor, argument, () => true);
  if (agent) await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(agent.file));
}

/** An agent that comes with CAS is copied into the folder first; the copy takes its place. */
async function edit(editor: Editor, argument: unknown): Promise<void> {
  const agent = await resolveAgent(editor, argument, () => true);
  const root = workspaceRoot();
  if (!agent || !root) return;
  if (agent.source === 'workspace') {
    await vscode.window.showTextDocument(vscode.Uri.file(agent.file), { preview: false });
    return;
  }
  const target = vscode.Uri.joinPath(root, '.cas', 'agents', path.basename(agent.file));
  const copy = t('Copy and Edit');
  const detail = t(
    '{0} comes with CAS. A copy in {1} takes its place in this folder.',
    agent.name,
    vscode.workspace.asRelativePath(target),
  );
  if ((await vscode.window.showInformationMessage(t('Edit a copy of {0}?', agent.name), { modal: true, detail }, copy)) !== copy) return;
  await vscode.workspace.fs.copy(vscode.Uri.file(agent.file), target, { overwrite: false });
  await approveOwn(editor, target);
  await vscode.window.showTextDocument(target, { preview: false });
}

async function resetCircuit(editor: Editor, argument: unknown): Promise<void> {
  const agent = await resolveAgent(editor, argument, ({ health }) => health.breaker !== 'closed');
  if (!agent) return;
  await (await editor.core.get()).call('agents.resetBreakers', agent.id);
  await editor.model.refresh('agents');
}

/** One command for both ways: it is named after what it does to the agent that is chosen. */
function setting(enabled: boolean): Command['run'] {
  return async (editor, argument) => {
    const agent = await resolveAgent(editor, argument, ({ disabled }) => disabled === enabled);
    if (!agent) return;
    await (await editor.core.get()).call('agents.setEnabled', { id: agent.id, enabled });
    await editor.model.refresh('agents');
  };
}

export const agentCommands: readonly Command[] = [
  { id: 'cas.agent.open', needs: 'nothing', run: open },
  { id: 'cas.agent.new', needs: 'trust', run: createAgent },
  { id: 'cas.agent.edit', needs: 'trust', run: edit },
  { id: 'cas.agent.resetCircuit', needs: 'trust', run: resetCircuit },
  { id: 'cas.agent.disable', needs: 'trust', run: setting(false) },
  { id: 'cas.agent.enable', needs: 'trust', run: setting(true) },
];
