// Tells once when a run needs a decision, has nearly spent its budget, or fails. At most one message in 10 seconds; those that come meanwhile merge.

import * as vscode from 'vscode';
import { plural } from '#base/figures.ts';
import type { Editor } from '#editor/editor.ts';
import { showError } from '#editor/errors.ts';
import { plainMessage } from '#editor/plainMessage.ts';
import { isBudgetWarning } from '#protocol/budgetWarning.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

const { t } = vscode.l10n;
const QUIET_MS = 10_000;

interface News {
  readonly kind: 'decision' | 'warning' | 'failure';
  readonly runId: string;
  readonly text: string;
}

function newsOf(event: RunEvent): News | null {
  if (event.type === 'decision.requested')
    return { kind: 'decision', runId: event.runId, text: event.detail ? `${event.title}: ${event.detail}` : event.title };
  if (event.type === 'agent.recorded' && isBudgetWarning(event)) return { kind: 'warning', runId: event.runId, text: event.title };
  if (event.type === 'run.failed') return { kind: 'failure', runId: event.runId, text: t('The run failed: {0}', event.error.message) };
  return null;
}

async function show(news: readonly News[]): Promise<void> {
  const decisions = news.filter(({ kind }) => kind === 'decision').length;
  const [first] = news;
  if (!first) return;
  const others = news.length - 1;
  const all = others > 0 ? `${first.text} ${plural(others, t('(and 1 other)'), t('(and {0} others)', others))}` : first.text;
  const text = plainMessage(all);
  const decide = t('Decide…');
  const open = t('Show Run');
  const failed = news.some(({ kind }) => kind === 'failure');
  const plain = failed ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
  const picked = decisions > 0 ? await vscode.window.showInformationMessage(text, decide, open) : await plain(text, open);
  if (picked === decide) await vscode.commands.executeCommand('cas.decision.next');
  if (picked === open) await vscode.commands.executeCommand('cas.run.reveal', first.runId);
}

export function contributeDecisionToasts(editor: Editor): void {
  const waiting: News[] = [];
  let quiet: NodeJS.Timeout | undefined;
  const flush = (): void => {
    quiet = undefined;
    if (waiting.length === 0) return;
    quiet = setTimeout(flush, QUIET_MS);
    show(waiting.splice(0)).catch((error: unknown) => showError(error, editor.log));
  };
  editor.own({ dispose: () => clearTimeout(quiet) });
  editor.own(
    editor.model.onDidReceive((event) => {
      const news = event.kind === 'run' ? newsOf(event.event) : null;
      if (!news) return;
      waiting.push(news);
      if (quiet === undefined) flush();
    }),
  );
}
