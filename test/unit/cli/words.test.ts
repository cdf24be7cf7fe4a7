import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { askDecision } from '#cli/ask.ts';
import { exitCodeOf } from '#cli/exitCodes.ts';
import { commandName, shellWord } from '#cli/invocation.ts';
import { createOutput } from '#cli/output.ts';
import { modeOf, workspaceRoot } from '#cli/options.ts';
import { printDigest } from '#cli/printers/report.ts';
import { abortError } from '#base/abort.ts';
import { AppError, hasCode } from '#base/errors.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';
import type { DecisionView } from '#protocol/runView.ts';

describe('how a person calls the program again', () => {
  const folder = temporaryFolders();
  const script = '/opt/cas/dist/cli.mjs';

  it('is `cas` only when the path finds this very program under that name', () => {
    const root = folder({ 'dist/cli.mjs': '', 'other.mjs': '', 'bin/x': '' });
    const own = path.join(root, 'dist/cli.mjs');
    symlinkSync(own, path.join(root, 'bin/cas'));
    const base = { execPath: '/usr/bin/none', cwd: root };
    const env = { PATH: path.join(root, 'bin') };
    assert.equal(commandName({ ...base, env, argv: ['node', path.join(root, 'bin/cas')] }), 'cas');
    assert.equal(commandName({ ...base, env, argv: ['node', own] }), 'cas');
    assert.equal(commandName({ ...base, env, argv: ['node', path.join(root, 'other.mjs')] }), '/usr/bin/none other.mjs');
  });

  it('is what started it: npx, the start script, or node with the shortest path that works', () => {
    const base = { execPath: process.execPath, cwd: '/opt/cas', argv: ['node', script] };
    assert.equal(commandName({ ...base, env: { npm_command: 'exec' } }), 'npx cas');
    assert.equal(commandName({ ...base, env: { CAS_COMMAND: 'npm start --' } }), 'npm start --');
    assert.equal(commandName({ ...base, env: { PATH: path.dirname(process.execPath) } }), 'node dist/cli.mjs');
    assert.equal(commandName({ ...base, cwd: '/home/ada', env: { PATH: path.dirname(process.execPath) } }), `node ${script}`);
  });

  it('quotes what a shell would take apart', () => {
    assert.deepEqual(
      ['plain/a.ts', 'two words', "it's", '$HOME', ''].map((text) => shellWord(text, 'linux')),
      ['plain/a.ts', "'two words'", "'it'\\''s'", "'$HOME'", "''"],
    );
    assert.deepEqual([shellWord('C:\\a\\b', 'win32'), shellWord('C:\\a b', 'win32')], ['C:\\a\\b', '"C:\\a b"']);
  });
});

describe('shared options', () => {
  const folder = temporaryFolders();

  it('works on the nearest folder upwards with .cas or .git, else here', () => {
    const root = folder({ 'src/deep/a.js': '' });
    const deep = path.join(root, 'src/deep');
    assert.equal(workspaceRoot('src', root), path.join(root, 'src'));
    mkdirSync(path.join(root, '.git'));
    assert.equal(workspaceRoot(undefined, deep), root);
    mkdirSync(path.join(root, 'src/.cas'));
    assert.equal(workspaceRoot(undefined, deep), path.join(root, 'src'));
    assert.throws(
      () => workspaceRoot('nothing', root),
      (error) => hasCode(error, 'cli.usage'),
    );
  });

  it('knows three modes and takes auto when none is given', () => {
    assert.deepEqual([modeOf({}), modeOf({ mode: 'strict' }), modeOf({ mode: 'dry-run' })], ['auto', 'strict', 'dry-run']);
    assert.throws(() => modeOf({ mode: 'Strict' }), /strict, auto or dry-run/);
  });
});

describe('exit codes of errors', () => {
  it('follow from the code alone', () => {
    const code = (name: string): number => exitCodeOf(new AppError({ code: name, message: '' }));
    assert.deepEqual(['cli.usage', 'run.notFound', 'proposal.noSuchTarget', 'agent.notFound'].map(code), [2, 2, 2, 2]);
    assert.deepEqual(['workflow.invalid', 'workflow.badInput'].map(code), [3, 3]);
    assert.deepEqual(['store.locked', 'store.unsafeFolder', 'owner.version'].map(code), [4, 4, 4]);
    assert.deepEqual(['proposal.conflict', 'run.finished', 'llm.noProvider'].map(code), [1, 1, 1]);
    assert.deepEqual([exitCodeOf(abortError()), exitCodeOf(new Error('x'))], [130, 1]);
  });
});

describe('the output', () => {
  const open = (env: NodeJS.ProcessEnv, tty = true, json = false): ReturnType<typeof createOutput> & { text: () => string } => {
    const stdout = Object.assign(new PassThrough(), { isTTY: tty, columns: tty ? 90 : undefined }) as unknown as NodeJS.WriteStream;
    const stderr = new PassThrough();
    const output = createOutput({ json, stdout, stderr: stderr as unknown as NodeJS.WriteStream, stdin: { isTTY: tty }, env });
    return Object.assign(Object.create(output) as typeof output, {
      text: () => `${(stdout as unknown as PassThrough).read() ?? ''}${stderr.read() ?? ''}`,
    });
  };

  it('has colours on a terminal alone, and not with NO_COLOR or on a dumb one', () => {
    const styled = (env: NodeJS.ProcessEnv, tty = true): boolean => open(env, tty).style('red', 'x') !== 'x';
    assert.deepEqual(
      [styled({}), styled({ NO_COLOR: '1' }), styled({ NO_COLOR: '' }), styled({ TERM: 'dumb' }), styled({}, false)],
      [true, false, true, false, false],
    );
  });

  it('redraws and asks on a terminal alone, not in CI and not for programs', () => {
    assert.deepEqual(
      [open({}).interactive, open({ CI: '1' }).interactive, open({}, true, true).interactive, open({}, false).interactive],
      [true, false, false, false],
    );
  });

  it('cuts nothing where there is no terminal', () => {
    assert.deepEqual([open({}).columns, open({}, false).columns], [90, Infinity]);
  });

  it('says an error with all its problems and its code, or as one JSON object', () => {
    const error = new AppError({
      code: 'workflow.invalid',
      message: 'It cannot run.',
      details: { problems: [{ line: 3, message: 'No step a.', hint: 'Did you mean b?' }, 'plain'] },
    });
    const people = open({}, false);
    people.error(error);
    assert.equal(people.text(), 'cas: It cannot run.\n  3:1 No step a. Did you mean b?\n  plain (workflow.invalid)\n');
    const programs = open({}, false, true);
    programs.error(error);
    assert.deepEqual(
      { ...(JSON.parse(programs.text()) as object), details: 0 },
      { type: 'error', code: 'workflow.invalid', message: 'It cannot run.', retryable: false, details: 0 },
    );
  });

  it('shows the most serious findings, their place never cut', () => {
    const output = open({}, false);
    const narrow = Object.create(output, { columns: { value: 40 } }) as typeof output;
    const finding = (severity: 'critical' | 'low', title: string) => ({
      severity,
      rule: 'r',
      title,
      citations: [{ path: 'src/a/rather/long/path/of/a/file.ts', line: 12 }],
    });
    printDigest(narrow, {
      counts: { critical: 1, low: 6 },
      findings: [finding('critical', 'A key'), ...Array.from({ length: 6 }, () => finding('low', 'x'.repeat(60)))],
    });
    const lines = output.text().split('\n');
    assert.deepEqual(lines.slice(0, 6), [
      '',
      '7 findings: 1 critical, 6 low',
      '  critical  src/a/rather/long/path/of/a/file.ts:12',
      '            A key',
      '  low       src/a/rather/long/path/of/a/file.ts:12',
      `            ${'x'.repeat(27)}…`,
    ]);
    assert.equal(lines.at(-2), '  … and 2 more');
  });
});

describe('a question on the terminal', () => {
  const decision: DecisionView = {
    id: 'dec_1',
    runId: 'run_1',
    path: 'ask',
    kind: 'gate',
    title: 'Go on?',
    detail: 'It costs.',
    options: [
      { id: 'pass', label: 'Let it pass' },
      { id: 'fail', label: 'Stop' },
      { id: 'pause', label: 'Later' },
    ],
    askedAt: 0,
  };

  async function answer(...typed: readonly string[]): Promise<{ given: unknown; asked: string }> {
    const input = new PassThrough();
    const output = new PassThrough();
    const given = askDecision(decision, new AbortController().signal, { input, output });
    for (const line of typed) {
      input.write(`${line}\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    input.end();
    return { given: await given, asked: String(output.read() ?? '') };
  }

  it('takes an id, a beginning that only one option has, or a number, and then a reason', async () => {
    const choices = [];
    for (const typed of ['fail', 'sto', 'LET', '3', 'pass']) choices.push((await answer(typed, 'because')).given);
    assert.deepEqual(
      choices,
      ['fail', 'fail', 'pass', 'pause', 'pass'].map((choice) => ({ choice, reason: 'because' })),
    );
  });

  it('asks again until one is meant', async () => {
    const { given, asked } = await answer('', 'pa', '9', 'nothing', '2', '');
    assert.deepEqual(given, { choice: 'fail', reason: '' });
    assert.equal(asked.split('1 Let it pass, 2 Stop, 3 Later: ').length - 1, 5);
  });

  it('gives no answer when the input ends', async () => {
    assert.equal((await answer('nothing')).given, null);
  });

  it('ends with an abort', async () => {
    const controller = new AbortController();
    const asking = askDecision(decision, controller.signal, { input: new PassThrough(), output: new PassThrough() });
    controller.abort();
    await assert.rejects(asking, { name: 'AbortError' });
  });
});
