// Triggers are off until a person turns them on; each can be tried without starting anything.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CoreApi } from '#protocol/api.ts';
import type { TriggerTrial } from '#protocol/trigger.ts';
import { extension, until } from '#test/host/support/extension.ts';

describe('triggers', () => {
  let api: CoreApi;
  before(async () => {
    api = await (await extension().activate()).core.get();
  });
  after(() => api.call('triggers.set', { enabled: false }));

  const enabled = async (): Promise<boolean> => (await api.call('triggers.list')).enabled;

  it('are off in a folder where nobody turned them on', async () => {
    assert.equal(await enabled(), false);
  });

  it('are turned off by command', async () => {
    await api.call('triggers.set', { enabled: true });
    await vscode.commands.executeCommand('cas.trigger.turnOff');
    assert.equal(await enabled(), false);
  });

  it('say what they would start, and start nothing', async () => {
    const [trigger] = (await api.call('triggers.list')).triggers;
    assert.ok(trigger, 'a workflow that ships has a trigger');
    const before = (await api.call('runs.list')).length;
    const trials = await vscode.commands.executeCommand<readonly TriggerTrial[]>('cas.trigger.try', trigger.id);
    assert.deepEqual(
      trials.map(({ id }) => id),
      [trigger.id],
    );
    assert.equal((await api.call('runs.list')).length, before);
  });

  it('are listed with what can be done', async () => {
    let closed = false;
    void vscode.commands.executeCommand('cas.trigger.manage').then(() => (closed = true));
    await until(async () => {
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return closed;
    }, 'the list is shown, and closed');
    assert.equal(await enabled(), false);
  });
});
