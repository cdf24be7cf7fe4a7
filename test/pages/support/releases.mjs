// A dashboard over a repository with two workflows, `release` and `broken`, and a model that streams from a script.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { callTurn, deliverAnything, startScriptedModel } from '#test/support/vendors/scriptedModel.ts';
import { DashboardPage } from './dashboardPage.mjs';

const RELEASE = `name: release
version: 2.1.0
description: Plans, asks, repairs in passes, looks at each part, and then stalls in the middle of a sentence.
requires: [model]
steps:
  - key: detect
    name: Get to know the project
    agent: analyst
    action: project.detect
  - key: plan
    name: Plan
    agent: planner
    dependsOn: detect
    prompt: Plan the release.
  - key: approve
    name: Approve the plan
    dependsOn: plan
    gate:
      ask: always
      message: Is **this** the plan? See [the prices](src/prices.js:4).
  - key: repair
    name: Repair
    dependsOn: approve
    loop:
      max: 3
      until: iteration >= 2
      steps:
        - key: look
          name: Look again
          agent: quality
          action: debt.scan
        - key: check
          name: Check
          agent: analyst
          dependsOn: look
          action: project.detect
  - key: each
    name: Each part
    dependsOn: repair
    map:
      over: '["a", "b", "c"]'
      steps:
        - key: measure
          name: Measure
          agent: analyst
          action: project.detect
  - key: tell
    name: Tell
    agent: writer
    dependsOn: each
    prompt: Tell what was done.
`;

const BROKEN = `name: broken
version: 1.0.0
description: Undoes what it did when it fails.
steps:
  - key: first
    name: First
    agent: analyst
    action: project.detect
    compensate: { action: project.detect }
  - key: second
    name: Second
    agent: writer
    dependsOn: first
    prompt: Break it.
`;

const PRICE = {
  provider: 'openai',
  model: 'gpt-5.2',
  inputUsdPerMTok: 2,
  outputUsdPerMTok: 10,
  source: 'https://example.test',
  date: '2026-11-20',
};

const HOSTILE = [
  'I looked at `src/prices.js` and **two** things are wrong.',
  '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>',
  '[a page](https://example.test/x) and [a file](src/prices.js:4) and [none](javascript:window.hacked=1)',
].join('\n\n');

/** The planner is limited once, then reads and delivers; the writer never gets to its end. */
function script() {
  let limited = false;
  return (request) => {
    const body = JSON.stringify(request.body);
    if (body.includes('Tell what was done')) return { text: 'Everything went **well** and this sentence has no', fault: { kind: 'stall' } };
    if (body.includes('Break it')) return { fault: { kind: 'status', status: 400, type: 'invalid_request_error', message: 'no' } };
    if (!limited) {
      limited = true;
      return { fault: { kind: 'status', status: 429, type: 'rate_limit_exceeded', headers: { 'retry-after-ms': '120' } } };
    }
    if (request.toolResults.length === 0) return callTurn('files_read', { path: 'src/prices.js' }, HOSTILE);
    return { ...deliverAnything(request), usage: { input: 4_000, output: 200 } };
  };
}

/** The caller ends both. */
export async function startReleases() {
  const model = await startScriptedModel(script(), { vendor: 'openai' });
  let api;
  const dashboard = await DashboardPage.start({
    settings: { openaiBaseUrl: model.env.OPENAI_BASE_URL, openaiModel: 'gpt-5.2' },
    secrets: { OPENAI_API_KEY: model.env.OPENAI_API_KEY },
    prepare: async (core, root) => {
      const folder = path.join(root, '.cas', 'workflows');
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'release.cas.yaml'), RELEASE);
      writeFileSync(path.join(folder, 'broken.cas.yaml'), BROKEN);
      writeFileSync(path.join(root, '.cas', 'pricing.json'), JSON.stringify({ models: [PRICE] }));
      api = core;
    },
  });
  return { model, dashboard, api };
}
