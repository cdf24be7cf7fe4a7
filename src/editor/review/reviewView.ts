// The Review view: what a person needs to decide about the proposal in front. Its page draws; the commands decide.

import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { plural } from '#base/figures.ts';
import { systemClock } from '#base/clock.ts';
import { DisposableStore } from '#base/disposable.ts';
import type { ActionHandlers } from '#core/pages/pageHost.ts';
import type { TopicSource } from '#core/pages/ports.ts';
import { withNames } from '#editor/agentName.ts';
import type { Editor } from '#editor/editor.ts';
import { serveWhenLoaded } from '#editor/panels/pageServer.ts';
import { viewPort } from '#editor/panels/panelPort.ts';
import { changedSince } from '#editor/review/rebaseProposal.ts';
import { reasonText, riskWord, worries } from '#editor/review/riskText.ts';
import type { reviewActions, ReviewState } from '#protocol/pages/review.ts';
import type { ReviewSheet } from '#protocol/review.ts';

const { t } = vscode.l10n;
const VIEW = 'cas.review';

const handlers: ActionHandlers<typeof reviewActions> = {
  async decide({ verb, id }) {
    await vscode.commands.executeCommand(`cas.proposal.${verb}`, { proposalId: id });
  },
  async openRun({ runId }) {
    await vscode.commands.executeCommand('cas.run.open', { runId });
  },
  async openProposal({ id, path }) {
    await vscode.commands.executeCommand('cas.proposal.review', { proposalId: id, ...(path !== undefined && { path }) });
  },
};

function stateOf(editor: Editor): ReviewState | null {
  const current = editor.review.current;
  if (!current) return null;
  const sheet = withNames(editor, current);
  const { id, files } = sheet.proposal;
  return {
    sheet,
    risk: { word: riskWord(sheet.risk.level), reasons: sheet.risk.reasons.map(reasonText) },
    asksFirst: worries(sheet).length > 0,
    changed: changedSince(sheet.proposal).map(({ path }) => path),
    leftOut: files.map(({ path }) => path).filter((path) => editor.review.isLeftOut(id, path)),
    trusted: vscode.workspace.isTrusted,
  };
}

/** `1 of 5 hunks decided`; empty before the first decision. */
function describe({ proposal }: ReviewSheet): string {
  const hunks = proposal.files.flatMap((file) => file.hunks);
  const decided = hunks.filter(({ status }) => status !== 'pending').length;
  if (decided === 0) return '';
  return plural(hunks.length, t('{0} of 1 hunk decided', decided), t('{0} of {1} hunks decided', decided, hunks.length));
}

function serve(editor: Editor, view: vscode.WebviewView): void {
  const resources = new DisposableStore();
  const topic: TopicSource = {
    snapshot: async () => ({ seq: 0, value: () => stateOf(editor) }),
    follow: (sink) => editor.review.onDidChange(() => sink.stale()),
  };
  const title = (): void => {
    const sheet = editor.review.current;
    view.description = sheet ? describe(sheet) : '';
  };
  title();
  resources.add(editor.review.onDidChange(title));
  view.onDidDispose(() => resources.dispose());
  serveWhenLoaded(
    view.webview,
    { resources, context: editor.context, log: editor.log },
    {
      serve: ({ servePage, reviewActions: schemas }) =>
        servePage({
          name: randomUUID(),
          port: viewPort(view, editor.log),
          core: editor.core,
          methods: [],
          schemas,
          actions: handlers,
          topic: (name) => (name === 'review' ? topic : null),
          clock: systemClock,
          log: editor.log,
        }),
      shell: { page: 'review', title: t('Review'), tabs: [] },
    },
  );
}

export function contributeReviewView(editor: Editor): void {
  editor.own(vscode.window.registerWebviewViewProvider(VIEW, { resolveWebviewView: (view) => serve(editor, view) }));
}
