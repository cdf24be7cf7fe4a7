// Proposal texts, their git letters, and the threads of what is under review.

import * as vscode from 'vscode';
import { withNames } from '#editor/agentName.ts';
import type { Editor } from '#editor/editor.ts';
import { ProposalFiles } from '#editor/review/proposalFiles.ts';
import { HunkThreads } from '#editor/review/hunkThreads.ts';
import { offerRebase } from '#editor/review/rebaseProposal.ts';
import { parseProposalUri, PROPOSAL_SCHEME } from '#editor/review/proposalUri.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';
import { plainMessage } from '#editor/plainMessage.ts';
import type { FileChangeKind } from '#protocol/proposal.ts';

const { t } = vscode.l10n;

const decorations: { readonly [K in FileChangeKind]: readonly [letter: string, word: string, colour: string] } = {
  modify: ['M', t('Modified'), 'modified'],
  create: ['A', t('Added'), 'added'],
  delete: ['D', t('Deleted'), 'deleted'],
  rename: ['R', t('Renamed'), 'renamed'],
};

function decorationFor(kind: FileChangeKind): vscode.FileDecoration {
  const [letter, word, colour] = decorations[kind];
  return new vscode.FileDecoration(letter, word, new vscode.ThemeColor(`gitDecoration.${colour}ResourceForeground`));
}

export function contributeReview(editor: Editor): void {
  const files = editor.own(new ProposalFiles(editor));
  editor.own(vscode.workspace.registerFileSystemProvider(PROPOSAL_SCHEME, files, { isCaseSensitive: true }));
  editor.own(
    vscode.window.registerFileDecorationProvider({
      provideFileDecoration: (uri) => {
        const ref = parseProposalUri(uri);
        return ref ? decorationFor(ref.kind) : undefined;
      },
    }),
  );

  drawThreads(editor);
  keepFresh(editor, files);
  offerReplacement(editor);
  offerRebase(editor);
}

function drawThreads(editor: Editor): void {
  let threads: HunkThreads | null = null;
  editor.own(
    editor.review.onDidChange((id) => {
      const sheet = editor.review.get(id);
      threads ??= editor.own(new HunkThreads());
      if (sheet) threads.show(withNames(editor, sheet));
      else threads.hide(id);
    }),
  );
  editor.review.refOfThread = (thread) => threads?.refOf(thread) ?? null;
  editor.review.addNoteTo = (thread, text) => threads?.addNote(thread, text);
}

/** Somebody else may decide, a run may verify, and the files may be edited while they are under review. */
function keepFresh(editor: Editor, files: ProposalFiles): void {
  const told = (id: string) => (error: unknown) =>
    editor.log.warn('a proposal under review could not be read', { id, reason: String(error) });
  editor.own(
    editor.model.onDidReceive((event) => {
      if (event.kind !== 'changed' || event.what !== 'proposals') return;
      for (const id of editor.review.openIds) editor.review.refresh(id).catch(told(id));
    }),
  );
  editor.own(editor.review.onDidChange((id) => void files.refresh(id).catch(told(id))));
  let watcher: vscode.FileSystemWatcher | null = null;
  editor.own({ dispose: () => watcher?.dispose() });
  editor.own(
    editor.review.onDidChange(() => {
      const root = workspaceRoot();
      if (watcher || !root) return;
      watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(root, '**/*'));
      const look = (uri: vscode.Uri): void => {
        const path = uri.path.slice(root.path.length + 1);
        for (const id of editor.review.openIds) {
          const touched = editor.review.get(id)?.proposal.files.some((file) => file.path === path || file.oldPath === path);
          if (touched) editor.review.refresh(id).catch(told(id));
        }
      };
      watcher.onDidChange(look);
      watcher.onDidCreate(look);
      watcher.onDidDelete(look);
    }),
  );
}

/** A proposal that was replaced while it is on the screen: says so once and offers the new one. */
function offerReplacement(editor: Editor): void {
  const told = new Set<string>();
  editor.own(
    editor.review.onDidChange((id) => {
      const proposal = editor.review.get(id)?.proposal;
      if (!proposal?.replacedBy || told.has(id)) return;
      told.add(id);
      const review = t('Review');
      const text = t('“{0}” was drafted anew as you asked.', proposal.title);
      void vscode.window.showInformationMessage(plainMessage(text), review).then((picked) => {
        if (picked === review) void vscode.commands.executeCommand('cas.proposal.review', { proposalId: proposal.replacedBy });
      });
    }),
  );
}
