// Commands on workflows, agents, runtimes, triggers and files that act, as they are called from the palette.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CoreApi } from '#protocol/api.ts';
import type { ParityTable } from '#protocol/parity.ts';
import { answering } from '#test/host/support/answers.ts';
import { extension, until, workspaceUri } from '#test/host/support/extension.ts';

const run = <T>(id: string, ...args: readonly unknown[]): Thenable<T> => vscode.commands.executeCommand<T>(id, ...args);
const front = (): string => vscode.window.activeTextEditor?.document.uri.fsPath ?? '';

describe('workflows and agents from the palette', () => {
  let api: CoreApi;
  const made: vscode.Uri[] = [];

  before(async () => {
    api = await (await extension().activate()).core.get();
  });
  afterEach(async () => {
    await run('workbench.action.closeAllEditors');
    await Promise.all(made.splice(0).map((uri) => vscode.workspace.fs.delete(uri)));
  });

  it('writes a new workflow that is right and approved, and opens it', async () => {
    made.push(workspaceUri('.cas/workflows/nightly.cas.yaml'));
    await answering([{ pick: 'Blank' }, { type: 'nightly' }], () => run('cas.workflow.new'));
    assert.ok(front().endsWith('nightly.cas.yaml'));
    const found = await until(
      async () => (await api.call('workflows.list')).find(({ name }) => name === 'nightly'),
      'the new workflow is listed',
    );
    assert.deepEqual([found.source, found.problems], ['workspace', []]);
  });

  it('opens the file of the workflow that is picked, here and to the side', async () => {
    await answering([{ pick: 'code-review' }], () => run('cas.workflow.openYaml'));
    assert.ok(front().endsWith('code-review.cas.yaml'));
    await answering([{ pick: 'documentation' }], () => run('cas.workflow.openYamlToSide'));
    assert.ok(front().endsWith('documentation.cas.yaml'));
    assert.equal(vscode.window.tabGroups.all.length, 2);
  });

  it('shows who an agent is', async () => {
    await answering([{ pick: 'Quality' }], () => run('cas.agent.open'));
    await until(
      () => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputWebview,
      'a preview of its file is in front',
    );
  });

  it('edits a copy of an agent that comes with CAS, which takes its place', async () => {
    const copy = workspaceUri('.cas/agents/marketer.md');
    made.push(copy);
    await answering([{ pick: 'Marketer' }, { press: 'Copy and Edit' }], () => run('cas.agent.edit'));
    assert.equal(front(), copy.fsPath);
    assert.equal((await api.call('agents.get', 'marketer')).source, 'workspace');
  });

  it('takes an agent out of work and back, offering only those it can be done to', async () => {
    await answering([{ pick: 'Marketer' }], () => run('cas.agent.disable'));
    assert.equal((await api.call('agents.get', 'marketer')).disabled, true);
    await answering([{ pick: 'Marketer' }], () => run('cas.agent.enable'));
    assert.equal((await api.call('agents.get', 'marketer')).disabled, false);
  });

  it('resets the circuit of an agent, which the audit trail keeps', async () => {
    await run('cas.agent.resetCircuit', { agent: 'marketer' });
    const { entries } = await api.call('audit.list', { limit: 1 });
    assert.deepEqual([entries[0]?.action, entries[0]?.target], ['breaker.reset', 'marketer']);
  });

  it('approves the files that are picked, and no others', async () => {
    const names = ['one', 'two'].map((name) => `.cas/workflows/pulled-${name}.cas.yaml`);
    for (const name of names) {
      made.push(workspaceUri(name));
      const text = `name: ${name.replace(/^.*\/|\..*$/g, '')}\nversion: 1.0.0\nsteps:\n  - key: debt\n    agent: quality\n    action: debt.scan\n`;
      await vscode.workspace.fs.writeFile(workspaceUri(name), new TextEncoder().encode(text));
    }
    const [first = ''] = names;
    const approved = await answering([{ pickAll: [first] }], () => run('cas.trust.approve'));
    assert.deepEqual(approved, [first]);
    const files = await api.call('trust.list');
    assert.deepEqual(
      names.map((name) => files.find(({ path }) => path === name)?.state),
      ['approved', 'new'],
    );
  });
});

describe('runtimes and triggers from the palette', () => {
  let api: CoreApi;
  before(async () => {
    api = await (await extension().activate()).core.get();
  });
  after(async () => {
    await api.call('triggers.set', { enabled: false });
    await run('workbench.action.closeAllEditors');
  });

  it('starts new runs on the runtime that is picked', async () => {
    const setting = (): string | undefined => vscode.workspace.getConfiguration('cas').inspect<string>('runtime')?.workspaceValue;
    const before = setting();
    const { runtime } = await api.call('workspace.info');
    const other = runtime === 'custom' ? { label: 'LangGraph', id: 'langgraph' } : { label: 'Custom', id: 'custom' };
    try {
      await answering([{ pick: other.label }], () => run('cas.runtime.switch'));
      assert.equal(setting(), other.id);
      const { entries } = await api.call('audit.list', { limit: 1 });
      assert.deepEqual([entries[0]?.action, entries[0]?.target], ['runtime.switch', other.id]);
    } finally {
      await vscode.workspace.getConfiguration('cas').update('runtime', before, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('probes the feature that is picked', async () => {
    const { features } = await api.call('parity.latest');
    const feature = features.find(({ id }) => id === 'state-store') ?? features[0];
    assert.ok(feature);
    const table = await answering([{ pick: feature.name }], () => run<ParityTable>('cas.probe.runOne'));
    assert.ok(table.reports.every((report) => report.results.some(({ feature: id }) => id === feature.id)));
  });

  it('turns triggers on only after a yes', async () => {
    assert.equal(await answering([{ press: 'Turn On' }], () => run('cas.trigger.turnOn')), true);
    assert.equal((await api.call('triggers.list')).enabled, true);
    await run('cas.trigger.turnOff');
    assert.equal((await api.call('triggers.list')).enabled, false);
  });

  it('starts the core again when it is asked to, with the lists read anew', async () => {
    await run('cas.core.retry');
    const { core } = await extension().activate();
    assert.equal(core.state.kind, 'ready');
  });
});
