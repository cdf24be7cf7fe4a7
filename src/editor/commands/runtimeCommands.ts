// Which runtime runs are started on, and measuring what each of them can do.

import * as vscode from 'vscode';
import type { Command } from '#editor/commands/command.ts';
import type { Editor } from '#editor/editor.ts';
import type { ParityFeature, ParityReport, ParityTable } from '#protocol/parity.ts';

const { t } = vscode.l10n;

const NAMES: Readonly<Record<string, string>> = { custom: 'Custom', langgraph: 'LangGraph' };

function runtimeName(id: string): string {
  return NAMES[id] ?? id;
}

function measured(report: ParityReport | undefined): string {
  return report ? t('{0} of {1} features available', report.available, report.total) : t('not measured yet');
}

/** Sets `cas.runtime` for this workspace. Runs that go on stay where they are. */
async function switchRuntime(editor: Editor): Promise<void> {
  const api = await editor.core.get();
  const [runtimes, info, parity] = await Promise.all([api.call('runtimes.status'), api.call('workspace.info'), api.call('parity.latest')]);
  const items = runtimes.map(({ id }) => ({
    id,
    label: runtimeName(id),
    description: id === info.runtime ? t('active') : '',
    detail: measured(parity.reports.find((report) => report.runtime === id)),
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: t('Switch Runtime'),
    placeHolder: t('New runs start on it; runs that go on stay where they are'),
  });
  if (!picked || picked.id === info.runtime) return;
  await vscode.workspace.getConfiguration('cas').update('runtime', picked.id, vscode.ConfigurationTarget.Workspace);
  await api.call('audit.note', { action: 'runtime.switch', target: picked.id });
}

/** With progress, because a person waits for it; the page shows the results by itself. */
async function measure(editor: Editor, feature?: ParityFeature): Promise<ParityTable> {
  const api = await editor.core.get();
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: feature ? t('Probing {0}', feature.name) : t('Probing the runtimes') },
    async () => api.call('parity.run', feature ? { feature: feature.id } : {}),
  );
}

async function runAll(editor: Editor): Promise<ParityTable> {
  const table = await measure(editor);
  editor.dashboard.show({ tab: 'live' });
  return table;
}

async function runOne(editor: Editor, id: unknown): Promise<ParityTable | undefined> {
  const api = await editor.core.get();
  const { features } = await api.call('parity.latest');
  const known = features.find((feature) => feature.id === id);
  const items = features.map((feature) => ({ label: feature.name, description: feature.group, feature }));
  const picked = known ?? (await vscode.window.showQuickPick(items, { title: t('Run Probe for Feature') }))?.feature;
  if (!picked) return undefined;
  const table = await measure(editor, picked);
  editor.dashboard.show({ tab: 'live' });
  return table;
}

export const runtimeCommands: readonly Command[] = [
  { id: 'cas.runtime.switch', needs: 'trust', run: switchRuntime },
  { id: 'cas.probe.runAll', needs: 'trust', run: runAll },
  { id: 'cas.probe.runOne', needs: 'trust', run: runOne },
];
