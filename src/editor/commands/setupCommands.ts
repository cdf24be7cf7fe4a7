// Commands around the product itself: keys, models, budgets, the log, a second try at starting.

import * as vscode from 'vscode';
import type { Command } from '#editor/commands/command.ts';
import { setBudget } from '#editor/commands/budgetCommand.ts';
import { addKey } from '#editor/commands/keyCommand.ts';
import { useLocalModel } from '#editor/commands/localModel.ts';

/** The editor's own list, where each key can be changed. */
async function showKeys(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openGlobalKeybindings', 'cas.');
}

export const setupCommands: readonly Command[] = [
  { id: 'cas.provider.addKey', needs: 'nothing', run: addKey },
  { id: 'cas.provider.useLocal', needs: 'trust', run: useLocalModel },
  { id: 'cas.budget.set', needs: 'trust', run: setBudget },
  { id: 'cas.help.keyboard', needs: 'nothing', run: showKeys },
  { id: 'cas.log.show', needs: 'nothing', run: async (editor) => editor.log.show() },
  {
    id: 'cas.core.retry',
    needs: 'nothing',
    run: async (editor) => {
      await editor.core.retry();
      await editor.model.refresh('agents', 'workflows', 'runs', 'proposals');
    },
  },
];
