// One native comment thread per hunk: the reason and its places, Accept and Reject in the thread's title.
// Decided threads fold and keep Undo.

import * as vscode from 'vscode';
import { dotted } from '#base/figures.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';
import { proposalFileUri } from '#editor/review/proposalUri.ts';
import { escapeMarkdown } from '#editor/views/markdownText.ts';
import type { HunkStatus, HunkView, ProposalFileView, ProposalView } from '#protocol/proposal.ts';
import type { ReviewSheet, VerdictLine } from '#protocol/review.ts';

const { t } = vscode.l10n;

export interface HunkRef {
  readonly proposalId: string;
  readonly path: string;
  readonly hunk: string;
}

/** 0-based line a thread stands under: the hunk's last changed line on that side, or where the other side's lines were. */
export function threadLine(hunk: HunkView, side: 'base' | 'proposed'): number {
  const [own, other] = side === 'proposed' ? ['+', '-'] : ['-', '+'];
  const [start, count] = side === 'proposed' ? [hunk.newStart, hunk.newLines] : [hunk.oldStart, hunk.oldLines];
  let next = count === 0 ? start : start - 1;
  let last = Math.max(0, next - 1);
  for (const text of hunk.lines) {
    if (text.startsWith(own)) last = next;
    else if (text.startsWith(other)) last = Math.max(0, next - 1);
    if (text.startsWith(own) || text.startsWith(' ')) next += 1;
  }
  return last;
}

/** 0-based first and last line of the hunk on one side, context included; where it has none there, the line before it. */
export function hunkLines(hunk: HunkView, side: 'base' | 'proposed'): readonly [number, number] {
  const [start, count] = side === 'proposed' ? [hunk.newStart, hunk.newLines] : [hunk.oldStart, hunk.oldLines];
  const first = Math.max(0, start - 1);
  return [first, Math.max(first, first + count - 1)];
}

function statusLabel(hunk: HunkView, total: number): string {
  const labels: { readonly [S in HunkStatus]: string } = {
    pending: t('Hunk {0} of {1}', hunk.id, total),
    accepted: t('Hunk {0} of {1} accepted', hunk.id, total),
    rejected: t('Hunk {0} of {1} rejected', hunk.id, total),
  };
  return labels[hunk.status];
}

function reasonText(hunk: HunkView): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown(escapeMarkdown(hunk.reason || t('No reason was given.')));
  const root = workspaceRoot();
  if (!root || hunk.citations.length === 0) return text;
  const links = hunk.citations.map(({ path, line, verified }) => {
    if (verified === false) return escapeMarkdown(t('{0} (not confirmed)', `${path}:${line}`));
    return `[${escapeMarkdown(`${path}:${line}`)}](${vscode.Uri.joinPath(root, path)
      .with({ fragment: `L${line}` })
      .toString()})`;
  });
  return text.appendMarkdown(`\n\n${links.join(', ')}`);
}

function checksText({ verification }: ProposalView, hunk: HunkView): string {
  if (hunk.amended) return t('edited by you');
  if (!verification) return '';
  const failed = verification.checks.filter(({ passed }) => !passed).length;
  return failed === 0 ? t('checks passed') : t('{0} of {1} checks failed', failed, verification.checks.length);
}

const verdictWords: { readonly [V in VerdictLine['verdict']]: string } = {
  approves: t('approves'),
  objects: t('objects'),
  note: t('has a note'),
};

/** What others said about lines of this hunk. */
function verdictComments({ verdicts }: ReviewSheet, path: string, hunk: HunkView): readonly vscode.Comment[] {
  return verdicts.flatMap(({ who, verdict, notes }) =>
    notes
      .filter((note) => note.path === path && note.line >= hunk.oldStart && note.line < hunk.oldStart + Math.max(1, hunk.oldLines))
      .map(({ text }) => ({
        author: { name: who },
        body: new vscode.MarkdownString(escapeMarkdown(text)),
        mode: vscode.CommentMode.Preview,
        label: verdictWords[verdict],
      })),
  );
}

/** `QA approves`; empty when nobody judged the proposal. */
function verdictSummary({ verdicts }: ReviewSheet): string {
  return verdicts.map(({ who, verdict }) => `${who} ${verdictWords[verdict]}`).join(', ');
}

interface Held {
  readonly thread: vscode.CommentThread;
  /** The hunk as it was drawn, without its status: another one needs another thread. */
  readonly face: string;
  status: HunkStatus;
}

export class HunkThreads implements vscode.Disposable {
  readonly #controller: vscode.CommentController;
  /** By proposal, then by `path#hunk`. */
  readonly #threads = new Map<string, Map<string, Held>>();
  readonly #refs = new WeakMap<vscode.CommentThread, HunkRef>();

  constructor() {
    this.#controller = vscode.comments.createCommentController('cas.council', t('CAS review'));
    this.#controller.options = { prompt: t('Reply, or ask for a change'), placeHolder: t('What shall be different here') };
  }

  /** Which hunk a thread is about; null for a thread of somebody else. */
  refOf(thread: vscode.CommentThread): HunkRef | null {
    return this.#refs.get(thread) ?? null;
  }

  /** Makes the threads of a proposal, or brings them up to date. */
  show(sheet: ReviewSheet): void {
    const { proposal } = sheet;
    const held = this.#threads.get(proposal.id) ?? new Map<string, Held>();
    this.#threads.set(proposal.id, held);
    const wanted = new Set(proposal.files.flatMap(({ path, hunks }) => hunks.map(({ id }) => `${path}#${id}`)));
    for (const [key, { thread }] of held) {
      if (wanted.has(key)) continue;
      thread.dispose();
      held.delete(key);
    }
    for (const file of proposal.files) {
      for (const hunk of file.hunks) {
        const key = `${file.path}#${hunk.id}`;
        const known = held.get(key);
        if (known?.face === faceOf(sheet, hunk)) {
          if (known.status !== hunk.status) this.#mark(known, { sheet, hunk, total: file.hunks.length });
          continue;
        }
        known?.thread.dispose();
        held.set(key, this.#create(sheet, file, hunk));
      }
    }
  }

  /** Shows what the person wrote down; it is sent with the next request for changes. */
  addNote(thread: vscode.CommentThread, text: string): void {
    const comment = { author: { name: t('You') }, body: new vscode.MarkdownString(escapeMarkdown(text)), mode: vscode.CommentMode.Preview };
    thread.comments = [...thread.comments, { ...comment, label: t('goes with your next request') }];
  }

  hide(proposalId: string): void {
    for (const { thread } of this.#threads.get(proposalId)?.values() ?? []) thread.dispose();
    this.#threads.delete(proposalId);
  }

  dispose(): void {
    this.#controller.dispose();
  }

  #create(sheet: ReviewSheet, file: ProposalFileView, hunk: HunkView): Held {
    const { proposal } = sheet;
    const side = file.kind === 'delete' ? 'base' : 'proposed';
    const line = threadLine(hunk, side);
    const uri = proposalFileUri({ id: proposal.id, path: file.path, side, kind: file.kind });
    const label = checksText(proposal, hunk);
    const first: vscode.Comment = {
      author: { name: proposal.agent },
      body: reasonText(hunk),
      mode: vscode.CommentMode.Preview,
      ...(label && { label }),
    };
    const comments = [first, ...verdictComments(sheet, file.path, hunk)];
    const thread = this.#controller.createCommentThread(uri, new vscode.Range(line, 0, line, 0), comments);
    this.#refs.set(thread, { proposalId: proposal.id, path: file.path, hunk: hunk.id });
    const held: Held = { thread, face: faceOf(sheet, hunk), status: hunk.status };
    this.#mark(held, { sheet, hunk, total: file.hunks.length });
    return held;
  }

  #mark(held: Held, { sheet, hunk, total }: { readonly sheet: ReviewSheet; readonly hunk: HunkView; readonly total: number }): void {
    const { thread } = held;
    const open = hunk.status === 'pending' && sheet.proposal.status === 'open';
    held.status = hunk.status;
    thread.label = dotted(statusLabel(hunk, total), verdictSummary(sheet));
    thread.contextValue = `hunk:${hunk.status}`;
    thread.canReply = open && vscode.workspace.isTrusted;
    thread.state = open ? vscode.CommentThreadState.Unresolved : vscode.CommentThreadState.Resolved;
    thread.collapsibleState = open ? vscode.CommentThreadCollapsibleState.Expanded : vscode.CommentThreadCollapsibleState.Collapsed;
  }
}

function faceOf({ proposal, verdicts }: ReviewSheet, hunk: HunkView): string {
  const { lines, newStart, oldStart, reason, amended } = hunk;
  return JSON.stringify([lines, newStart, oldStart, reason, amended, verdicts, proposal.status, checksText(proposal, hunk)]);
}
