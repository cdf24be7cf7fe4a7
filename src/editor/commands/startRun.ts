// Starts a run and shows its progress until it ends, waits for a person, or is sent to the background.

import * as vscode from 'vscode';
import type { JsonObject } from '#base/json.ts';
import type { Editor } from '#editor/editor.ts';
import { showError } from '#editor/errors.ts';
import { plainMessage } from '#editor/plainMessage.ts';
import { isFinished } from '#editor/views/states.ts';
import type { Budget } from '#protocol/spending.ts';
import type { RunMode } from '#protocol/runEvents.ts';

const { t } = vscode.l10n;

export const CANCELLED = 'Cancelled by the person';

/** Fires when the person chooses Run in Background: every progress notification goes, the runs go on. */
const background = new vscode.EventEmitter<void>();

export function runInBackground(): void {
  background.fire();
}

export function defaultMode(): RunMode {
  return vscode.workspace.getConfiguration('cas').get<RunMode>('defaultMode', 'strict');
}

/** Resolves when the notification may go: the run ended or waits, or the person sent it to the background. */
async function follow(
  editor: Editor,
  runId: string,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
): Promise<void> {
  const api = await editor.core.get();
  const link = `[${t('Run in Background')}](command:cas.run.toBackground)`;
  let shownDone = 0;
  const step = async (): Promise<boolean> => {
    const run = await api.call('runs.get', runId);
    const current = run.steps.find(({ path }) => path === run.currentStep?.split('/')[0]);
    const at = plainMessage(current?.title ?? run.currentStep ?? t('starting'));
    const increment = run.stepsTotal > 0 ? (100 * (run.stepsDone - shownDone)) / run.stepsTotal : 0;
    shownDone = run.stepsDone;
    progress.report({ message: `${t('{0}, {1} of {2} steps', at, run.stepsDone, run.stepsTotal)}. ${link}`, increment });
    return isFinished(run.status) || run.status === 'paused' || run.waitingDecisions > 0;
  };
  await new Promise<void>((resolve, reject) => {
    const held: vscode.Disposable[] = [];
    const settle = (end: () => void): void => {
      for (const item of held) item.dispose();
      end();
    };
    // One reading at a time, in the order of the changes; none is left out.
    let last = Promise.resolve();
    const look = (): void => {
      last = last.then(step).then(
        (done) => (done ? settle(resolve) : undefined),
        (error: unknown) => settle(() => reject(error)),
      );
    };
    const cancel = (): void => {
      progress.report({ message: t('Cancelling after the call in flight') });
      api.call('runs.cancel', { id: runId, reason: CANCELLED }).catch((error: unknown) => settle(() => reject(error)));
    };
    held.push(
      background.event(() => settle(resolve)),
      token.onCancellationRequested(cancel),
      editor.model.onDidChange((lists) => {
        if (lists.has('runs')) look();
      }),
    );
    look();
  });
}

/** A notification with the run's progress, until it ends or waits, or the person sends it to the background. */
export function showProgress(editor: Editor, runId: string, title: string): void {
  const options = { location: vscode.ProgressLocation.Notification, title: plainMessage(title), cancellable: true };
  const shown = vscode.window.withProgress(options, (progress, token) => follow(editor, runId, progress, token));
  shown.then(undefined, (error: unknown) => showError(error, editor.log));
}

/** What a run from the editor may cost; undefined: no limit of its own. */
function runBudget(): Budget | undefined {
  const settings = vscode.workspace.getConfiguration('cas.budget');
  const [usd, tokens] = [settings.get<number>('runUsd', 0), settings.get<number>('runTokens', 0)];
  if (usd <= 0 && tokens <= 0) return undefined;
  return { ...(usd > 0 && { costMicroUsd: Math.round(usd * 1_000_000) }), ...(tokens > 0 && { tokens: Math.round(tokens) }) };
}

/** Resolves with the run's id as soon as its start is durable. Throws `workflow.invalid`, `workflow.badInput`, `llm.noProvider`. */
export async function startRun(
  editor: Editor,
  request: { readonly workflow: string; readonly inputs: JsonObject; readonly mode: RunMode; readonly tags?: readonly string[] },
): Promise<string> {
  const api = await editor.core.get();
  editor.model.want('runs', 'proposals');
  const budget = runBudget();
  const { runId } = await api.call('runs.start', { ...request, ...(budget && { budget }) });
  showProgress(editor, runId, `CAS: ${request.workflow}`);
  return runId;
}
