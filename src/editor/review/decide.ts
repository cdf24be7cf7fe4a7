// Carries a person's yes or no to the core: saves what must be saved first, asks where a yes needs a second look.

import * as vscode from 'vscode';
import { plural } from '#base/figures.ts';
import { hasCode, toErrorView } from '#base/errors.ts';
import type { Editor } from '#editor/editor.ts';
import { plainMessage } from '#editor/plainMessage.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';
import { parseProposalUri } from '#editor/review/proposalUri.ts';
import { worries } from '#editor/review/riskText.ts';
import type { DecisionOutcome, ProposalTarget, ProposalView } from '#protocol/proposal.ts';
import type { ReviewSheet } from '#protocol/review.ts';

const { t } = vscode.l10n;

export type Verdict = 'accept' | 'reject';

function pathsOf(proposal: ProposalView, target: ProposalTarget): readonly string[] {
  const files = target.path === undefined ? proposal.files : proposal.files.filter(({ path }) => path === target.path);
  return files.flatMap(({ path, oldPath }) => (oldPath === null ? [path] : [path, oldPath]));
}

/** Of the files, and of the proposed texts a person may be editing. */
function unsavedAmong(proposalId: string, paths: readonly string[]): readonly vscode.TextDocument[] {
  const root = workspaceRoot();
  if (!root) return [];
  const wanted = new Set(paths.map((path) => vscode.Uri.joinPath(root, path).toString()));
  const isOurs = (uri: vscode.Uri): boolean => parseProposalUri(uri)?.id === proposalId;
  return vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && (wanted.has(uri.toString()) || isOurs(uri)));
}

/** True when nothing is unsaved any more. The person may also keep the edits as they are: then nothing is written. */
async function saveFirst(proposalId: string, paths: readonly string[]): Promise<boolean> {
  const unsaved = unsavedAmong(proposalId, paths);
  const [first] = unsaved;
  if (!first) return true;
  const name = parseProposalUri(first.uri)?.path ?? vscode.workspace.asRelativePath(first.uri);
  const text = plural(unsaved.length, t('{0} has unsaved changes.', name), t('{0} and others have unsaved changes.', name));
  const save = t('Save and Accept');
  if ((await vscode.window.showWarningMessage(plainMessage(text), save)) !== save) return false;
  const saved = await Promise.all(unsaved.map((document) => document.save()));
  return saved.every(Boolean);
}

/** Accepting everything although checks failed, a reviewer objects or the risk is high is asked about first, with the reason. */
async function confirmWorries(sheet: ReviewSheet): Promise<boolean> {
  const reasons = worries(sheet);
  if (reasons.length === 0) return true;
  const failed = sheet.proposal.verification?.checks.filter(({ passed }) => !passed) ?? [];
  const objections = sheet.verdicts.filter(({ verdict }) => verdict === 'objects');
  const detail = [...failed.map(({ name, detail }) => `${name}: ${detail}`), ...objections.map(({ who, text }) => `${who}: ${text}`)];
  const accept = t('Accept Anyway');
  const message = t('Accept all changes? {0}.', reasons.join('; '));
  return (await vscode.window.showWarningMessage(message, { modal: true, detail: detail.join('\n') }, accept)) === accept;
}

/** What "all" means with the checkboxes: the whole proposal when no file was taken out, else those that are checked, as one decision. */
function checkedParts(editor: Editor, proposal: ProposalView): ProposalTarget | null {
  const proposalId = proposal.id;
  const open = proposal.files.filter(({ hunks }) => hunks.some(({ status }) => status === 'pending'));
  const checked = open.filter(({ path }) => !editor.review.isLeftOut(proposalId, path));
  if (checked.length === open.length) return { proposalId };
  return checked.length === 0 ? null : { proposalId, parts: checked.map(({ path }) => ({ path })) };
}

function say({ rebased }: DecisionOutcome): void {
  if (rebased.length === 0) return;
  void vscode.window.setStatusBarMessage(t('{0} had changed since; your edits and the proposal are both in.', rebased.join(', ')), 8000);
}

/**
 * Accepts or rejects a hunk, a file or all of a proposal. Null when the person took back their word.
 * Throws `proposal.conflict`, `proposal.notFound`, and what the core gives else.
 */
export async function decide(editor: Editor, verdict: Verdict, target: ProposalTarget): Promise<DecisionOutcome | null> {
  const api = await editor.core.get();
  const sheet = await api.call('proposals.sheet', target.proposalId);
  if (verdict === 'reject') return carryOut(editor, verdict, target);
  const part = target.path === undefined ? checkedParts(editor, sheet.proposal) : target;
  if (part === null) {
    void vscode.window.showInformationMessage(t('Every file of it is unchecked, so nothing would go in.'));
    return null;
  }
  if (!(await saveFirst(target.proposalId, pathsOf(sheet.proposal, target)))) return null;
  if (target.path === undefined && !(await confirmWorries(sheet))) return null;
  const outcome = await carryOut(editor, verdict, part).catch((error: unknown) => confirmProtected(editor, part, error));
  if (outcome !== null) say(outcome);
  return outcome;
}

/** Files that act are asked about one by one, each with its reason; with one no, nothing is written. */
async function confirmProtected(editor: Editor, target: ProposalTarget, error: unknown): Promise<DecisionOutcome | null> {
  if (!hasCode(error, 'proposal.protected')) throw error;
  const files = (toErrorView(error).details['files'] ?? []) as unknown as readonly { readonly path: string; readonly reason: string }[];
  const accept = t('Accept This File');
  for (const { path, reason } of files) {
    const message = t('{0} acts by itself: {1}. Accept it, too?', path, reason);
    if ((await vscode.window.showWarningMessage(message, { modal: true }, accept)) !== accept) return null;
  }
  return carryOut(editor, 'accept', { ...target, confirmed: files.map(({ path }) => path) });
}

async function carryOut(editor: Editor, verdict: Verdict, target: ProposalTarget): Promise<DecisionOutcome> {
  const api = await editor.core.get();
  const outcome = verdict === 'accept' ? await api.call('proposals.accept', { target }) : await api.call('proposals.reject', target);
  await editor.review.refresh(outcome.proposal.id);
  return outcome;
}

/** Takes back the last decision on a proposal; files that were written get their bytes back. */
export async function undoLast(editor: Editor, proposalId: string): Promise<DecisionOutcome | null> {
  const api = await editor.core.get();
  const proposal = await api.call('proposals.get', proposalId);
  if (!(await saveFirst(proposalId, pathsOf(proposal, { proposalId })))) return null;
  const outcome = await api.call('proposals.undo', proposalId);
  await editor.review.refresh(outcome.proposal.id);
  return outcome;
}
