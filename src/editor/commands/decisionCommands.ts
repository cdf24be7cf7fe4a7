// Go to Next Decision: the oldest question of the runs that wait, with its choices.

import * as vscode from 'vscode';
import type { Command } from '#editor/commands/command.ts';
import type { Editor } from '#editor/editor.ts';
import type { DecisionView } from '#protocol/runView.ts';

const { t } = vscode.l10n;

async function oldestDecision(editor: Editor): Promise<DecisionView | null> {
  const api = await editor.core.get();
  const waiting = (await api.call('runs.list')).filter(({ waitingDecisions }) => waitingDecisions > 0);
  const views = await Promise.all(waiting.map(({ id }) => api.call('runs.get', id)));
  const decisions = views.flatMap(({ decisions }) => decisions).sort((a, b) => a.askedAt - b.askedAt);
  return decisions[0] ?? null;
}

/** What an agent wants to do is shown whole before the answer: a list has room for one line alone. */
async function choose({ kind, title, detail, options }: DecisionView): Promise<DecisionView['options'][number] | undefined> {
  if (kind === 'approval' && detail.includes('\n')) {
    // The dialog has its own way out, which is no answer; "No" is one.
    const picked = await vscode.window.showWarningMessage(title, { modal: true, detail }, ...options.map(({ label }) => label));
    return options.find(({ label }) => label === picked);
  }
  const items = options.map(({ id, label }) => ({ label, id }));
  return vscode.window.showQuickPick(items, { title, placeHolder: detail || title, ignoreFocusOut: true });
}

async function next(editor: Editor): Promise<string | null> {
  const decision = await oldestDecision(editor);
  if (!decision) {
    void vscode.window.showInformationMessage(t('No run waits for you.'));
    return null;
  }
  const { runId, title } = decision;
  const picked = await choose(decision);
  if (!picked) return null;
  const reason = await vscode.window.showInputBox({
    title: `${title}: ${picked.label}`,
    prompt: t('Why (kept with the run, may be empty)'),
    ignoreFocusOut: true,
  });
  if (reason === undefined) return null;
  const api = await editor.core.get();
  await api.call('runs.decide', { id: runId, decisionId: decision.id, choice: picked.id, reason });
  return picked.id;
}

export const decisionCommands: readonly Command[] = [{ id: 'cas.decision.next', needs: 'trust', run: next }];
