// The main job through commands, with the real core on a real repository: bytes on disk are compared, not states.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CoreApi } from '#protocol/api.ts';
import type { DecisionOutcome, ProposalSummary, ProposalTarget, ProposalView } from '#protocol/proposal.ts';
import type { RunView } from '#protocol/runView.ts';
import { extension, until, workspaceUri } from '#test/host/support/extension.ts';
import { RUN_PATIENCE_MS } from '#test/support/patience.ts';

const PRICES = 'src/prices.js';
const CART = 'src/cart.js';

async function bytes(path: string): Promise<string> {
  return Buffer.from(await vscode.workspace.fs.readFile(workspaceUri(path))).toString('latin1');
}

async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

describe('code-review through commands', () => {
  let api: CoreApi;
  let original: Readonly<Record<string, string>>;
  let run: RunView;

  /** The hunk of a file whose old or new lines hold `text`. */
  async function findHunk(path: string, text: string): Promise<Required<Omit<ProposalTarget, 'parts' | 'confirmed'>>> {
    const summaries: readonly ProposalSummary[] = await api.call('proposals.list', { open: true });
    const views: readonly ProposalView[] = await Promise.all(summaries.map(({ id }) => api.call('proposals.get', id)));
    for (const { id, files } of views) {
      const file = files.find((candidate) => candidate.path === path);
      const hunk = file?.hunks.find(
        ({ status, lines }) => status === 'pending' && lines.some((line) => /^[+-]/.test(line) && line.includes(text)),
      );
      if (hunk) return { proposalId: id, path, hunk: hunk.id };
    }
    return assert.fail(`no open proposal changes "${text}" in ${path}`);
  }

  async function decide(verb: 'acceptHunk' | 'rejectHunk', target: ProposalTarget): Promise<DecisionOutcome | null> {
    return (await vscode.commands.executeCommand<DecisionOutcome | null | undefined>(`cas.proposal.${verb}`, target)) ?? null;
  }

  before(async function () {
    original = { [PRICES]: await bytes(PRICES), [CART]: await bytes(CART) };
    api = await (await extension().activate()).core.get();
    const runId = await vscode.commands.executeCommand<string>('cas.workflow.run', { workflow: 'code-review', inputs: {}, mode: 'auto' });
    assert.match(runId, /^run_/);
    run = await until(
      async () => {
        const view = await api.call('runs.get', runId);
        return ['completed', 'partial', 'failed', 'cancelled'].includes(view.status) && view;
      },
      'the run ends',
      RUN_PATIENCE_MS,
    );
  });
  afterEach(closeAll);

  it('completes, cites what it found, and writes nothing', async () => {
    assert.equal(run.status, 'completed', JSON.stringify(run.errors));
    const { markdown } = await api.call('runs.report', run.id);
    assert.ok(markdown);
    const report = Buffer.from(await vscode.workspace.fs.readFile(vscode.Uri.file(markdown))).toString();
    assert.match(report, /src\/prices\.js:4/);
    assert.match(report, /src\/upload\.js:1/);
    assert.deepEqual({ [PRICES]: await bytes(PRICES), [CART]: await bytes(CART) }, original);
  });

  it('accepts one hunk alone, never writes a rejected one, and undo brings back every byte', async () => {
    const radix = await findHunk(PRICES, 'parseInt');
    const debug = await findHunk(PRICES, 'debugger');
    const outcome = await decide('acceptHunk', radix);
    assert.deepEqual(outcome?.written, [PRICES]);
    const withRadix = original[PRICES]?.replace('parseInt(text)', 'parseInt(text, 10)');
    assert.equal(await bytes(PRICES), withRadix);
    await decide('rejectHunk', debug);
    assert.equal(await bytes(PRICES), withRadix);
    for (const { proposalId } of [debug, radix]) await vscode.commands.executeCommand('cas.proposal.undoLast', { proposalId });
    assert.equal(await bytes(PRICES), original[PRICES]);
  });

  it('keeps CRLF line ends', async () => {
    await decide('acceptHunk', await findHunk(CART, 'debugger'));
    assert.equal(await bytes(CART), original[CART]?.replace('  debugger;\r\n', ''));
  });

  it('opens the diff with a thread for each hunk, base left and proposed right', async () => {
    const { proposalId } = await findHunk(PRICES, 'debugger');
    await vscode.commands.executeCommand('cas.proposal.review', { proposalId, path: PRICES });
    const input = await until(() => {
      const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return tab instanceof vscode.TabInputTextDiff && tab;
    }, 'a diff is open');
    assert.equal(input.original.scheme, 'cas-proposal');
    const base = await vscode.workspace.openTextDocument(input.original);
    const proposed = await vscode.workspace.openTextDocument(input.modified);
    assert.equal(base.getText(), original[PRICES]);
    assert.doesNotMatch(proposed.getText(), /debugger/);
    assert.equal(proposed.languageId, 'javascript');
  });

  it('writes nothing while the file has unsaved changes', async () => {
    const target = await findHunk(PRICES, 'debugger');
    const document = await vscode.workspace.openTextDocument(workspaceUri(PRICES));
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// mine\n'));
    const onDisk = await bytes(PRICES);
    let isAnswered = false;
    const decided = decide('acceptHunk', target).finally(() => (isAnswered = true));
    await until(async () => {
      await vscode.commands.executeCommand('notifications.clearAll');
      return isAnswered;
    }, 'the question is answered by closing it');
    assert.equal(await decided, null);
    assert.equal(await bytes(PRICES), onDisk);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('merges with edits elsewhere in the file, and refuses edits on the same lines', async () => {
    const target = await findHunk(PRICES, 'debugger');
    const disk = await bytes(PRICES);
    const write = (text: string): Thenable<void> => vscode.workspace.fs.writeFile(workspaceUri(PRICES), Buffer.from(text, 'latin1'));
    await write(disk.replace('  debugger;', '  debugger; // keep'));
    const refused = decide('acceptHunk', target);
    assert.equal(await refused, null);
    assert.equal(await bytes(PRICES), disk.replace('  debugger;', '  debugger; // keep'));
    await write(`// mine\n${disk}`);
    const outcome = await decide('acceptHunk', target);
    assert.deepEqual(outcome?.rebased, [PRICES]);
    assert.equal(await bytes(PRICES), `// mine\n${disk.replace('  debugger;\n', '')}`);
  });

  it('shows a run in the dashboard, to the side, and its report', async () => {
    const isOpen = (label: string): boolean => vscode.window.tabGroups.all.some(({ tabs }) => tabs.some((tab) => tab.label === label));
    await vscode.commands.executeCommand('cas.run.open', { runId: run.id });
    await until(() => isOpen('CAS Dashboard'), 'the dashboard is open');
    await vscode.commands.executeCommand('cas.run.openToSide', { runId: run.id });
    await until(() => isOpen(run.title), 'the run has a tab of its own');
    await vscode.commands.executeCommand('cas.run.openReport', { runId: run.id });
    await until(() => vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes('report'), 'the report is open');
  });
});
