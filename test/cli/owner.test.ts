// Two processes and one workspace: what the second sees and does, and what happens when the first goes away.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assertCode, cas, casJson, jsonLines, newFolder, type Running, sampleRepository, startCli } from '#test/cli/runCli.ts';
import { deliverAnything, startScriptedModel } from '#test/support/vendors/scriptedModel.ts';
import type { RunView } from '#protocol/runView.ts';

/** A step that a person thinks about for as long as the test wants: the model does not answer. */
const thinking = `
name: thinking
version: 1.0.0
description: Looks, thinks, looks again.
requires: [model]
steps:
  - { key: look, agent: analyst, action: project.detect }
  - { key: think, agent: analyst, dependsOn: look, prompt: What is this? }
  - { key: last, agent: analyst, action: project.detect, dependsOn: think }
`;

type Model = Awaited<ReturnType<typeof startScriptedModel>>;

describe('a workspace that another process owns', () => {
  let model: Model;
  const started: Running[] = [];

  beforeEach(async () => {
    model = await startScriptedModel([{ fault: { kind: 'noHeaders' } }]);
  });

  afterEach(async () => {
    for (const { child, ended } of started.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
    await model.close();
  });

  const start = (root: string, ...args: readonly string[]): Running => {
    const running = startCli([...args, '--workspace', root], { env: model.env });
    started.push(running);
    return running;
  };

  /** A run that hangs in its second step. */
  async function owned(files: { readonly [name: string]: string } = {}): Promise<{ root: string; owner: Running; runId: string }> {
    const root = newFolder({ '.cas/workflows/thinking.cas.yaml': thinking, 'a.js': 'export const a = 1;\n', ...files });
    const owner = start(root, 'workflow', 'run', 'thinking', '--json');
    const seen = await owner.until(/"type":"step\.started","path":"think"/);
    return { root, owner, runId: /"runId":"(run_\w+)"/.exec(seen)?.[1] ?? '' };
  }

  it('shows the same run to a second process, which pauses and cancels it', async () => {
    const { root, owner, runId } = await owned();
    const run = await casJson<RunView>(['workflow', 'status', 'latest', '--workspace', root]);
    assert.deepEqual([run.id, run.status, run.currentStep], [runId, 'executing', 'think']);
    assertCode(await cas(['workflow', 'pause', runId, '--workspace', root]), 0);
    await owner.until('"type":"run.paused"');
    assertCode(await cas(['workflow', 'cancel', runId, '--workspace', root]), 0);
    assertCode(await owner.ended, 1);
  });

  it('resumes what it paused, and the work in flight was never started twice', async () => {
    const { root, owner, runId } = await owned();
    assertCode(await cas(['workflow', 'pause', runId, '--workspace', root]), 0);
    const resumed = start(root, 'workflow', 'resume', runId, '--json');
    await resumed.until('"type":"run.resumed"');
    assertCode(await cas(['workflow', 'cancel', runId, '--workspace', root]), 0);
    for (const ended of [await owner.ended, await resumed.ended]) assertCode(ended, 1);
    const events = jsonLines(await cas(['workflow', 'history', runId, '--events', '--workspace', root]));
    assert.equal(events.filter((event) => event['type'] === 'step.started' && event['path'] === 'think').length, 1);
  });

  it('writes accepted proposals through the owner', async () => {
    const root = sampleRepository({ '.cas/workflows/thinking.cas.yaml': thinking });
    assertCode(await cas(['workflow', 'run', 'code-review', '--workspace', root]), 0);
    const owner = start(root, 'workflow', 'run', 'thinking', '--json');
    await owner.until('"type":"agent.recorded"');
    const [proposal] = await casJson<readonly { id: string }[]>(['proposals', 'list', '--workspace', root]);
    assertCode(await cas(['proposals', 'accept', proposal?.id ?? '', '--workspace', root]), 0);
    assert.match(readFileSync(path.join(root, 'src/compare.js'), 'utf8'), /Number\.isNaN\(value\)/);
    assert.equal(owner.child.exitCode, null, 'the owner goes on');
  });

  it('goes on when the owner is killed: an attached process takes over and the run ends', async () => {
    const { root, owner, runId } = await owned();
    const attached = start(root, 'workflow', 'resume', runId, '--json');
    const other = start(root, 'workflow', 'run', 'thinking', '--json');
    await other.until('"type":"agent.recorded"');
    model.use(deliverAnything);
    owner.child.kill('SIGKILL');
    await attached.until('"type":"run.recovered"');
    const [first, second] = await Promise.all([attached.ended, other.ended]);
    assertCode(first, 0);
    assertCode(second, 0);
    const seqs = jsonLines(second)
      .slice(0, -1)
      .map((event) => event['seq']);
    assert.deepEqual(
      seqs,
      seqs.map((_, i) => i + 1),
      'a run followed through a change of owner is printed without a gap',
    );
  });

  it('takes its own run along when the owner ends by itself', async () => {
    const { root, owner } = await owned();
    const attached = start(root, 'workflow', 'run', 'thinking', '--title', 'second', '--json');
    await attached.until('"type":"agent.recorded"');
    model.use(deliverAnything);
    owner.child.kill('SIGINT');
    assertCode(await owner.ended, 130);
    assertCode(await attached.ended, 0);
  });

  it('lets only this user near its address and its socket, and removes them', async () => {
    const { root, owner } = await owned();
    const file = path.join(root, '.cas', 'owner.json');
    const { socket } = JSON.parse(readFileSync(file, 'utf8')) as { socket: string };
    const bits = (place: string): number => statSync(place).mode & 0o777;
    assert.deepEqual([bits(file), bits(socket), bits(path.dirname(socket))], [0o600, 0o600, 0o700]);
    owner.child.kill('SIGTERM');
    assertCode(await owner.ended, 130);
    assert.deepEqual([existsSync(file), existsSync(socket)], [false, false]);
  });

  it('opens after a killed owner: a stale address, a left socket, a wrong token', async () => {
    const { root, owner } = await owned();
    const file = path.join(root, '.cas', 'owner.json');
    const { socket } = JSON.parse(readFileSync(file, 'utf8')) as { socket: string };
    owner.child.kill('SIGKILL');
    await owner.ended;
    assert.ok(existsSync(file) && existsSync(socket));
    assertCode(await cas(['workflow', 'status', '--workspace', root]), 0);
    assert.deepEqual([existsSync(file), existsSync(socket)], [false, false], 'the next owner cleans up');
    for (const text of ['', '{"pid":1}', 'null', '{"pid":1,"socket":"/nowhere","token":"'.padEnd(80, 'x') + '","protocol":1}']) {
      writeFileSync(file, text);
      assertCode(await cas(['workflow', 'status', '--workspace', root]), 0);
    }
  });

  it('says which process holds a workspace that does not answer, and gives up', async () => {
    const { root, owner } = await owned();
    owner.child.kill('SIGSTOP');
    const ended = await cas(['workflow', 'status', '--workspace', root]);
    owner.child.kill('SIGCONT');
    assertCode(ended, 4);
    assert.match(ended.stderr, new RegExp(`in use by process ${owner.child.pid}`));
  });

  it('works where paths are longer than a socket may be', async () => {
    const deep = path.join(newFolder(), ...Array.from({ length: 12 }, (_, i) => `a-rather-long-folder-name-${i}`));
    const root = path.join(deep, 'workspace');
    mkdirSync(root, { recursive: true });
    assertCode(await cas(['workflow', 'status', '--workspace', root], { env: { TMPDIR: deep, NODE_DISABLE_COMPILE_CACHE: '1' } }), 0);
    assert.deepEqual(readdirSync(deep), ['workspace']);
  });

  it('is opened by many at the same moment: one owns it, and every run ends, printed without a gap', async () => {
    const root = sampleRepository();
    model.use(deliverAnything);
    const runs = Array.from({ length: 3 }, () => start(root, 'workflow', 'run', 'code-review', '-i', 'fix=false', '--json').ended);
    const looks = Array.from({ length: 2 }, () => cas(['workflow', 'status', '--workspace', root]));
    for (const ended of await Promise.all(looks)) assertCode(ended, 0);
    for (const ended of await Promise.all(runs)) {
      assertCode(ended, 0);
      const events = jsonLines(ended).slice(0, -1);
      assert.deepEqual(
        events.map((event) => event['seq']),
        events.map((_, i) => i + 1),
      );
    }
  });
});
