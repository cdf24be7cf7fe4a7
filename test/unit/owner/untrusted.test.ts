import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { sleep } from '#base/abort.ts';
import { systemClock } from '#base/clock.ts';
import type { CoreApi } from '#protocol/api.ts';
import { openTestWorkspace } from '#test/support/openTestWorkspace.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const settings = {
  anthropicBaseUrl: undefined,
  openaiBaseUrl: undefined,
  anthropicModel: undefined,
  openaiModel: undefined,
  maxParallelSteps: 1,
  maxRuns: 1,
};

const open = (workspace: string, trusted: boolean): Promise<CoreApi> =>
  openTestWorkspace(workspace, { trusted: () => trusted, settings: () => settings, resumeOnTakeover: true });

/** Whatever becomes of it, the workspace is closed. */
async function using<T>(workspace: string, trusted: boolean, work: (api: CoreApi) => Promise<T>): Promise<T> {
  const api = await open(workspace, trusted);
  try {
    return await work(api);
  } finally {
    await api.close();
  }
}

/** The first waits for a person and takes the only place, so that the second stays in the queue. */
const waiting = {
  '.cas/workflows/asks.cas.yaml': 'name: asks\nsteps:\n  - { key: ask, gate: { ask: always } }\n',
  '.cas/workflows/marks.cas.yaml': 'name: marks\nsteps:\n  - { key: marks, agent: quality, action: debt.scan }\n',
};

async function endOf(api: CoreApi, runId: string): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const run = await api.call('runs.get', runId);
    if (run.endedAt !== null) return run.status;
    await sleep(50, { clock: systemClock });
  }
  return 'not ended';
}

/** What begins by itself has begun by then. */
const SETTLED_MS = 500;

describe('a workspace that is not trusted', () => {
  const folder = temporaryFolders();

  it('begins no run that waits in its store, as the store may have come with the folder; trusted, it does', async () => {
    const workspace = folder(waiting);
    const runId = await using(workspace, true, async (api) => {
      await api.call('runs.start', { workflow: 'asks', mode: 'auto' });
      return (await api.call('runs.start', { workflow: 'marks', mode: 'auto' })).runId;
    });
    await using(workspace, false, async (api) => {
      await sleep(SETTLED_MS, { clock: systemClock });
      assert.equal((await api.call('runs.get', runId)).status, 'idle');
      await assert.rejects(api.call('runs.resume', runId), { code: 'workspace.untrusted' });
      await assert.rejects(api.call('runs.cancel', { id: runId, compensate: true }), { code: 'workspace.untrusted' });
    });
    const status = await using(workspace, true, (api) => endOf(api, runId));
    assert.equal(status, 'completed');
  });

  it('trusted, begins no run that was in its store before this machine knew it, until a person resumes it', async () => {
    const home = folder(waiting);
    const runId = await using(home, true, async (api) => {
      await api.call('runs.start', { workflow: 'asks', mode: 'auto' });
      return (await api.call('runs.start', { workflow: 'marks', mode: 'auto' })).runId;
    });
    const elsewhere = folder();
    await cp(home, elsewhere, { recursive: true });
    await using(elsewhere, true, async (api) => {
      await sleep(SETTLED_MS, { clock: systemClock });
      assert.equal((await api.call('runs.get', runId)).status, 'idle');
    });
    const status = await using(elsewhere, true, async (api) => {
      await sleep(SETTLED_MS, { clock: systemClock });
      assert.equal((await api.call('runs.get', runId)).status, 'idle', 'not when it is opened again either');
      await api.call('runs.resume', runId);
      return endOf(api, runId);
    });
    assert.equal(status, 'completed');
  });
});
