// Whole workflows with a model, through the command line: the vendors' wire formats on loopback, the rest is real.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assertCode, cas, casJson, type Ended, jsonLines, newFolder, sampleRepository } from '#test/cli/runCli.ts';
import { callTurn, deliverAnything, deliverTurn, startScriptedModel } from '#test/support/vendors/scriptedModel.ts';
import type { SeenRequest, Turn } from '#test/support/vendors/turn.ts';
import type { ProposalSummary, ProposalView } from '#protocol/proposal.ts';
import type { RunView } from '#protocol/runView.ts';

/** The step's name stands in the task message. */
const stepOf = (request: SeenRequest): string => /step \\*"([^"\\]+)\\*"/.exec(JSON.stringify(request.body))?.[1] ?? '';

/** A project whose own test can fail. */
const project = {
  'package.json': `${JSON.stringify({ name: 'sample', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }, null, 2)}\n`,
  'src/greet.js': 'export const greet = (name) => `Hello ${name}`;\n',
  'test/greet.test.js':
    "import assert from 'node:assert';\nimport test from 'node:test';\nimport { greet } from '../src/greet.js';\n\ntest('greets', () => assert.equal(greet('Ada'), 'Hello Ada'));\n",
};

/** Every text below a folder and every given output; the key must be in none. */
function assertNowhere(key: string, root: string, ended: readonly Ended[]): void {
  for (const { stdout, stderr } of ended) assert.ok(!stdout.includes(key) && !stderr.includes(key), 'in the output');
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    assert.ok(!readFileSync(file).includes(key), `in ${file}`);
  }
}

for (const vendor of ['anthropic', 'openai'] as const) {
  describe(`workflows with a model of ${vendor}`, () => {
    const key = `${vendor === 'anthropic' ? 'sk-ant-api03' : 'sk-proj'}-${randomBytes(24).toString('hex')}`;
    let model: Awaited<ReturnType<typeof startScriptedModel>>;
    let env: { readonly [name: string]: string };

    beforeEach(async () => {
      model = await startScriptedModel(deliverAnything, { vendor });
      env = { ...model.env, [`${vendor.toUpperCase()}_API_KEY`]: key };
    });
    afterEach(() => model.close());

    it('reasons over what the actions found: reads, judges, writes the assessment, and counts its tokens', async () => {
      const root = sampleRepository();
      model.use((request) => {
        if (stepOf(request) !== 'Check the code against rules') return deliverAnything(request);
        if (request.toolResults.length === 0) return callTurn('files_read', { path: 'src/plain.js' });
        const finding = /code\.rules\/js-compare-nan:[0-9a-f]+/.exec(JSON.stringify(request.body))?.[0];
        return deliverTurn({
          assessment: 'Comparing with NaN is always false: src/compare.js:1.',
          judgements: [{ finding, verdict: 'dismissed', reason: 'Meant as a joke.' }],
          findings: [],
        });
      });
      const ended = await cas(['workflow', 'run', 'code-review', '--json', '--workspace', root], { env });
      assertCode(ended, 0);
      const result = jsonLines(ended).at(-1) as unknown as { run: RunView; report: { markdown: string }; findings: { high: number } };
      const report = readFileSync(result.report.markdown, 'utf8');
      assert.match(report, /Comparing with NaN is always false: src\/compare\.js:1\./);
      assert.match(report, /Meant as a joke/);
      assert.equal(result.findings.high, 2, 'a dismissed finding does not count');
      const [usage] = result.run.usage;
      assert.deepEqual([result.run.usage.length, usage?.provider, usage?.calls], [1, vendor, model.requests.length]);
      assert.deepEqual([usage?.inputTokens, usage?.outputTokens], [10 * model.requests.length, 5 * model.requests.length]);
      assert.match((await cas(['workflow', 'status', 'latest', '--workspace', root])).stdout, /new findings/);
      assertNowhere(key, root, [ended]);
    });

    it('delivers a feature: planned, proposed, sent back by security, verified by the tests, reported', async () => {
      const root = sampleRepository(project);
      let passes = 0;
      const develop = (request: SeenRequest): Turn => {
        const done = request.toolResults.length;
        if (passes === 1) {
          if (done === 0) return callTurn('proposals_show', {});
          if (done === 1) {
            const id = /prp_\w+/.exec(request.toolResults[0] ?? '')?.[0];
            return callTurn('proposals_withdraw', { id, reason: 'Replaced by one without the hole.' });
          }
        }
        const at = done - (passes === 1 ? 2 : 0);
        const body = passes === 0 ? 'return eval(name);' : 'return `Bye ${name}`;';
        if (at === 0)
          return callTurn('files_edit', {
            path: 'src/bye.js',
            action: 'create',
            content: `export function bye(name) {\n  ${body}\n}\n`,
            reason: 'The feature',
          });
        if (at === 1) return callTurn('files_propose', { title: `Says good bye ${passes + 1}`, summary: 'Adds bye().' });
        passes += 1;
        return deliverTurn({ summary: 'Added bye().', notes: [], notDone: [] });
      };
      model.use((request) => {
        const step = stepOf(request);
        if (step === 'Implement as a change set') return develop(request);
        if (step === 'Review the diff for security' && passes === 1) {
          const hole = { severity: 'critical', category: 'security', title: 'Runs its input', message: 'eval of a name.', citations: [] };
          return deliverTurn({ assessment: 'There is a hole.', judgements: [], findings: [hole] });
        }
        return deliverAnything(request);
      });
      const asked = await cas(['workflow', 'run', 'feature-delivery', '-i', 'feature=Say good bye', '--workspace', root], { env });
      assertCode(asked, 6);
      assert.match(asked.stderr, /Is this the plan to follow\?\n\nDo it\n- First\n/);
      assertCode(await cas(['workflow', 'decide', 'latest', 'pass', '--workspace', root], { env }), 0);
      const ended = await cas(['workflow', 'resume', 'latest', '--json', '--workspace', root], { env });
      assertCode(ended, 0);
      const { run } = jsonLines(ended).at(-1) as unknown as { run: RunView };
      assert.equal(run.status, 'completed');
      const view = await casJson<RunView>(['workflow', 'status', run.id, '--workspace', root]);
      const build = view.steps.find((step) => step.key === 'build');
      assert.deepEqual(
        build?.children.map((step) => `${step.path} ${step.status}`),
        ['implement', 'verify', 'review']
          .map((step) => `build#1/${step} succeeded`)
          .concat(['implement', 'verify', 'review'].map((step) => `build#2/${step} succeeded`)),
      );
      const open = await casJson<readonly ProposalSummary[]>(['proposals', 'list', '--workspace', root]);
      assert.deepEqual(
        open.map((proposal) => proposal.title),
        ['Says good bye 2'],
      );
      const proposal = await casJson<ProposalView>(['proposals', 'show', open[0]?.id ?? '', '--workspace', root]);
      assert.deepEqual(
        [proposal.verification?.passed, proposal.verification?.checks.some((check) => check.name === 'tests')],
        [true, true],
      );
      const said = await cas(['proposals', 'accept', proposal.id, '--workspace', root]);
      assertCode(said, 0);
      assert.match(readFileSync(path.join(root, 'src/bye.js'), 'utf8'), /`Bye \$\{name\}`/);
      assertNowhere(key, root, [asked, ended, said]);
    });

    it('ends partly done (5) when the vendor refuses the key, and keeps a key that the refusal repeats out of everything', async () => {
      const root = newFolder({ 'a.js': 'export const a = 1;\n' });
      model.use([{ fault: { kind: 'status', status: 401, type: 'authentication_error', message: `Incorrect API key provided: ${key}` } }]);
      const ended = await cas(['-v', 'workflow', 'run', 'code-review', '--workspace', root], { env });
      assertCode(ended, 5);
      assert.match(ended.stdout, /Partly done in /);
      const told = await cas(['workflow', 'history', 'latest', '--events', '--workspace', root]);
      assert.match(told.stdout, /llm\./);
      assertNowhere(key, root, [ended, told]);
    });
  });
}

describe('a workflow that needs a model, without a key', () => {
  it('fails at once and says what to do; a dry run shows what it would ask', async () => {
    const root = sampleRepository();
    const ended = await cas(['workflow', 'run', 'feature-delivery', '-i', 'feature=x', '--workspace', root]);
    assertCode(ended, 1);
    assert.match(ended.stderr, /llm\.noProvider/);
    assert.match(ended.stderr, /ANTHROPIC_API_KEY or OPENAI_API_KEY/);
    assert.deepEqual(await casJson<readonly unknown[]>(['workflow', 'status', '--workspace', root]), [], 'no run was started');
  });
});
