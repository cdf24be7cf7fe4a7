// Every shipped template on a real repository with history (this one, cloned): without a model, and with a scripted one.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProposalSummary } from '#protocol/proposal.ts';
import type { RunView, StepView } from '#protocol/runView.ts';
import { assertCode, cas, casJson, type Ended, jsonLines, sampleRepository } from '#test/cli/runCli.ts';
import { callTurn, deliverAnything, deliverTurn, startScriptedModel } from '#test/support/vendors/scriptedModel.ts';
import type { SeenRequest } from '#test/support/vendors/turn.ts';

const here = fileURLToPath(new URL('../..', import.meta.url));

interface Result {
  readonly run: { readonly id: string };
  readonly report: { readonly markdown: string; readonly json: string };
}
const resultOf = (ended: Ended): Result => jsonLines(ended).at(-1) as unknown as Result;
const stepsOf = async (id: string, root: string): Promise<readonly StepView[]> =>
  (await casJson<RunView>(['workflow', 'status', id, '--workspace', root])).steps;
const statuses = (steps: readonly StepView[]): { readonly [key: string]: string } =>
  Object.fromEntries(steps.map((step) => [step.key, step.status]));
/** The step's name stands in the task message. */
const stepOf = (request: SeenRequest): string => /step \\*"([^"\\]+)\\*"/.exec(JSON.stringify(request.body))?.[1] ?? '';

describe('templates on a real repository', () => {
  let root: string;
  before(() => {
    root = mkdtempSync(path.join(tmpdir(), 'cas-templates-'));
    execFileSync('git', ['clone', '-q', '--no-hardlinks', here, root]);
    const git = (...args: string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false', ...args], {
        cwd: root,
      });
    git('tag', '-f', 'v0.0.1');
    writeFileSync(path.join(root, 'Dockerfile'), 'FROM node:24\nRUN apt-get update && apt-get install git\nADD . /app\nCMD ["x"]\n');
    appendFileSync(path.join(root, 'docs', 'cli.md'), '\nSee [the way it is built](arch/architecture.md).\n');
    rmSync(path.join(root, 'src', 'base', 'fifo.ts'));
    git('add', '-A');
    git('commit', '-qm', 'A build, a link, and one file less');
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const run = (workflow: string, inputs: readonly string[] = [], env: { readonly [name: string]: string } = {}): Promise<Ended> =>
    cas(['workflow', 'run', workflow, '--json', '--mode', 'auto', ...inputs.flatMap((one) => ['-i', one]), '--workspace', root], { env });

  /** What each leaves behind without a model: steps that need one are skipped, all others succeed. */
  const plain: readonly {
    readonly workflow: string;
    readonly inputs?: readonly string[];
    readonly skipped: readonly string[];
    readonly finds: RegExp;
    readonly proposes?: RegExp;
  }[] = [
    { workflow: 'tech-debt', skipped: ['plan'], finds: /independent paths|lines long/ },
    { workflow: 'api-development', skipped: ['design', 'plan', 'approve', 'build'], finds: /is gone from src\/base\/fifo\.ts/ },
    { workflow: 'ci-cd', skipped: ['extend'], finds: /The program runs as root/, proposes: /install-asks/ },
    { workflow: 'bug-fix', skipped: ['cause'], finds: /# / },
    { workflow: 'dependency-upgrade', inputs: ['package=zod', 'to=9.9.9'], skipped: [], finds: /zod is asked for at/, proposes: /zod/ },
    { workflow: 'documentation', skipped: ['draft', 'proof'], finds: /arch\/architecture\.md is not there/, proposes: /architecture\.md/ },
  ];
  for (const { workflow, inputs, skipped, finds, proposes } of plain) {
    it(`${workflow} does its work without a model`, async () => {
      const before = execFileSync('git', ['status', '--porcelain'], { cwd: root }).toString();
      const ended = await run(workflow, inputs);
      assertCode(ended, 0);
      const { run: view, report } = resultOf(ended);
      const states = statuses(await stepsOf(view.id, root));
      for (const key of skipped) assert.equal(states[key], 'skipped', key);
      for (const [key, status] of Object.entries(states)) assert.ok(status === 'succeeded' || status === 'skipped', `${key} ${status}`);
      assert.match(readFileSync(report.markdown, 'utf8'), finds);
      const proposals = await casJson<readonly ProposalSummary[]>(['proposals', 'list', '--run', view.id, '--workspace', root]);
      if (proposes)
        assert.ok(
          proposals.some((one) => proposes.test(one.title)),
          JSON.stringify(proposals.map((one) => one.title)),
        );
      assert.equal(execFileSync('git', ['status', '--porcelain'], { cwd: root }).toString(), before, 'nothing is written without a yes');
    });
  }

  describe('with a model', () => {
    let model: Awaited<ReturnType<typeof startScriptedModel>>;
    let env: { readonly [name: string]: string };
    beforeEach(async () => {
      model = await startScriptedModel(deliverAnything, { vendor: 'anthropic' });
      env = { ...model.env, ANTHROPIC_API_KEY: 'sk-ant-test' };
    });
    afterEach(() => model.close());

    for (const [workflow, inputs, asked] of [
      ['tech-debt', [], ['Say what to do first', 'Measure the functions', 'Write the report']],
      ['ci-cd', ['goal=Run the linter on pull requests'], ['Write what the pipeline lacks', 'Check builds and pipelines']],
      ['documentation', [], ['Write what is missing', 'Look for what is missing']],
      ['dependency-upgrade', ['package=zod', 'to=9.9.9'], ['Find where the package is asked for']],
      [
        'api-development',
        ['feature=List the runs of a tag'],
        ['Design the interface', 'Plan the work', 'Implement as a change set', 'Review the interface as an attacker'],
      ],
    ] as const) {
      it(`${workflow} asks the agents for their part`, async () => {
        let ended = await run(workflow, inputs, env);
        if (workflow === 'api-development') {
          assertCode(ended, 6);
          assert.match(ended.stderr, /Is this the interface to build\?/);
          assertCode(await cas(['workflow', 'decide', 'latest', 'pass', '--workspace', root], { env }), 0);
          ended = await cas(['workflow', 'resume', 'latest', '--json', '--workspace', root], { env });
        }
        assertCode(ended, 0);
        const seen = new Set(model.requests.map(stepOf));
        for (const step of asked) assert.ok(seen.has(step), `${step} was asked; seen: ${[...seen].join(', ')}`);
        for (const [key, status] of Object.entries(statuses(await stepsOf('latest', root)))) {
          assert.ok(status === 'succeeded' || status === 'skipped', `${key} ${status}`);
        }
      });
    }

    it('bug-fix goes from a failing test to a fix that is proven and accepted', async () => {
      const project = sampleRepository({
        'package.json': `${JSON.stringify({ name: 'sample', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }, null, 2)}\n`,
        'src/sum.js': 'export const sum = (list) => list.reduce((a, b) => a - b, 0);\n',
        'test/sum.test.js':
          "import assert from 'node:assert';\nimport test from 'node:test';\nimport { sum } from '../src/sum.js';\n\ntest('adds', () => assert.equal(sum([1, 2]), 3));\n",
      });
      model.use((request) => {
        if (stepOf(request) !== 'Draft the fix and its test') return deliverAnything(request);
        switch (request.toolResults.length) {
          case 0:
            return callTurn('files_read', { path: 'src/sum.js' });
          case 1:
            return callTurn('files_edit', {
              path: 'src/sum.js',
              action: 'replace',
              search: 'a - b',
              replace: 'a + b',
              reason: 'It took away.',
            });
          case 2:
            return callTurn('files_propose', { title: 'Adds instead of taking away', summary: 'The sign was wrong.' });
          default:
            return deliverTurn({ summary: 'Fixed the sign.', notes: [], notDone: [] });
        }
      });
      const args = ['workflow', 'run', 'bug-fix', '--json', '--mode', 'auto', '-i', 'bug=The sum is wrong', '--workspace', project];
      const ended = await cas(args, { env });
      assertCode(ended, 0);
      const { run: view } = resultOf(ended);
      const tests = (await stepsOf(view.id, project)).find((step) => step.key === 'tests');
      assert.match(tests?.summary ?? '', /1 failed|new finding|judged/);
      const [proposal] = await casJson<readonly ProposalSummary[]>(['proposals', 'list', '--run', view.id, '--workspace', project]);
      assert.equal(proposal?.title, 'Adds instead of taking away');
      assert.match(readFileSync(path.join(project, 'src', 'sum.js'), 'utf8'), /a - b/, 'nothing is written before the yes');
      assertCode(await cas(['proposals', 'accept', proposal?.id ?? '', '--workspace', project]), 0);
      assert.match(readFileSync(path.join(project, 'src', 'sum.js'), 'utf8'), /a \+ b/);
      execFileSync(process.execPath, ['--test'], { cwd: project, env: { PATH: process.env['PATH'] } });
    });
  });
});
