// Carries a person's yes or no to the core: saves what must be saved first, asks where a yes needs a second look.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';
import { plural } from '#editor/views/format.ts';
import type { DecisionOutcome, ProposalTarget, ProposalView } from '#protocol/proposal.ts';

const { t } = vscode.l10n;

export type Verdict = 'accept' | 'reject';

function pathsOf(proposal: ProposalView, target: ProposalTarget): readonly string[] {
  const files = target.path === undefined ? proposal.files : proposal.files.filter(({ path }) => path === target.path);
  return files.flatMap(({ path, oldPath }) => (oldPath === null ? [path] : [path, oldPath]));
}

function unsavedAmong(paths: readonly string[]): readonly vscode.TextDocument[] {
  const root = workspaceRoot();
  if (!root) return [];
  const wanted = new Set(paths.map((path) => vscode.Uri.joinPath(root, path).toString()));
  return vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && wanted.has(uri.toString()));
}

/** True when nothing is unsaved any more. The person may also keep the edits as they are: then nothing is written. */
async function saveFirst(paths: readonly string[]): Promise<boolean> {
  const unsaved = unsavedAmong(paths);
  const [first] = unsaved;
  if (!first) return true;
  const name = vscode.workspace.asRelativePath(first.uri);
  const text = plural(unsaved.length, t('{0} has unsaved changes.', name), t('{0} and others have unsaved changes.', name));
  const save = t('Save and Accept');
  if ((await vscode.window.showWarningMessage(text, save)) !== save) return false;
  const saved = await Promise.all(unsaved.map((document) => document.save()));
  return saved.every(Boolean);
}

/** Accepting everything although checks failed is asked about first, with the reason. */
async function confirmFailedChecks(proposal: ProposalView): Promise<boolean> {
  const failed = proposal.verification?.checks.filter(({ passed }) => !passed) ?? [];
  if (proposal.verification === null || proposal.verification.passed) return true;
  const detail = failed.map(({ name, detail }) => `${name}: ${detail}`).join('\n');
  const accept = t('Accept Anyway');
  const picked = await vscode.window.showWarningMessage(
    t('QA found that this proposal fails its checks.'),
    { modal: true, detail },
    accept,
  );
  return picked === accept;
}

async function decideOne(editor: Editor, verdict: Verdict, target: ProposalTarget): Promise<DecisionOutcome> {
  const api = await editor.core.get();
  const outcome = verdict === 'accept' ? await api.call('proposals.accept', { target }) : await api.call('proposals.reject', target);
  editor.review.decided(outcome.proposal);
  return outcome;
}

/** The parts of "all" that the checkboxes leave: everything at once when none was taken out. */
function checkedParts(editor: Editor, proposal: ProposalView): readonly ProposalTarget[] {
  const proposalId = proposal.id;
  const open = proposal.files.filter(({ hunks }) => hunks.some(({ status }) => status === 'pending'));
  const checked = open.filter(({ path }) => !editor.review.isLeftOut(proposalId, path));
  return checked.length === open.length ? [{ proposalId }] : checked.map(({ path }) => ({ proposalId, path }));
}

function say(outcomes: readonly DecisionOutcome[]): void {
  const rebased = outcomes.flatMap((outcome) => outcome.rebased);
  if (rebased.length === 0) return;
  void vscode.window.setStatusBarMessage(t('{0} had changed since; your edits and the proposal are both in.', rebased.join(', ')), 8000);
}

/**
 * Accepts or rejects a hunk, a file or all of a proposal. Empty when the person took back their word.
 * Throws `proposal.conflict`, `proposal.notFound`, and what the core gives else.
 */
export async function decide(editor: Editor, verdict: Verdict, target: ProposalTarget): Promise<readonly DecisionOutcome[]> {
  const api = await editor.core.get();
  const proposal = await api.call('proposals.get', target.proposalId);
  const whole = target.path === undefined;
  if (verdict === 'accept') {
    if (!(await saveFirst(pathsOf(proposal, target)))) return [];
    if (whole && !(await confirmFailedChecks(proposal))) return [];
  }
  const parts = whole && verdict === 'accept' ? checkedParts(editor, proposal) : [target];
  const outcomes: DecisionOutcome[] = [];
  for (const part of parts) outcomes.push(await decideOne(editor, verdict, part));
  say(outcomes);
  return outcomes;
}

/** Takes back the last decision on a proposal; files that were written get their bytes back. */
export async function undoLast(editor: Editor, proposalId: string): Promise<DecisionOutcome | null> {
  const api = await editor.core.get();
  const proposal = await api.call('proposals.get', proposalId);
  if (!(await saveFirst(pathsOf(proposal, { proposalId })))) return null;
  const outcome = await api.call('proposals.undo', proposalId);
  editor.review.decided(outcome.proposal);
  return outcome;
}
