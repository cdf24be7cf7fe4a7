// Steering a run: it waits, is paused, goes on, is cancelled; and a dry run leaves no trace.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CoreApi } from '#protocol/api.ts';
import type { RunStatus, RunView } from '#protocol/runView.ts';
import { answering } from '#test/host/support/answers.ts';
import { approveFiles, extension, until, workspaceUri } from '#test/host/support/extension.ts';

const GATED = `name: gated-host
version: 1.0.0
description: Waits for a person.
steps:
  - key: ask
    gate: { ask: always, message: Go on? }
  - key: debt
    agent: quality
    dependsOn: ask
    action: debt.scan
`;

describe('a run', () => {
  let api: CoreApi;

  async function start(): Promise<string> {
    return vscode.commands.executeCommand<string>('cas.workflow.run', { workflow: 'gated-host', inputs: {}, mode: 'strict' });
  }

  async function reaches(id: string, fits: (run: RunView) => boolean): Promise<RunView> {
    return until(async () => {
      const run = await api.call('runs.get', id);
      return fits(run) && run;
    }, 'the run gets there');
  }

  const hasStatus =
    (status: RunStatus) =>
    (run: RunView): boolean =>
      run.status === status;

  before(async () => {
    await vscode.workspace.fs.writeFile(workspaceUri('.cas/workflows/gated-host.cas.yaml'), new TextEncoder().encode(GATED));
    api = await (await extension().activate()).core.get();
    await approveFiles(api);
  });
  after(async () => {
    await vscode.workspace.fs.delete(workspaceUri('.cas/workflows/gated-host.cas.yaml'));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('waits for a person in strict mode and is cancelled by command', async () => {
    const runId = await start();
    await reaches(runId, ({ waitingDecisions }) => waitingDecisions === 1);
    await vscode.commands.executeCommand('cas.run.cancel', { runId });
    await reaches(runId, hasStatus('cancelled'));
  });

  it('is paused and resumed, and takes a result given by hand', async () => {
    const runId = await start();
    const waiting = await reaches(runId, ({ waitingDecisions }) => waitingDecisions === 1);
    await vscode.commands.executeCommand('cas.run.pause', { runId });
    await reaches(runId, hasStatus('paused'));
    await vscode.commands.executeCommand('cas.run.resume', { runId });
    await reaches(runId, hasStatus('executing'));
    const [decision] = waiting.decisions;
    assert.ok(decision);
    await api.call('runs.decide', { id: runId, decisionId: decision.id, choice: decision.options[0]?.id ?? '', reason: '' });
    await reaches(runId, hasStatus('completed'));
  });

  it('takes the result of a step that is picked, as JSON and with a reason', async () => {
    const runId = await start();
    await reaches(runId, ({ waitingDecisions }) => waitingDecisions === 1);
    const answers = [{ pick: 'debt' }, { type: '{"by":"hand"}' }, { type: 'Measured elsewhere' }];
    await answering(answers, () => vscode.commands.executeCommand('cas.run.override', { runId }));
    const run = await api.call('runs.get', runId);
    assert.equal(run.steps.find(({ key }) => key === 'debt')?.status, 'succeeded');
    const { entries } = await api.call('audit.list', { limit: 1, action: 'run.override' });
    assert.ok(JSON.stringify(entries[0]?.data).includes('Measured elsewhere'));
    await vscode.commands.executeCommand('cas.run.cancel', { runId });
    await reaches(runId, hasStatus('cancelled'));
  });

  it('runs again with the same inputs', async () => {
    const runId = await start();
    const again = await vscode.commands.executeCommand<string>('cas.run.rerun', { runId });
    assert.notEqual(again, runId);
    for (const id of [runId, again]) await vscode.commands.executeCommand('cas.run.cancel', { runId: id });
    await Promise.all([runId, again].map((id) => reaches(id, hasStatus('cancelled'))));
  });

  it('is only played through in a dry run: a document says what would happen, the list of runs does not grow', async () => {
    const runs = await api.call('runs.list');
    const status = await vscode.commands.executeCommand('cas.workflow.dryRun', { workflow: 'code-review', inputs: {} });
    assert.equal(status, 'completed');
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /^# Dry run of code-review: done/);
    assert.match(text, /Check the code against rules \| quality \| done/);
    assert.equal((await api.call('runs.list')).length, runs.length);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
