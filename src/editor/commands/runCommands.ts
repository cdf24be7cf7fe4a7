// Commands on runs: open, pause, resume, cancel, override a step, run again.

import * as vscode from 'vscode';
import type { Json } from '#base/json.ts';
import type { Command } from '#editor/commands/command.ts';
import { copyRunId, forkRun } from '#editor/commands/forkRun.ts';
import { rewindRun } from '#editor/commands/rewindRun.ts';
import { resolveRun } from '#editor/commands/runTarget.ts';
import { CANCELLED, runInBackground, startRun } from '#editor/commands/startRun.ts';
import type { Editor } from '#editor/editor.ts';
import { isFinished, stepLook } from '#editor/views/states.ts';
import type { RunSummary, RunView, StepView } from '#protocol/runView.ts';

const { t } = vscode.l10n;

const isLive = ({ status }: RunSummary): boolean => !isFinished(status);
const isPaused = ({ status }: RunSummary): boolean => status === 'paused';
/** A run that was cut off by the end of its process can be resumed too. */
const canResume = (run: RunSummary): boolean => isLive(run);

/** In the dashboard. */
async function open(editor: Editor, argument: unknown): Promise<void> {
  const id = await resolveRun(editor, argument, () => true);
  if (id) editor.dashboard.show({ tab: 'runs', item: id });
}

async function openToSide(editor: Editor, argument: unknown): Promise<void> {
  const id = await resolveRun(editor, argument, () => true);
  if (id) await editor.runPanels.show(id);
}

/** The report when there is one, else the run. */
async function openReport(editor: Editor, argument: unknown): Promise<void> {
  const id = await resolveRun(editor, argument, () => true);
  if (!id) return;
  const report = await (await editor.core.get()).call('runs.report', id);
  if (report.markdown) await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(report.markdown));
  else editor.dashboard.show({ tab: 'runs', item: id });
}

async function pause(editor: Editor, argument: unknown): Promise<void> {
  const id = await resolveRun(editor, argument, (run) => isLive(run) && !isPaused(run));
  if (id) await (await editor.core.get()).call('runs.pause', { id });
}

async function resume(editor: Editor, argument: unknown): Promise<void> {
  const id = await resolveRun(editor, argument, canResume);
  if (id) await (await editor.core.get()).call('runs.resume', id);
}

async function cancel(editor: Editor, argument: unknown): Promise<void> {
  const id = await resolveRun(editor, argument, isLive);
  if (id) await (await editor.core.get()).call('runs.cancel', { id, reason: CANCELLED });
}

function flatten(steps: readonly StepView[]): readonly StepView[] {
  return steps.flatMap((step) => [step, ...flatten(step.children)]);
}

async function pickStep(run: RunView): Promise<StepView | null> {
  const items = flatten(run.steps)
    .filter(({ status }) => status !== 'succeeded' && status !== 'skipped')
    .map((step) => ({
      label: step.title,
      description: stepLook(step.status).word,
      detail: step.path,
      iconPath: stepLook(step.status).icon,
      step,
    }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: t('Choose the step whose result you give') });
  return picked?.step ?? null;
}

function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return t('This is not JSON: {0}', (error as Error).message);
  }
}

/** Gives a step its result by hand; the reason is kept with the run. */
async function override(editor: Editor, argument: unknown): Promise<void> {
  const id = await resolveRun(editor, argument, isLive);
  if (!id) return;
  const api = await editor.core.get();
  const step = await pickStep(await api.call('runs.get', id));
  if (!step) return;
  const text = await vscode.window.showInputBox({
    title: step.title,
    prompt: t('Result of the step, as JSON'),
    value: '{}',
    validateInput: jsonProblem,
  });
  if (text === undefined) return;
  const reason = await vscode.window.showInputBox({
    title: step.title,
    prompt: t('Why'),
    validateInput: (typed) => (typed.trim() === '' ? t('A reason is needed; it is kept with the run.') : null),
  });
  if (reason === undefined) return;
  await api.call('runs.override', { id, path: step.path, output: JSON.parse(text) as Json, reason });
}

/** The same workflow with the same inputs and mode. */
async function rerun(editor: Editor, argument: unknown): Promise<string | null> {
  const id = await resolveRun(editor, argument, () => true);
  if (!id) return null;
  const { workflow, inputs, mode } = await (await editor.core.get()).call('runs.get', id);
  return startRun(editor, { workflow, inputs, mode });
}

export const runCommands: readonly Command[] = [
  { id: 'cas.run.open', needs: 'nothing', run: open },
  { id: 'cas.run.openToSide', needs: 'nothing', run: openToSide },
  { id: 'cas.run.openReport', needs: 'nothing', run: openReport },
  { id: 'cas.run.rewind', needs: 'trust', run: rewindRun },
  { id: 'cas.run.rewindHere', needs: 'trust', run: rewindRun },
  { id: 'cas.run.forkHere', needs: 'trust', run: forkRun },
  { id: 'cas.run.copyId', needs: 'nothing', run: async (_editor, argument) => copyRunId(argument) },
  { id: 'cas.run.pause', needs: 'trust', run: pause },
  { id: 'cas.run.resume', needs: 'trust', run: resume },
  { id: 'cas.run.cancel', needs: 'nothing', run: cancel },
  { id: 'cas.run.override', needs: 'trust', run: override },
  { id: 'cas.run.rerun', needs: 'trust', run: rerun },
  { id: 'cas.run.toBackground', needs: 'nothing', run: async () => runInBackground() },
];
