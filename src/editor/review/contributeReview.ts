// Proposal texts, their git letters, and the threads of what is under review.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';
import { HunkThreads } from '#editor/review/hunkThreads.ts';
import { parseProposalUri, PROPOSAL_SCHEME } from '#editor/review/proposalUri.ts';
import type { FileChangeKind } from '#protocol/proposal.ts';

const decorations: { readonly [K in FileChangeKind]: readonly [letter: string, word: string, colour: string] } = {
  modify: ['M', vscode.l10n.t('Modified'), 'modified'],
  create: ['A', vscode.l10n.t('Added'), 'added'],
  delete: ['D', vscode.l10n.t('Deleted'), 'deleted'],
  rename: ['R', vscode.l10n.t('Renamed'), 'renamed'],
};

function decorationFor(kind: FileChangeKind): vscode.FileDecoration {
  const [letter, word, colour] = decorations[kind];
  return new vscode.FileDecoration(letter, word, new vscode.ThemeColor(`gitDecoration.${colour}ResourceForeground`));
}

/** A missing side, such as the base of a new file, is an empty document. */
async function provideText(editor: Editor, uri: vscode.Uri): Promise<string> {
  const ref = parseProposalUri(uri);
  if (!ref) return '';
  const api = await editor.core.get();
  return (await api.call('proposals.text', { id: ref.id, path: ref.path, side: ref.side })) ?? '';
}

export function contributeReview(editor: Editor): void {
  const provider = { provideTextDocumentContent: async (uri: vscode.Uri) => provideText(editor, uri) };
  editor.own(vscode.workspace.registerTextDocumentContentProvider(PROPOSAL_SCHEME, provider));
  editor.own(
    vscode.window.registerFileDecorationProvider({
      provideFileDecoration: (uri) => {
        const ref = parseProposalUri(uri);
        return ref ? decorationFor(ref.kind) : undefined;
      },
    }),
  );

  let threads: HunkThreads | null = null;
  editor.own(
    editor.review.onDidChange((id) => {
      const proposal = editor.review.get(id);
      threads ??= editor.own(new HunkThreads());
      if (proposal) threads.show(proposal);
      else threads.hide(id);
    }),
  );
  editor.review.refOfThread = (thread) => threads?.refOf(thread) ?? null;
  editor.own(
    editor.model.onDidReceive((event) => {
      if (event.kind !== 'changed' || event.what !== 'proposals') return;
      for (const id of editor.review.openIds) {
        editor.review
          .refresh(id)
          .catch((error: unknown) => editor.log.warn('a proposal under review could not be read', { id, reason: String(error) }));
      }
    }),
  );
}
