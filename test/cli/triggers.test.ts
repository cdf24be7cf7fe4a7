// Triggers and the queue on the built command line, with real files, a real repository and real time.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { QueueStatus } from '#protocol/queue.ts';
import type { RunSummary } from '#protocol/runView.ts';
import type { TriggerList, TriggerTrial } from '#protocol/trigger.ts';
import { assertCode, cas, casJson, type Running, sampleRepository, startCli } from './runCli.ts';

const workflow = (name: string, triggers: readonly object[]): { readonly [path: string]: string } => ({
  [`.cas/workflows/${name}.cas.json`]: JSON.stringify({ name, triggers, steps: [{ key: 'look', agent: 'quality', action: 'debt.scan' }] }),
});

const git = (cwd: string, ...args: string[]): void =>
  void execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd, stdio: 'ignore' });

const runs = (cwd: string): Promise<readonly RunSummary[]> => casJson(['workflow', 'status'], { cwd });

describe('cas triggers', function () {
  let watching: Running | null = null;
  afterEach(async () => {
    watching?.child.kill('SIGINT');
    await watching?.ended;
    watching = null;
  });

  async function watch(cwd: string): Promise<Running> {
    watching = startCli(['triggers', 'watch'], { cwd });
    await watching.until('Watching with');
    return watching;
  }

  /** Does it again until a run has ended: files are watched a moment after the process says so. */
  async function untilCompleted(seen: Running, again: (n: number) => void): Promise<void> {
    const completed = seen.until(/run_\S+ {2}completed/).then(() => true);
    for (let n = 1; ; n += 1) {
      again(n);
      if (await Promise.race([completed, new Promise((resolve) => setTimeout(resolve, 1_000, false))])) return;
    }
  }

  it('are off, say what an event would start, and are turned on and off', async () => {
    const cwd = sampleRepository(
      workflow('tidy', [
        { on: 'save', paths: 'src/**' },
        { on: 'event', type: 'user.deployed' },
      ]),
    );
    const before = await casJson<TriggerList>(['triggers', 'list'], { cwd });
    assert.equal(before.enabled, false);
    assert.ok(before.triggers.some((one) => one.id === 'tidy/save'));
    const event = ['--event', '{"type":"workspace.file.saved","payload":{"paths":["src/plain.js"]}}'];
    const held = await casJson<readonly TriggerTrial[]>(['triggers', 'test', 'tidy', ...event], { cwd });
    assert.deepEqual(
      held.map(({ id, matches, heldBy }) => [id, matches, heldBy]),
      [
        ['tidy/save', true, 'triggers are off in this workspace'],
        ['tidy/event', false, null],
      ],
    );
    await casJson(['triggers', 'enable'], { cwd });
    await casJson(['triggers', 'disable', 'tidy/save'], { cwd });
    const trials = await casJson<readonly TriggerTrial[]>(['triggers', 'test', 'tidy'], { cwd });
    assert.deepEqual(
      trials.map(({ matches, heldBy }) => [matches, heldBy]),
      [
        [true, 'this trigger is switched off'],
        [true, null],
      ],
    );
    assert.deepEqual(await runs(cwd), [], 'nothing was started');
    assertCode(await cas(['triggers', 'test', 'nothing'], { cwd }), 2);
    assertCode(await cas(['triggers', 'test', 'tidy', '--event', '{"type":"cas.nothing"}'], { cwd }), 2);
  });

  it('start a run when a file is saved, and not for what git ignores', async () => {
    const cwd = sampleRepository({
      ...workflow('tidy', [{ on: 'save', paths: 'src/**/*.js', debounce: '100ms' }]),
      ...workflow('built', [{ on: 'save', paths: 'out/**', debounce: '100ms' }]),
      '.gitignore': 'out\n.cas/\n',
    });
    await casJson(['triggers', 'enable'], { cwd });
    const seen = await watch(cwd);
    mkdirSync(path.join(cwd, 'out'));
    await untilCompleted(seen, (n) => {
      writeFileSync(path.join(cwd, 'out', 'built.js'), `${n};\n`);
      writeFileSync(path.join(cwd, 'src', 'plain.js'), `export const a = ${n};\n`);
    });
    assert.deepEqual(new Set((await runs(cwd)).map((run) => run.title)), new Set(['tidy (save)']));
  });

  it('start a run on a commit and on a switch of branches', async () => {
    const cwd = sampleRepository(
      workflow('tidy', [
        { on: 'commit', branches: 'ma*', debounce: '100ms' },
        { on: 'branch', branches: 'topic/*', debounce: '100ms' },
      ]),
    );
    git(cwd, 'branch', '-M', 'main');
    await casJson(['triggers', 'enable'], { cwd });
    const seen = await watch(cwd);
    await untilCompleted(seen, (n) => git(cwd, 'commit', '--allow-empty', '-m', `more ${n}`));
    git(cwd, 'checkout', '-q', '-b', 'topic/one');
    const titles = async (): Promise<readonly string[]> => [...new Set((await runs(cwd)).map((run) => run.title))].toSorted();
    while ((await titles()).length < 2) assert.equal(seen.child.exitCode, null);
    assert.deepEqual(await titles(), ['tidy (branch)', 'tidy (commit)']);
  });

  it('start a run at a time, again and again, within the budget', async () => {
    const cwd = sampleRepository(workflow('tidy', [{ on: 'schedule', cron: '*/2 * * * * *', maxPerHour: 2 }]));
    await casJson(['triggers', 'enable'], { cwd });
    const seen = await watch(cwd);
    await seen.until(/completed[^]*completed/);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    assert.equal((await runs(cwd)).length, 2);
    const { triggers } = await casJson<TriggerList>(['triggers', 'list'], { cwd });
    const own = triggers.find((one) => one.id === 'tidy/schedule');
    assert.equal(own?.runsLastHour, 2);
    assert.ok((own?.nextAt ?? 0) > Math.max(...(await runs(cwd)).map((run) => run.createdAt)));
  });

  it('start the continuous loop on feedback that another process gives', async () => {
    const cwd = sampleRepository();
    await casJson(['triggers', 'enable'], { cwd });
    const seen = await watch(cwd);
    const feedback = JSON.stringify({ type: 'feedback.given', payload: { rating: 2, text: 'the comparisons are wrong' } });
    await casJson(['triggers', 'publish', feedback], { cwd });
    await seen.until(/run_\S+ {2}completed/);
    const [run] = await runs(cwd);
    assert.deepEqual([run?.title, run?.proposals], ['continuous-improvement (feedback)', 1]);
    assertCode(await cas(['triggers', 'publish', '{"type":"cas.run.completed","payload":{}}'], { cwd }), 1);
    assertCode(await cas(['triggers', 'publish', '{"type":"feedback.given","payload":{"rating":9}}'], { cwd }), 2);
  });

  it('begins a queued run at its time in a process that stays', async () => {
    const cwd = sampleRepository(workflow('tidy', []));
    const queued = await casJson<{ readonly runId: string; readonly notBefore: number }>(
      ['workflow', 'run', 'tidy', '--at', '4s', '--priority', '3'],
      { cwd },
    );
    const seen = startCli(['triggers', 'watch'], { cwd });
    watching = seen;
    await seen.until('queued runs begin at their time');
    const status = await casJson<QueueStatus>(['queue'], { cwd });
    assert.ok(status.delayed <= 1);
    await seen.until(`${queued.runId}  completed`);
    const [run] = await runs(cwd);
    assert.ok((run?.endedAt ?? 0) >= queued.notBefore);
    assertCode(await cas(['workflow', 'run', 'tidy', '--at', 'soon'], { cwd }), 2);
    assertCode(await cas(['workflow', 'run', 'tidy', '--priority', '999'], { cwd }), 2);
  });
});
