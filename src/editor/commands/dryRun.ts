// A dry run: in a workspace of its own that stores nothing. What would happen is shown as a document.

import * as vscode from 'vscode';
import { duration } from '#base/figures.ts';
import type { JsonObject } from '#base/json.ts';
import { abortError } from '#base/abort.ts';
import type { Editor } from '#editor/editor.ts';
import { plainMessage } from '#editor/plainMessage.ts';
import { isFinished, runLook, stepLook } from '#editor/views/states.ts';
import type { CoreApi } from '#protocol/api.ts';
import type { RunView, StepView } from '#protocol/runView.ts';

const { t } = vscode.l10n;

/** Resolves when the run has ended; a cancelled token ends it. */
async function untilEnd(api: CoreApi, runId: string, token: vscode.CancellationToken, onStep: (run: RunView) => void): Promise<RunView> {
  return new Promise((resolve, reject) => {
    const held: vscode.Disposable[] = [];
    const settle = (end: () => void): void => {
      for (const item of held) item.dispose();
      end();
    };
    const look = (): void => {
      api.call('runs.get', runId).then(
        (run) => (isFinished(run.status) ? settle(() => resolve(run)) : onStep(run)),
        (error: unknown) => settle(() => reject(error)),
      );
    };
    held.push(
      api.subscribe((event) => {
        if (event.kind === 'run' && event.event.runId === runId) look();
      }),
      token.onCancellationRequested(() => settle(() => reject(abortError()))),
    );
    look();
  });
}

function cell(text: string | null): string {
  return (text ?? '').replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function stepRows(steps: readonly StepView[], depth: number): readonly string[] {
  return steps.flatMap((step) => {
    const took = step.startedAt !== null && step.endedAt !== null ? duration(step.endedAt - step.startedAt) : '';
    const what = step.error?.message ?? step.summary ?? step.reason ?? '';
    const row = `| ${'· '.repeat(depth)}${cell(step.title)} | ${cell(step.agent)} | ${stepLook(step.status).word} | ${cell(what)} | ${took} |`;
    return [row, ...stepRows(step.children, depth + 1)];
  });
}

async function describe(api: CoreApi, run: RunView): Promise<string> {
  const lines = [
    `# ${t('Dry run of {0}', run.workflow)}: ${runLook(run).word}`,
    '',
    t('Nothing was stored, no command was started, no file changed.'),
    '',
    `| ${[t('Step'), t('Agent'), t('State'), t('Result'), t('Time')].join(' | ')} |`,
    '| --- | --- | --- | --- | --- |',
    ...stepRows(run.steps, 0),
  ];
  for (const { id, title } of await api.call('proposals.list', { runId: run.id })) {
    lines.push('', `## ${t('Would be proposed: {0}', title)}`, '', '```diff', (await api.call('proposals.diff', id)).trimEnd(), '```');
  }
  return `${lines.join('\n')}\n`;
}

/** Runs to the end and opens the account of it. The status it ended with. Throws what `runs.start` throws; AbortError when cancelled. */
export async function dryRun(editor: Editor, request: { readonly workflow: string; readonly inputs: JsonObject }): Promise<string> {
  const api = await editor.openDryCore();
  try {
    const title = plainMessage(t('CAS: dry run of {0}', request.workflow));
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    const run = await vscode.window.withProgress(options, async (progress, token) => {
      const { runId } = await api.call('runs.start', { ...request, mode: 'dry-run' });
      return untilEnd(api, runId, token, ({ stepsDone, stepsTotal }) =>
        progress.report({ message: t('{0} of {1} steps', stepsDone, stepsTotal) }),
      );
    });
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: await describe(api, run) });
    await vscode.window.showTextDocument(document, { preview: false });
    return run.status;
  } finally {
    await api.close();
  }
}
