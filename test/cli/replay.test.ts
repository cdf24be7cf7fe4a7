// A whole run recorded, then made again in a fresh copy of the same folder with no key and nobody to call.

import assert from 'node:assert/strict';
import { cpSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { assertCode, cas, type Ended, jsonLines, newFolder, sampleRepository } from '#test/cli/runCli.ts';
import { deliverAnything, startScriptedModel } from '#test/support/vendors/scriptedModel.ts';

const NO_MODEL = { ANTHROPIC_API_KEY: '', OPENAI_API_KEY: '', GEMINI_API_KEY: '', GOOGLE_API_KEY: '' };
/** What the run came to, without times and ids. */
function came(ended: Ended): unknown {
  const { run, findings, proposals } = jsonLines(ended).at(-1) as unknown as {
    readonly run: { readonly status: string; readonly stepsDone: number; readonly usage: unknown };
    readonly findings: unknown;
    readonly proposals: readonly { readonly title: string; readonly added: number }[];
  };
  const offered = proposals.map(({ title, added }) => ({ title, added }));
  return { status: run.status, stepsDone: run.stepsDone, usage: run.usage, findings, offered };
}

describe('recorded runs', () => {
  it('run again without a key and without a network, with the same answers, their parallel steps in whatever order', async () => {
    const folder = newFolder();
    // The first time the first questions take longest, so that steps end in another order than they do from a record.
    const model = await startScriptedModel(
      (request) => ({ ...deliverAnything(request), fault: { kind: 'keepAlive', times: Math.max(1, 8 - request.index), everyMs: 40 } }),
      { vendor: 'anthropic' },
    );
    const args = (root: string) => ['workflow', 'run', 'code-review', '--json', '--workspace', root];
    const [root, copy] = [sampleRepository(), newFolder()];
    cpSync(root, copy, { recursive: true });
    const live = await cas(args(root), { env: { ...model.env, CAS_RECORD_TO: folder } });
    assertCode(live, 0);
    const calls = model.requests.length;
    await model.close();
    assert.ok(calls > 0);
    const files = readdirSync(path.join(folder, 'anthropic'));
    assert.ok(files.length > 0 && files.every((file) => /^[0-9a-f]{64}-\d+\.jsonl$/.test(file)), files.join());
    if (process.platform !== 'win32') for (const file of files) assert.equal(statSync(path.join(folder, 'anthropic', file)).mode & 0o77, 0);

    const again = await cas(args(copy), { env: { ...NO_MODEL, CAS_REPLAY_FROM: folder } });
    assertCode(again, 0);
    assert.deepEqual(came(again), came(live));
  });
});
