// Every documented exit code, and what is said beside it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assertCode, cas, casJson, gated, newFolder, sampleRepository, sampleFiles } from '#test/cli/runCli.ts';
import { git } from '#test/support/temporaryFolder.ts';
import type { ProposalSummary } from '#protocol/proposal.ts';

const broken = `
name: broken
version: 1.0.0
description: Two things are wrong.
steps:
  - { key: a, agent: nobody, action: project.detect }
  - { key: b, agent: analyst, action: project.detect, dependsOn: missing }
`;
/** Its only step cannot be done: the result is no list. */
const failing = `
name: failing
version: 1.0.0
description: Fails.
steps:
  - { key: a, map: { over: "1", steps: [{ key: b, agent: analyst, action: project.detect }] } }
`;

describe('exit codes', () => {
  const workflow = (text: string, name: string): string =>
    newFolder({ [`.cas/workflows/${name}.cas.yaml`]: text, 'a.js': 'export const a = 1;\n' });

  it('0: done, and for --help and --version without a workspace', async () => {
    for (const args of [['--version'], ['--help'], ['workflow', 'run', '--help']]) assertCode(await cas(args, { cwd: '/' }), 0);
  });

  it('1: the run failed', async () => {
    const ended = await cas(['workflow', 'run', 'failing'], { cwd: workflow(failing, 'failing') });
    assertCode(ended, 1);
    assert.match(ended.stdout, /Failed in .*\n.*is not a list/);
  });

  it('1: what was asked was refused: a run that has ended is not resumed', async () => {
    const root = workflow(failing, 'failing');
    await cas(['workflow', 'run', 'failing'], { cwd: root });
    const ended = await cas(['workflow', 'resume', 'latest'], { cwd: root });
    assertCode(ended, 1);
    assert.match(ended.stderr, /run\.finished/);
  });

  it('2: wrong options, unknown names and ids', async () => {
    const root = sampleRepository();
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [['workflow', 'run'], /missing required argument/],
      [['workflow', 'fly'], /unknown command/],
      [['--mode', 'fast', 'workflow', 'run', 'code-review'], /strict, auto or dry-run/],
      [['--workspace', '/no/such', 'workflow', 'list'], /no such folder/],
      [['workflow', 'run', 'code-revew'], /code-review/],
      [['workflow', 'status', 'run_zzzz'], /run\.notFound/],
      [['workflow', 'override', 'run_zzzz', 'a', '1'], /--reason/],
      [['workflow', 'run', 'code-review', '--inputs-file', 'none.json'], /none\.json/],
      [['proposals', 'show', 'prp_zzzz'], /proposal\.notFound/],
      [['proposals', 'accept', 'prp_zzzz', '--hunk', '1'], /--file/],
      [['agents', 'show', 'nobody'], /agent\.notFound/],
    ];
    for (const [args, said] of wrong) {
      const ended = await cas(args, { cwd: root });
      assertCode(ended, 2);
      assert.match(ended.stderr, said, args.join(' '));
      assert.equal(ended.stdout, '', args.join(' '));
    }
  });

  it('3: a workflow file with problems, all of them with line and column', async () => {
    const root = workflow(broken, 'broken');
    const checked = await cas(['workflow', 'validate'], { cwd: root });
    assertCode(checked, 3);
    assert.match(checked.stdout, /broken:6:\d+ error .*nobody[^]*broken:7:\d+ error .*missing/);
    assert.match(checked.stdout, /1 of \d+ workflows cannot run\./);
    assertCode(await cas(['workflow', 'validate', '.cas/workflows/broken.cas.yaml', '--json'], { cwd: root }), 3);
    assertCode(await cas(['workflow', 'run', 'broken'], { cwd: root }), 3);
    assertCode(await cas(['workflow', 'validate', 'code-review'], { cwd: root }), 0);
  });

  it('3: inputs with problems', async () => {
    const ended = await cas(['workflow', 'run', 'code-review', '-i', 'sinceDays=soon', '-i', 'nope=1'], { cwd: sampleRepository() });
    assertCode(ended, 3);
    assert.match(ended.stderr, /sinceDays/);
  });

  it('4: the workspace cannot be opened: a file in the place of its folder', async () => {
    const ended = await cas(['workflow', 'status'], { cwd: newFolder({ '.cas': 'mine' }) });
    assertCode(ended, 4);
    assert.match(ended.stderr, /a file or a broken link is in its place/);
  });

  it('4: its folder, or what is opened in it, is a link that leads outside', async () => {
    const outside = newFolder();
    const roots = [newFolder(), newFolder({ '.cas/.gitignore': '' }), newFolder({ '.cas/.gitignore': '' }), newFolder()];
    symlinkSync(outside, path.join(roots[0] ?? '', '.cas'));
    symlinkSync(outside, path.join(roots[1] ?? '', '.cas', 'runs'));
    symlinkSync(path.join(outside, 'new.db'), path.join(roots[2] ?? '', '.cas', 'store.db'));
    symlinkSync(path.join(outside, 'nothing'), path.join(roots[3] ?? '', '.cas'));
    for (const root of roots) {
      const ended = await cas(['workflow', 'status'], { cwd: root });
      assertCode(ended, 4);
      assert.match(ended.stderr, /store\.(unsafeFolder|openFailed)/);
    }
    assert.deepEqual(execFileSync('ls', ['-A', outside], { encoding: 'utf8' }), '', 'nothing was written there');
  });

  it('4: the folder is read-only, or its disk is full', async function () {
    if (!existsSync('/usr/bin/bwrap')) this.skip();
    const root = sampleRepository();
    const readOnly = ['bwrap', '--dev-bind', '/', '/', '--ro-bind', root, root, '--chdir', root];
    const refused = await cas(['workflow', 'status'], { wrapper: readOnly });
    assertCode(refused, 4);
    assert.match(refused.stderr, /cannot write its folder .*\.cas/);
    assertCode(await cas(['workflow', 'list'], { wrapper: readOnly }), 0);
    const full = ['bwrap', '--dev-bind', '/', '/', '--size', '16384', '--tmpfs', root, '--chdir', root];
    const noSpace = await cas(['workflow', 'status'], { wrapper: full });
    assertCode(noSpace, 4);
    assert.match(noSpace.stderr, /full|ENOSPC|no space/i);
  });

  it('6 and 0: a strict run without a terminal waits; decided and resumed, it ends', async () => {
    const root = workflow(gated, 'gated');
    const waiting = await cas(['--mode', 'strict', 'workflow', 'run', 'gated'], { cwd: root });
    assertCode(waiting, 6);
    const command = /cas (workflow decide (\S+) \S+ --decision \S+)/.exec(waiting.stderr);
    assert.ok(command, waiting.stderr);
    assert.match(waiting.stderr, /Shall it look\?/);
    const [, words = '', runId = ''] = command;
    assertCode(await cas(['workflow', 'decide', runId, 'perhaps'], { cwd: root }), 2);
    assertCode(await cas(words.split(' '), { cwd: root }), 0);
    assertCode(await cas(['workflow', 'resume', runId], { cwd: root }), 0);
    assertCode(await cas(['workflow', 'decide', runId, 'approve'], { cwd: root }), 2);
  });

  it('6: a paused run waits for a person; 1: cancelled', async () => {
    const root = workflow(gated, 'gated');
    await cas(['--mode', 'strict', 'workflow', 'run', 'gated', '--idempotency-key', 'k'], { cwd: root });
    assertCode(await cas(['workflow', 'pause', 'latest'], { cwd: root }), 0);
    const again = await cas(['--mode', 'strict', 'workflow', 'run', 'gated', '--idempotency-key', 'k'], { cwd: root });
    assertCode(again, 6);
    assert.match(again.stderr, /is paused\. Go on with: cas workflow resume run_/);
    assertCode(await cas(['workflow', 'cancel', 'latest'], { cwd: root }), 0);
    assertCode(await cas(['--mode', 'strict', 'workflow', 'run', 'gated', '--idempotency-key', 'k'], { cwd: root }), 1);
    assert.equal((await casJson<readonly unknown[]>(['workflow', 'status'], { cwd: root })).length, 1, 'the key names one run');
  });

  it('1: a conflict writes nothing and says where; 0 with --commit: one commit that names the run', async () => {
    const root = sampleRepository();
    assertCode(await cas(['workflow', 'run', 'code-review'], { cwd: root }), 0);
    const [proposal] = await casJson<readonly ProposalSummary[]>(['proposals', 'list'], { cwd: root });
    const id = proposal?.id ?? '';
    const file = path.join(root, 'src/compare.js');
    const mine = (sampleFiles['src/compare.js'] ?? '').replace('value === NaN', 'value === NaN || value === undefined');
    writeFileSync(file, mine);
    const conflict = await cas(['proposals', 'accept', id], { cwd: root });
    assertCode(conflict, 1);
    assert.match(conflict.stderr, /Nothing was written: "src\/compare\.js".*proposal\.conflict/s);
    assert.equal(readFileSync(file, 'utf8'), mine);
    const mistyped = await cas(['proposals', 'accept', id, '--file', 'src/compare.js', '--hunk', '1', '9'], { cwd: root });
    assertCode(mistyped, 2);
    writeFileSync(file, sampleFiles['src/compare.js'] ?? '');
    git(root, 'config', 'user.name', 'Ada');
    git(root, 'config', 'user.email', 'ada@example.com');
    const accepted = await cas(['proposals', 'accept', id, '--commit'], { cwd: root });
    assertCode(accepted, 0);
    assert.match(git(root, 'log', '-1', '--format=%B'), /CAS-Run: run_/i);
    assert.equal(git(root, 'status', '--porcelain'), '', 'the folder of CAS keeps itself out');
  });
});
