// Another extension offers a runtime: workflows run on it, and it is measured like those of CAS.

import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { extension, until } from '#test/host/support/extension.ts';
import { thirdKind } from '#test/support/thirdRuntime.ts';

describe('a runtime of another extension', () => {
  let registered: vscode.Disposable;
  before(async () => {
    registered = (await extension().activate()).registerRuntime(thirdKind);
  });
  after(() => registered.dispose());

  it('runs a workflow', async () => {
    const api = await (await extension().activate()).core.get();
    const { runId } = await api.call('runs.start', { workflow: 'code-review', inputs: {}, mode: 'auto', runtime: 'third' });
    const ended = await until(async () => {
      const run = await api.call('runs.get', runId);
      return run.endedAt !== null && run;
    }, 'the run ends');
    assert.deepEqual([ended.runtime, ended.status], ['third', 'completed']);
  });

  it('has a column of its own in the parity table', async () => {
    const api = await (await extension().activate()).core.get();
    const { reports } = await api.call('parity.run', { runtime: 'third' });
    const report = reports.find(({ runtime }) => runtime === 'third');
    assert.deepEqual([report?.runtime, report?.available], ['third', 24]);
  });

  it('is gone when it is taken back', async () => {
    const api = await (await extension().activate()).core.get();
    registered.dispose();
    await assert.rejects(api.call('runs.start', { workflow: 'code-review', inputs: {}, mode: 'auto', runtime: 'third' }), /third/);
  });
});
