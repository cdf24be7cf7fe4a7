// Which run a command is about: a node, a plain object, or a pick among those it makes sense for.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';
import { LiveNode } from '#editor/views/liveTree.ts';
import { describeRun } from '#editor/views/runNodes.ts';
import { runLook } from '#editor/views/states.ts';
import type { RunSummary } from '#protocol/runView.ts';

const { t } = vscode.l10n;
const LISTED = 100;

function fromArgument(argument: unknown): string | null {
  if (argument instanceof LiveNode) return argument.spec.target?.kind === 'run' ? argument.spec.target.id : null;
  const runId = (argument as { readonly runId?: unknown } | undefined)?.runId;
  return typeof runId === 'string' ? runId : null;
}

/** Null when the person chose none, or none fits: then a message says so. */
export async function resolveRun(editor: Editor, argument: unknown, fits: (run: RunSummary) => boolean): Promise<string | null> {
  const given = fromArgument(argument);
  if (given) return given;
  const api = await editor.core.get();
  const runs = (await api.call('runs.list', { limit: LISTED })).filter(fits);
  if (runs.length === 0) {
    void vscode.window.showInformationMessage(t('There is no run to do this with.'));
    return null;
  }
  const items = runs.map((run) => ({
    label: run.title,
    description: describeRun(run, Date.now()),
    detail: run.workflow,
    iconPath: runLook(run).icon,
    id: run.id,
  }));
  const picked = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { placeHolder: t('Choose a run') });
  return picked?.id ?? null;
}
