// Registers every command once, behind one boundary for errors and one check of trust.

import * as vscode from 'vscode';
import { AppError } from '#base/errors.ts';
import { agentCommands } from '#editor/commands/agentCommands.ts';
import type { Command } from '#editor/commands/command.ts';
import { dashboardCommands } from '#editor/commands/dashboardCommands.ts';
import { trustCommands } from '#editor/trustFiles.ts';
import { decisionCommands } from '#editor/commands/decisionCommands.ts';
import { migrationCommands } from '#editor/commands/migrationCommands.ts';
import { proposalCommands } from '#editor/commands/proposalCommands.ts';
import { reportCommands } from '#editor/commands/reportCommands.ts';
import { runCommands } from '#editor/commands/runCommands.ts';
import { runtimeCommands } from '#editor/commands/runtimeCommands.ts';
import { setupCommands } from '#editor/commands/setupCommands.ts';
import { triggerCommands } from '#editor/commands/triggerCommands.ts';
import { workflowCommands } from '#editor/commands/workflowCommands.ts';
import type { Editor } from '#editor/editor.ts';
import { showError } from '#editor/errors.ts';

/** All but those that belong to one view. */
export const commands: readonly Command[] = [
  ...workflowCommands,
  ...runCommands,
  ...decisionCommands,
  ...trustCommands,
  ...proposalCommands,
  ...migrationCommands,
  ...agentCommands,
  ...setupCommands,
  ...reportCommands,
  ...dashboardCommands,
  ...runtimeCommands,
  ...triggerCommands,
];

function untrusted(): AppError {
  return new AppError({
    code: 'editor.untrusted',
    message: vscode.l10n.t('This folder is not trusted, so nothing runs and no file changes.'),
  });
}

async function execute(editor: Editor, command: Command, args: readonly unknown[]): Promise<unknown> {
  try {
    if (command.needs === 'trust' && !vscode.workspace.isTrusted) throw untrusted();
    return await command.run(editor, ...args);
  } catch (error) {
    void showError(error, editor.log);
    return undefined;
  }
}

export function registerCommands(editor: Editor): void {
  for (const command of commands) {
    editor.own(vscode.commands.registerCommand(command.id, (...args: unknown[]) => execute(editor, command, args)));
  }
}
