import assert from 'node:assert/strict';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasCode } from '#base/errors.ts';
import { openWorkspace } from '#node/openWorkspace.ts';
import type { CoreApi } from '#protocol/api.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';
import { recordingLog } from '#test/unit/store/testFiles.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('a restore while the workspace is open', () => {
  const folder = temporaryFolders();

  const open = (workspace: string): Promise<CoreApi> =>
    openWorkspace({
      root: workspace,
      distDir: path.join(root, 'dist'),
      resources: path.join(root, 'resources'),
      secrets: { get: async () => undefined },
      log: recordingLog(),
      trusted: () => true,
      settings: () => ({
        anthropicBaseUrl: undefined,
        openaiBaseUrl: undefined,
        anthropicModel: undefined,
        openaiModel: undefined,
        maxParallelSteps: 1,
      }),
      unsandboxed: () => 'refuse',
      howToAllow: '',
      storeThread: 'here',
    });
  const setBudget = (api: CoreApi, dollars: number): Promise<void> =>
    api.call('budgets.set', { scope: { kind: 'day' }, budget: { costMicroUsd: dollars * 1_000_000 } });
  const budget = async (api: CoreApi): Promise<number> => {
    const day = (await api.call('budgets.get')).find(({ scope }) => scope.kind === 'day');
    return (day?.budget.costMicroUsd ?? 0) / 1_000_000;
  };

  it('is done by the owner, asked by whoever is attached, and both go on with what was restored', async () => {
    const workspace = folder();
    const owner = await open(workspace);
    const attached = await open(workspace);
    try {
      const backup = path.join(workspace, 'then.db');
      await setBudget(owner, 5);
      await attached.call('store.backup', { file: backup });
      await setBudget(owner, 7);
      assert.equal(await budget(attached), 7);
      const report = await attached.call('store.restore', { from: backup });
      assert.equal(report.from, backup);
      assert.match(report.keptAs ?? '', /replaced/);
      assert.deepEqual([await budget(attached), await budget(owner)], [5, 5]);
      await setBudget(attached, 9);
      assert.equal(await budget(owner), 9);
    } finally {
      await attached.close();
      await owner.close();
    }
  });

  it('interrupts nobody for a backup that is not there, and leaves the store that was when the backup is none', async () => {
    const workspace = folder();
    const owner = await open(workspace);
    try {
      await setBudget(owner, 5);
      await assert.rejects(owner.call('store.restore', { from: path.join(workspace, 'none.db') }), (error) =>
        hasCode(error, 'backup.notFound'),
      );
      await assert.rejects(owner.call('store.restore', { from: path.join(root, 'package.json') }), (error) =>
        hasCode(error, 'backup.unusable'),
      );
      assert.equal(await budget(owner), 5);
    } finally {
      await owner.close();
    }
  });
});
