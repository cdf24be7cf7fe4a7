import assert from 'node:assert/strict';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasCode } from '#base/errors.ts';
import type { CoreApi } from '#protocol/api.ts';
import { openTestWorkspace } from '#test/support/openTestWorkspace.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('a restore while the workspace is open', () => {
  const folder = temporaryFolders();

  const setBudget = (api: CoreApi, dollars: number): Promise<void> =>
    api.call('budgets.set', { scope: { kind: 'day' }, budget: { costMicroUsd: dollars * 1_000_000 } });
  const budget = async (api: CoreApi): Promise<number> => {
    const day = (await api.call('budgets.get')).find(({ scope }) => scope.kind === 'day');
    return (day?.budget.costMicroUsd ?? 0) / 1_000_000;
  };

  it('is done by the owner, asked by whoever is attached, and both go on with what was restored', async () => {
    const workspace = folder();
    const owner = await openTestWorkspace(workspace);
    const attached = await openTestWorkspace(workspace);
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
    const owner = await openTestWorkspace(workspace);
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

describe('what a person allowed in a workspace', () => {
  const folder = temporaryFolders();
  const before = process.env['CAS_STATE_DIR'];
  afterEach(() => {
    if (before === undefined) delete process.env['CAS_STATE_DIR'];
    else process.env['CAS_STATE_DIR'] = before;
  });
  /** As the person whose state lies there. */
  const opened = async <T>(workspace: string, state: string, work: (api: CoreApi) => Promise<T>): Promise<T> => {
    process.env['CAS_STATE_DIR'] = state;
    const api = await openTestWorkspace(workspace);
    try {
      return await work(api);
    } finally {
      await api.close();
    }
  };
  const enabled = async (api: CoreApi): Promise<boolean> => (await api.call('triggers.list')).enabled;

  it('is kept from start to start, and does not come with a store that a repository ships', async () => {
    const [workspace, mine, theirs] = [folder(), folder(), folder()];
    await opened(workspace, theirs, (api) => api.call('triggers.set', { enabled: true }));
    assert.equal(await opened(workspace, theirs, enabled), true, 'for whom it allowed');
    assert.equal(await opened(workspace, mine, enabled), false, 'for who only has the folder');
    await opened(workspace, mine, (api) => api.call('triggers.set', { enabled: true }));
    assert.equal(await opened(workspace, mine, enabled), true);
  });

  it('holds until the end where its seal cannot be kept', async () => {
    const [workspace, state] = [folder(), folder({ seals: 'a file in the way' })];
    await opened(workspace, state, async (api) => {
      await api.call('triggers.set', { enabled: true });
      assert.equal(await enabled(api), true);
    });
    assert.equal(await opened(workspace, state, enabled), false);
  });
});
