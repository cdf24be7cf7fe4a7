// Versions, rollback, fork, compensation and dead letters on the built command line, with a run that really fails.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assertCode, cas, casJson, sampleRepository } from '#test/cli/runCli.ts';
import type { DeadLetter } from '#protocol/deadLetter.ts';
import type { RunDiff, RunView, VersionView } from '#protocol/runView.ts';

/** The third step gets a mapping where a list belongs, unless the input says otherwise. */
const SAGA = `name: saga
version: "1"
inputs:
  broken: { type: boolean, default: true }
steps:
  - key: detect
    agent: analyst
    action: project.detect
    compensate: { action: debt.scan }
  - key: debt
    agent: analyst
    action: debt.scan
    dependsOn: [detect]
  - key: secrets
    agent: security
    action: secrets.scan
    with: { paths: "{{ inputs.broken ? results.debt.counts : ['a.js'] }}" }
    dependsOn: [debt]
`;

describe('the past of runs on the command line', function () {
  let root = '';
  before(() => {
    root = sampleRepository();
    const folder = path.join(root, '.cas', 'workflows');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'saga.cas.yaml'), SAGA);
  });
  const run = (...words: readonly string[]) => cas(words, { cwd: root });

  it('lists versions, what differs between them, and goes back', async () => {
    assertCode(await run('workflow', 'run', 'saga', '-i', 'broken=false'), 0);
    const versions = await casJson<readonly VersionView[]>(['workflow', 'history', 'latest', '--since', 'v2'], { cwd: root });
    assert.deepEqual(
      versions.map(({ version, path: step }) => `v${version} ${step}`),
      ['v2 debt', 'v3 secrets'],
    );
    const { steps } = await casJson<RunDiff>(['workflow', 'diff', 'latest', 'v2', 'v3'], { cwd: root });
    assert.deepEqual(
      steps.map((step) => `${step.path} ${step.from?.status} ${step.to?.status}`),
      ['secrets pending succeeded'],
    );
    const back = await run('workflow', 'rollback', 'latest', 'v2', '--reason', 'again');
    assertCode(back, 0);
    assert.match(back.stdout, /^Back at v2; 1 step set aside\. Go on with: cas workflow resume run_/);
    assertCode(await run('workflow', 'resume', 'latest'), 0);
    const marked = await casJson<readonly VersionView[]>(['workflow', 'history', 'latest', '--step', 'secrets'], { cwd: root });
    assert.deepEqual(
      marked.map(({ version, setAside }) => [version, setAside]),
      [
        [3, true],
        [4, false],
      ],
    );
  });

  it('refuses a version that is not there and one that is no version', async () => {
    const missing = await run('workflow', 'rollback', 'latest', 'v99');
    assertCode(missing, 2);
    assert.match(missing.stderr, /has no version v99: it has v1 to v4/);
    assertCode(await run('workflow', 'diff', 'latest', 'three'), 2);
  });

  it('undoes a run that failed, and says so', async () => {
    const failed = await run('workflow', 'run', 'saga');
    assertCode(failed, 1);
    assert.match(failed.stdout, /Undone:\n {2}detect \(debt\.scan\): /);
    const { compensations } = await casJson<RunView>(['workflow', 'status', 'latest'], { cwd: root });
    assert.deepEqual(
      compensations.map(({ path: step, status }) => `${step} ${status}`),
      ['detect compensated'],
    );
    const refused = await run('workflow', 'rollback', 'latest', 'v2');
    assertCode(refused, 1);
    assert.match(refused.stderr, /results that were undone since \(detect\)\. v0 is the last one before them/);
  });

  it('lists the dead letter, puts it back, counts that, and closes it', async () => {
    const letters = (...words: readonly string[]) => casJson<readonly DeadLetter[]>(['dlq', 'list', ...words], { cwd: root });
    const [letter] = await letters();
    assert.deepEqual([letter?.path, letter?.stage, letter?.redrives], ['secrets', 'execute', 0]);
    const id = letter?.id ?? '';
    assertCode(await run('dlq', 'redrive', id), 1);
    const [again] = await letters();
    assert.deepEqual([again?.id, again?.redrives, again?.status], [id, 1, 'open']);
    assertCode(await run('dlq', 'discard', id, '--reason', 'known'), 0);
    assert.deepEqual(await letters(), []);
    const [closed] = await letters('--all');
    assert.deepEqual([closed?.status, closed?.note], ['discarded', 'known']);
    assertCode(await run('dlq', 'redrive', id), 1);
    assertCode(await run('dlq', 'redrive', 'dlq_none'), 2);
  });

  it('forks with another input, and what is recorded is reused', async () => {
    const { id } = await casJson<RunView>(['workflow', 'status', 'latest'], { cwd: root });
    const fork = await run('workflow', 'fork', id, 'v0', '-i', 'broken=false');
    assertCode(fork, 0);
    const view = await casJson<RunView>(['workflow', 'status', 'latest'], { cwd: root });
    assert.deepEqual([view.status, view.inputs], ['completed', { broken: false }]);
    assert.notEqual(view.id, id);
  });

  it('only tells in a dry run what would be undone', async () => {
    const dry = await run('--mode', 'dry-run', 'workflow', 'run', 'saga');
    assertCode(dry, 1);
    assert.match(dry.stdout, /Would be undone:\n {2}detect \(debt\.scan\)\n/);
  });
});
