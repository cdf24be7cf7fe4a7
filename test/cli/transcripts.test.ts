// What a person reads, word for word: golden transcripts of the commands on a small repository, and that --json is JSON.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { assertCode, cas, casJson, jsonLines, normalised, sampleRepository } from '#test/cli/runCli.ts';
import { assertGolden } from '#test/support/transcript.ts';
import type { ProposalSummary, ProposalView } from '#protocol/proposal.ts';
import { runEventSchema } from '#protocol/runEvents.ts';
import type { RunSummary } from '#protocol/runView.ts';

describe('the command line on a small repository', () => {
  let root = '';
  let proposal = '';
  const here = (...args: readonly string[]): ReturnType<typeof cas> => cas(args, { cwd: root });

  before(() => {
    root = sampleRepository();
  });

  /** Steps side by side end in any order: their lines are sorted. */
  function sorted(stdout: string): string {
    const lines = stdout.split('\n');
    const isStep = (line: string): boolean => /^[●✔✖–?↻] /.test(line);
    const steps = lines.filter((line) => /^[✔✖–] /.test(line)).sort();
    const at = lines.findIndex(isStep);
    return [...lines.slice(0, at), ...steps, ...lines.slice(at).filter((line) => !isStep(line))].join('\n');
  }

  it('runs a review: each step with its agent, the findings, the report, the proposals, and what to type next', async () => {
    const ended = await here('workflow', 'run', 'code-review', '-i', 'paths=src/**');
    assertCode(ended, 0);
    assert.equal(ended.stderr, '');
    assertGolden('cli/run', normalised(sorted(ended.stdout), root));
  });

  it('keeps the report where it says, as text and as JSON', async () => {
    const [run] = await casJson<readonly RunSummary[]>(['workflow', 'status'], { cwd: root });
    const folder = path.join(root, '.cas', 'runs', run?.id ?? '');
    assert.match(readFileSync(path.join(folder, 'report.md'), 'utf8'), /src\/compare\.js:1/);
    assert.equal((JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8')) as { version: number }).version, 1);
  });

  it('shows the run step by step, its passes apart', async () => {
    const ended = await here('workflow', 'status', 'latest');
    assertCode(ended, 0);
    assertGolden('cli/status', normalised(ended.stdout, root));
  });

  it('lists runs and checkpoints', async () => {
    const [runs, history] = [await here('workflow', 'status'), await here('workflow', 'history', 'latest')];
    assertGolden('cli/runs', normalised(runs.stdout, root));
    const versions = history.stdout.trim().split('\n');
    assert.deepEqual(
      versions.map((line) => line.split(' ')[0]),
      versions.map((_, i) => `v${i + 1}`),
    );
  });

  it('lists workflows with what they need', async () => {
    assertGolden('cli/workflows', (await here('workflow', 'list')).stdout);
  });

  it('lists and shows proposals hunk by hunk', async () => {
    const list = await here('proposals', 'list');
    assertGolden('cli/proposals', normalised(list.stdout, root));
    const all = await casJson<readonly ProposalSummary[]>(['proposals', 'list'], { cwd: root });
    proposal = all[0]?.id ?? '';
    assertGolden('cli/proposal', normalised((await here('proposals', 'show', proposal)).stdout, root));
  });

  it('accepts one hunk, rejects another, and takes the last answer back', async () => {
    const file = path.join(root, 'src/compare.js');
    const original = readFileSync(file, 'utf8');
    const said = [
      await here('proposals', 'accept', proposal, '--file', 'src/compare.js', '--hunk', '1'),
      await here('proposals', 'reject', proposal, '--file', 'src/compare.js', '--hunk', '2'),
      await here('proposals', 'undo', proposal),
    ];
    for (const ended of said) assertCode(ended, 0);
    assertGolden('cli/decisions', said.map((ended) => normalised(ended.stdout, root)).join('---\n'));
    assert.equal(readFileSync(file, 'utf8'), original.replace('value === NaN', 'Number.isNaN(value)'));
    assertCode(await here('proposals', 'undo', proposal), 0);
    assert.equal(readFileSync(file, 'utf8'), original, 'byte for byte');
  });

  it('prints one JSON value a command with --json', async () => {
    const commands = [
      ['workflow', 'list'],
      ['workflow', 'status'],
      ['workflow', 'status', 'latest'],
      ['workflow', 'history', 'latest'],
      ['proposals', 'list', '--all'],
      ['proposals', 'show', proposal],
      ['proposals', 'show', proposal, '--diff'],
      ['agents', 'list'],
      ['agents', 'show', 'developer'],
    ];
    for (const command of commands) {
      const value = await casJson<object>(command, { cwd: root });
      assert.equal(typeof value, 'object', command.join(' '));
    }
    const decided = await casJson<{ proposal: ProposalView; written: readonly string[] }>(
      ['proposals', 'accept', proposal, '--file', 'src/plain.js'],
      { cwd: root },
    );
    assert.deepEqual(decided.written, ['src/plain.js']);
  });

  it('prints the events of a run in order, without a gap, and last its result', async () => {
    const ended = await here('workflow', 'run', 'code-review', '-i', 'fix=false', '--json');
    assertCode(ended, 0);
    const lines = jsonLines(ended);
    const events = lines.slice(0, -1).map((line) => runEventSchema.parse(line));
    assert.deepEqual(
      events.map((event) => event.seq),
      events.map((_, i) => i + 1),
    );
    assert.deepEqual([events[0]?.type, events.at(-1)?.type, lines.at(-1)?.['type']], ['run.created', 'run.completed', 'result']);
    const stored = await here('workflow', 'history', 'latest', '--events');
    assert.deepEqual(jsonLines(stored), lines.slice(0, -1), 'the same as is stored');
  });

  it('says an error as JSON on stderr with --json, and nothing on stdout', async () => {
    const ended = await here('workflow', 'status', 'run_nothere', '--json');
    assert.equal(ended.stdout, '');
    const { type, code } = JSON.parse(ended.stderr) as { type: string; code: string };
    assert.deepEqual([type, code], ['error', 'run.notFound']);
  });
});
