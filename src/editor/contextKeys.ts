// Context keys for menus, enablement and welcome views. They follow the model; nothing is read for their sake.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';
import { isOpenProposal } from '#editor/views/proposalNodes.ts';
import { isFinished } from '#editor/views/states.ts';
import { countRuns } from '#editor/views/runNodes.ts';

function setKeys(keys: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(keys)) void vscode.commands.executeCommand('setContext', `cas.${key}`, value);
}

function listKeys(editor: Editor): Readonly<Record<string, boolean>> {
  const runs = editor.model.get('runs');
  const proposals = editor.model.get('proposals');
  const counts = runs && countRuns(runs);
  const providers = editor.model.get('providers');
  return {
    ...(editor.model.get('agents') && { hasAgents: (editor.model.get('agents')?.length ?? 0) > 0 }),
    ...(editor.model.get('workflows') && { hasWorkflows: (editor.model.get('workflows')?.length ?? 0) > 0 }),
    ...(runs && counts && { hasRuns: runs.length > 0, hasLiveRuns: runs.some(({ status }) => !isFinished(status)) }),
    ...(providers && { hasProvider: providers.length > 0 }),
    ...(counts && { decisionWaiting: counts.waiting > 0 }),
    ...(proposals && { hasProposals: proposals.length > 0, hasOpenProposals: proposals.some(isOpenProposal) }),
  };
}

export function contributeContextKeys(editor: Editor): void {
  const followCore = (): void => {
    const { state } = editor.core;
    setKeys({ state: state.kind });
    if (state.kind === 'ready') editor.model.want('providers');
  };
  const readProviders = (): void => {
    if (editor.core.state.kind !== 'ready') return;
    editor.model
      .refresh('providers')
      .catch((error: unknown) => editor.log.warn('which providers are usable could not be read', { reason: String(error) }));
  };
  followCore();
  editor.own(editor.core.onDidChangeState(followCore));
  editor.own(editor.context.secrets.onDidChange(readProviders));
  editor.own(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('cas')) readProviders();
    }),
  );
  editor.own(editor.model.onDidChange(() => setKeys(listKeys(editor))));
  editor.own(editor.review.onDidChange(() => setKeys({ reviewOpen: editor.review.isOpen })));
}
