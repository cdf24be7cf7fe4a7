// Commands that look back: the audit chain, the figures, and what a person thinks of them.

import path from 'node:path';
import * as vscode from 'vscode';
import { auditExport } from '#core/api/auditLines.ts';
import type { Command } from '#editor/commands/command.ts';
import type { Editor } from '#editor/editor.ts';
import { plainMessage } from '#editor/plainMessage.ts';
import { saveText } from '#editor/saveText.ts';
import type { AuditVerification } from '#protocol/audit.ts';
import type { FeedbackNote, FeedbackReason, FeedbackTarget } from '#protocol/feedback.ts';
import { feedbackReasons } from '#protocol/optionWords.ts';

const { t } = vscode.l10n;
const WEEK_MS = 7 * 86_400_000;
const OFFERED = 20;

async function verifyAudit(editor: Editor): Promise<AuditVerification> {
  const api = await editor.core.get();
  const progress = { location: vscode.ProgressLocation.Notification, title: t('Verifying the audit chain') };
  const found = await vscode.window.withProgress(progress, async () => api.call('audit.verify'));
  // Not awaited: the command is done, whether or not the message is read.
  void showChain(editor, found);
  return found;
}

async function showChain(editor: Editor, { broken, entries, durationMs }: AuditVerification): Promise<void> {
  const show = t('Show Audit');
  const chosen = await (broken === null
    ? vscode.window.showInformationMessage(t('Chain verified: {0} entries in {1} ms.', entries, durationMs), show)
    : vscode.window.showErrorMessage(plainMessage(t('Chain broken. {0}', broken.message)), show));
  if (chosen === show) editor.dashboard.show({ tab: 'audit' });
}

/** True when a file was written. */
async function exportAudit(editor: Editor): Promise<boolean> {
  const trail = auditExport(await editor.core.get());
  let text = '';
  for await (const part of trail.parts) text += part;
  const file = await saveText({ name: `cas-audit-${today()}.jsonl`, text });
  if (file) await trail.note(path.posix.basename(file.path));
  return file !== undefined;
}

async function exportMetrics(editor: Editor): Promise<boolean> {
  const formats = [
    { label: 'CSV', description: t('one table for a spreadsheet'), format: 'csv' as const },
    { label: 'JSON', description: t('the whole report'), format: 'json' as const },
  ];
  const picked = await vscode.window.showQuickPick(formats, { title: t('Export the figures of the last 7 days') });
  if (!picked) return false;
  const api = await editor.core.get();
  const query = { since: Date.now() - WEEK_MS };
  return (await saveText(await api.call('metrics.export', { query, format: picked.format }))) !== undefined;
}

const today = (): string => new Date().toISOString().slice(0, 10);

/** Code may give `{ runId }`, `{ proposalId }` or `{ agent }`. Undefined when the person stopped before a rating. */
async function giveFeedback(editor: Editor, argument: unknown): Promise<FeedbackNote | undefined> {
  const api = await editor.core.get();
  const target = targetOf(argument) ?? (await pickTarget(editor));
  if (!target) return undefined;
  const ratings = [
    { label: `$(thumbsup) ${t('Good')}`, rating: 'up' as const },
    { label: `$(thumbsdown) ${t('Not good')}`, rating: 'down' as const },
  ];
  const rated = await vscode.window.showQuickPick(ratings, { title: t('How good was it') });
  if (!rated) return undefined;
  const reasons = feedbackReasons.map((reason) => ({ label: reasonWord(reason), reason }));
  const why = await vscode.window.showQuickPick(reasons, { title: t('Why'), placeHolder: t('Escape leaves the reason out') });
  const text = await vscode.window.showInputBox({
    title: t('In your own words'),
    prompt: t('It stays on this machine. Escape leaves it out.'),
  });
  const note = await api.call('feedback.give', {
    target,
    rating: rated.rating,
    ...(why && { reason: why.reason }),
    ...(text !== undefined && text !== '' && { text }),
  });
  editor.dashboard.show({ tab: 'feedback' });
  return note;
}

function targetOf(argument: unknown): FeedbackTarget | null {
  const { runId, proposalId, agent } = (argument ?? {}) as { readonly [name: string]: unknown };
  if (typeof runId === 'string') return { kind: 'run', id: runId };
  if (typeof proposalId === 'string') return { kind: 'proposal', id: proposalId };
  return typeof agent === 'string' ? { kind: 'agent', id: agent } : null;
}

async function pickTarget(editor: Editor): Promise<FeedbackTarget | undefined> {
  const api = await editor.core.get();
  const [runs, proposals, agents] = await Promise.all([
    api.call('runs.list', { limit: OFFERED }),
    api.call('proposals.list'),
    api.call('agents.list'),
  ]);
  const heading = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const item = (kind: FeedbackTarget['kind'], id: string, label: string, description: string) => ({
    label,
    description,
    target: { kind, id },
  });
  const items: (vscode.QuickPickItem & { readonly target?: FeedbackTarget })[] = [
    heading(t('Runs')),
    ...runs.filter(({ endedAt }) => endedAt !== null).map(({ id, title, status }) => item('run', id, title, status)),
    heading(t('Proposals')),
    ...proposals.slice(0, OFFERED).map(({ id, title, status }) => item('proposal', id, title, status)),
    heading(t('Agents')),
    ...agents.map(({ id, name }) => item('agent', id, name, id)),
  ];
  return (await vscode.window.showQuickPick(items, { title: t('Give Feedback'), matchOnDescription: true }))?.target;
}

function reasonWord(reason: FeedbackReason): string {
  return {
    correct: t('Correct'),
    useful: t('Useful'),
    wrong: t('Wrong'),
    incomplete: t('Incomplete'),
    unclear: t('Unclear'),
    tooMuch: t('Too much'),
    slow: t('Slow'),
  }[reason];
}

export const reportCommands: readonly Command[] = [
  { id: 'cas.audit.verify', needs: 'nothing', run: verifyAudit },
  { id: 'cas.audit.export', needs: 'nothing', run: exportAudit },
  { id: 'cas.metrics.export', needs: 'nothing', run: exportMetrics },
  { id: 'cas.feedback.give', needs: 'nothing', run: giveFeedback },
];
