// Several steps at one limit in one process: one answer serves them all.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { newFolder } from '#test/cli/runCli.ts';
import { deliverAnything, startScriptedModel } from '#test/support/vendors/scriptedModel.ts';
import { openWorkspace } from '#node/openWorkspace.ts';
import { consoleLog } from '#node/ports/log.ts';
import { environmentSecrets } from '#node/ports/secrets.ts';
import { environmentSettings } from '#node/ports/settings.ts';
import type { CoreApi } from '#protocol/api.ts';
import type { RunView } from '#protocol/runView.ts';

const steps = ['one', 'two', 'three'];
const workflow = `name: plans
version: "1.0"
description: Plans side by side.
steps:
${steps.map((key) => `  - key: ${key}\n    agent: planner\n    prompt: Plan ${key}.\n`).join('')}`;
const dist = fileURLToPath(new URL('../../dist', import.meta.url));

/** Resolves with the run as soon as it is as wanted. */
function until(api: CoreApi, id: string, wanted: (run: RunView) => boolean): Promise<RunView> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      api.call('runs.get', id).then((run) => {
        if (!wanted(run)) return;
        listening.dispose();
        resolve(run);
      }, reject);
    };
    const listening = api.subscribe(look);
    look();
  });
}

describe('a budget that several steps wait for', () => {
  it('is raised for all of them by one answer, and no question is left over', async () => {
    const model = await startScriptedModel(deliverAnything);
    const root = newFolder();
    mkdirSync(path.join(root, '.cas', 'workflows'), { recursive: true });
    writeFileSync(path.join(root, '.cas', 'workflows', 'plans.cas.yaml'), workflow);
    const api = await openWorkspace({
      root,
      distDir: dist,
      resources: path.join(dist, '..', 'resources'),
      secrets: environmentSecrets(model.env),
      log: consoleLog({ level: 'error' }),
      trusted: () => true,
      settings: () => environmentSettings(model.env),
      unsandboxed: () => 'refuse',
      howToAllow: '',
    });
    try {
      const { runId } = await api.call('runs.start', { workflow: 'plans', mode: 'auto', budget: { tokens: 30_000 } });
      const asked = await until(api, runId, (run) => run.decisions.length === steps.length);
      assert.deepEqual(new Set(asked.decisions.map(({ title }) => title)), new Set(['The budget of this run is reached: 30,000 tokens']));
      const decisionId = asked.decisions[1]?.id ?? '';
      await api.call('runs.decide', { id: runId, decisionId, choice: 'raise-run', reason: '' });
      const ended = await until(api, runId, (run) => run.endedAt !== null);
      assert.deepEqual([ended.status, ended.decisions, ended.budget?.limit], ['completed', [], { tokens: 60_000 }]);
      assert.equal(model.requests.length, steps.length);
      const made = await api.call('runs.events', { id: runId, types: ['decision.made'] });
      const by = made.map((event) => (event.type === 'decision.made' ? event.by : ''));
      assert.deepEqual([by.filter((who) => who === 'person').length, by.filter((who) => who === 'engine').length], [1, 2]);
    } finally {
      await api.close();
      await model.close();
    }
  });
});
