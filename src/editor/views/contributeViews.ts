// The four trees of the side bar. Nothing is read until one of them is seen; hidden trees are not redrawn each second.

import * as vscode from 'vscode';
import { dotted, plural } from '#base/figures.ts';
import { agentName } from '#editor/agentName.ts';
import type { Editor } from '#editor/editor.ts';
import { agentNodes, agentsSummary } from '#editor/views/agentNodes.ts';
import { LiveTree, type LiveNode, type NodeSpec } from '#editor/views/liveTree.ts';
import { isOpenProposal, proposalNodes } from '#editor/views/proposalNodes.ts';
import { countRuns, PAGE, type RunDetails, type RunGroup, runNodes, runsSummary } from '#editor/views/runNodes.ts';
import { workflowNodes } from '#editor/views/workflowNodes.ts';
import type { ListName, Lists } from '#editor/workspaceModel.ts';

const { t } = vscode.l10n;
const TICK_MS = 1000;

interface CasView<N extends ListName> {
  readonly list: N;
  readonly view: vscode.TreeView<LiveNode>;
  readonly tree: LiveTree;
  readonly draw: (items: Lists[N]) => void;
}

/** Makes one tree: drawn when its list was read anew, and asked for when it is first seen. */
function addView<N extends ListName>(
  editor: Editor,
  list: N,
  nodes: (items: Lists[N]) => readonly NodeSpec[],
  checkboxes = false,
): CasView<N> {
  const tree = editor.own(new LiveTree());
  const view = editor.own(
    vscode.window.createTreeView(`cas.${list}`, { treeDataProvider: tree, showCollapseAll: true, manageCheckboxStateManually: checkboxes }),
  );
  editor.own(view.onDidExpandElement(({ element }) => tree.folded(element, true)));
  editor.own(view.onDidCollapseElement(({ element }) => tree.folded(element, false)));
  const draw = (items: Lists[N]): void => tree.update(nodes(items));
  editor.own(
    editor.model.onDidChange((changed) => {
      const items = editor.model.get(list);
      if (changed.has(list) && items) draw(items);
    }),
  );
  const seen = (): void => {
    if (view.visible) editor.model.want(list);
  };
  editor.own(view.onDidChangeVisibility(seen));
  seen();
  return { list, view, tree, draw };
}

async function readDetails(editor: Editor, id: string): Promise<RunDetails> {
  const api = await editor.core.get();
  const [run, report, proposals] = await Promise.all([
    api.call('runs.get', id),
    api.call('runs.report', id),
    api.call('proposals.list', { runId: id }),
  ]);
  return { run, report, proposals };
}

function badge(value: number, tooltip: string): vscode.ViewBadge | undefined {
  return value > 0 ? { value, tooltip } : undefined;
}

/** Redraws the runs each second while one is live and the view is seen. */
function tickWhileLive(editor: Editor, runs: CasView<'runs'>): void {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const check = (): void => {
    const items = editor.model.get('runs');
    const needed = runs.view.visible && items !== undefined && countRuns(items).running > 0;
    if (!needed) stop();
    else timer ??= setInterval(() => runs.draw(editor.model.get('runs') ?? []), TICK_MS);
  };
  editor.own(runs.view.onDidChangeVisibility(check));
  editor.own(editor.model.onDidChange(check));
  editor.own({ dispose: stop });
}

function contributeRuns(editor: Editor): CasView<'runs'> {
  const shown: Partial<Record<RunGroup, number>> = {};
  const details = async (id: string): Promise<RunDetails> => readDetails(editor, id);
  const runs = addView(editor, 'runs', (items) =>
    runNodes(items, { now: Date.now(), shown, details, agentName: (id) => agentName(editor, id) }),
  );
  editor.own(
    vscode.commands.registerCommand('cas.run.loadMore', (group: RunGroup) => {
      shown[group] = (shown[group] ?? PAGE) + PAGE;
      runs.draw(editor.model.get('runs') ?? []);
    }),
  );
  editor.own(
    vscode.commands.registerCommand('cas.run.reveal', async (runId: string) => {
      await vscode.commands.executeCommand('cas.runs.focus');
      await editor.model.refresh('runs');
      const node = runs.tree.find((target) => target.kind === 'run' && target.id === runId);
      if (node) await runs.view.reveal(node, { select: true, focus: true, expand: true });
    }),
  );
  tickWhileLive(editor, runs);
  return runs;
}

function contributeProposals(editor: Editor): CasView<'proposals'> {
  const proposal = async (id: string) => (await editor.core.get()).call('proposals.get', id);
  let generation = 0;
  const view = addView(
    editor,
    'proposals',
    (items) =>
      proposalNodes(items, {
        proposal,
        isChecked: (id, file) => !editor.review.isLeftOut(id, file),
        agentName: (id) => agentName(editor, id),
        generation: (generation += 1),
      }),
    true,
  );
  editor.own(
    view.view.onDidChangeCheckboxState(({ items }) => {
      for (const [node, state] of items) {
        const { target } = node.spec;
        if (target?.kind === 'proposalFile') {
          editor.review.leaveOut(target.id, target.path, state === vscode.TreeItemCheckboxState.Unchecked);
        }
      }
    }),
  );
  // A file was edited, unchecked, or changed on disk.
  editor.own(editor.review.onDidChange(() => view.draw(editor.model.get('proposals') ?? [])));
  return view;
}

/** Summaries beside the titles, badges on the icon, and what Restricted Mode or a failed start has to say. */
function describeViews(
  editor: Editor,
  views: { agents: CasView<'agents'>; workflows: CasView<'workflows'>; runs: CasView<'runs'>; proposals: CasView<'proposals'> },
): void {
  const summarise = (): void => {
    const { agents, runs, proposals } = {
      agents: editor.model.get('agents'),
      runs: editor.model.get('runs'),
      proposals: editor.model.get('proposals'),
    };
    const noModel = editor.model.get('providers')?.length === 0 && t('no model');
    if (agents) views.agents.view.description = dotted(agentsSummary(agents), noModel);
    if (runs) {
      views.runs.view.description = runsSummary(runs);
      const { waiting } = countRuns(runs);
      views.runs.view.badge = badge(waiting, plural(waiting, t('1 run waits for you'), t('{0} runs wait for you', waiting)));
    }
    if (proposals) {
      const open = proposals.filter(isOpenProposal).length;
      views.proposals.view.badge = badge(open, plural(open, t('1 open proposal'), t('{0} open proposals', open)));
    }
  };
  const announce = (): void => {
    const { state } = editor.core;
    const restricted = vscode.workspace.isTrusted
      ? ''
      : t('Restricted Mode. You can read workflows, runs and proposals. Nothing runs and no file changes until you trust this folder.');
    // A view with a message shows no welcome text, and that has the way out: the reason stands in the view below.
    views.agents.view.message = state.kind === 'failed' ? '' : restricted;
    views.workflows.view.message = state.kind === 'failed' ? state.error.message : '';
    // Trees stop waiting: the welcome text explains and offers to try again.
    if (state.kind === 'failed') for (const { tree } of Object.values(views)) tree.update([]);
  };
  announce();
  editor.own(editor.model.onDidChange(summarise));
  editor.own(editor.core.onDidChangeState(announce));
  editor.own(vscode.workspace.onDidGrantWorkspaceTrust(announce));
}

export function contributeViews(editor: Editor): void {
  const agents = addView(editor, 'agents', (items) => agentNodes(items, Date.now()));
  const workflows = addView(editor, 'workflows', workflowNodes);
  const runs = contributeRuns(editor);
  const proposals = contributeProposals(editor);
  describeViews(editor, { agents, workflows, runs, proposals });
}
