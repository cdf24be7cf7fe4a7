// A new run from a checkpoint of another, which the page of that run names.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';

const { t } = vscode.l10n;

/** Of a menu on a checkpoint. */
interface CheckpointMenu {
  readonly runId?: unknown;
  readonly version?: unknown;
}

/** Resolves to the id of the new run, which is opened; null when the person changed their mind, or nothing was pointed at. */
export async function forkRun(editor: Editor, argument: unknown): Promise<string | null> {
  const { runId: id, version } = (argument ?? {}) as CheckpointMenu;
  if (typeof id !== 'string' || typeof version !== 'number') return null;
  const api = await editor.core.get();
  const run = await api.call('runs.get', id);
  const title = await vscode.window.showInputBox({
    title: t('Fork from v{0}', version),
    prompt: t('What is recorded up to there is used again and not run again. The title of the new run:'),
    value: t('{0} (fork of v{1})', run.title, version),
  });
  if (title === undefined) return null;
  const { runId } = await api.call('runs.fork', { id, version, title });
  editor.dashboard.show({ tab: 'runs', item: runId });
  return runId;
}

/** As the command line takes it: `run_8f3c21 v3`, or the run alone. */
export async function copyRunId(argument: unknown): Promise<void> {
  const { runId, version } = (argument ?? {}) as CheckpointMenu;
  if (typeof runId !== 'string') return;
  await vscode.env.clipboard.writeText(typeof version === 'number' ? `${runId} v${version}` : runId);
}
