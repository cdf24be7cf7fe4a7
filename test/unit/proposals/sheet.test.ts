import assert from 'node:assert/strict';
import { hasCode } from '#base/errors.ts';
import { reviewMethods, type ReviewDeps } from '#core/api/reviewMethods.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { checkWorkflow } from '#core/workflow/parse.ts';
import type { ReviewMethods } from '#protocol/review.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import { createBench, draft, modify, run } from '#test/unit/proposals/bench.ts';
import { knownNames } from '#test/unit/workflow/known.ts';
import { readFileSync } from 'node:fs';

type Facts = readonly Record<string, unknown>[];

/** The methods over proposals in memory and a run with these events. */
function review(options: { events?: Facts; sums?: readonly object[]; providers?: readonly string[]; trusted?: boolean } = {}) {
  const bench = createBench({ 'src/a.ts': 'a\n', 'src/b.ts': 'b\n' });
  const events = (options.events ?? []).map((fact, at) => ({ runId: run.runId, seq: at + 1, at: 0, ...fact })) as unknown as RunEvent[];
  const started: { request: unknown; definition: WorkflowDefinition }[] = [];
  const text = readFileSync('resources/workflows/rework.cas.yaml', 'utf8');
  const { definition } = checkWorkflow(text, { file: 'rework.cas.yaml', ...knownNames });
  assert.ok(definition);
  const deps = {
    ports: { trusted: () => options.trusted ?? true },
    store: {
      runs: { get: async (id: string) => ({ id, title: 'Code review', workflow: 'code-review' }), events: async () => events },
      costs: { sums: async () => options.sums ?? [] },
    },
    proposals: bench.proposals,
    providers: async () => options.providers ?? [],
    start: async (request: unknown, adapt: (definition: WorkflowDefinition) => WorkflowDefinition) => {
      started.push({ request, definition: adapt(definition) });
      return { runId: 'run_2' };
    },
  } as unknown as ReviewDeps;
  const methods: ReviewMethods = reviewMethods(deps);
  const propose = () =>
    bench.proposals.create(draft([modify(bench, 'src/a.ts', 'A\n'), modify(bench, 'src/b.ts', 'B\n')]), { agent: 'tester' }, run);
  return { bench, methods, propose, started };
}

const coded = (code: string) => (error: unknown) => hasCode(error, code);

describe('the sheet of a review', () => {
  it('has one line for each gate and agent that judged after the proposal was drafted, the last word of each', async () => {
    const { id } = await review().propose();
    const verdict = (seen: string) => ({
      verdict: seen,
      summary: `${seen}!`,
      reasons: [{ text: 'Look', citations: [{ path: 'src/a.ts', line: 1 }] }],
    });
    const { methods, propose } = review({
      events: [
        { type: 'step.assigned', path: 'before', agent: 'planner' },
        { type: 'step.succeeded', path: 'before', output: verdict('reject') },
        { type: 'proposal.created', path: 'repair', proposalId: id },
        { type: 'step.assigned', path: 'verify', agent: 'qa' },
        { type: 'step.succeeded', path: 'verify', output: verdict('approve') },
        { type: 'step.succeeded', path: 'verify', output: verdict('reject') },
        { type: 'step.succeeded', path: 'gate', output: { passed: true, by: 'person', reason: 'fine' } },
        { type: 'step.failed', path: 'gate2', error: { code: 'gate.refused', message: 'Not this.' }, retryAt: null },
        { type: 'step.succeeded', path: 'report', output: { passed: true } },
      ],
    });
    assert.equal((await propose()).id, id);
    const { verdicts, risk } = await methods['proposals.sheet'](id);
    assert.deepEqual(verdicts, [
      { who: 'qa', verdict: 'objects', text: 'reject!', notes: [{ path: 'src/a.ts', line: 1, text: 'Look' }] },
      { who: 'gate', verdict: 'approves', text: 'fine', notes: [] },
      { who: 'gate2', verdict: 'objects', text: 'Not this.', notes: [] },
    ]);
    assert.deepEqual([risk.level, risk.reasons[0]], ['high', { code: 'objected', level: 'high', count: 2, paths: [] }]);
  });

  it('has no verdict on a proposal the run did not draft', async () => {
    const { methods, propose } = review({
      events: [
        { type: 'proposal.created', path: 'repair', proposalId: 'prp_other' },
        { type: 'step.succeeded', path: 'verify', output: { verdict: 'reject', summary: 'No', reasons: [] } },
      ],
    });
    assert.deepEqual((await methods['proposals.sheet']((await propose()).id)).verdicts, []);
  });

  it('has the cost of the run, none without a call, and says when a price is unknown', async () => {
    const sum = { calls: 2, costMicroUsd: 500, unknownCost: 0 };
    for (const [sums, cost] of [
      [[], null],
      [[sum, sum], { calls: 4, microUsd: 1000 }],
      [[sum, { ...sum, unknownCost: 1 }], { calls: 4, microUsd: null }],
    ] as const) {
      const { methods, propose } = review({ sums });
      assert.deepEqual((await methods['proposals.sheet']((await propose()).id)).cost, cost);
    }
  });
});

describe('asking for changes', () => {
  it('starts the rework for the agent that drafted the proposal, at every place that drafts', async () => {
    const { methods, propose, started } = review({ providers: ['anthropic'] });
    const { id } = await propose();
    assert.deepEqual(await methods['proposals.ask']({ id, note: ' shorter ' }), { runId: 'run_2' });
    const [{ request, definition } = assert.fail('nothing was started')] = started;
    assert.deepEqual(request, {
      workflow: 'rework',
      inputs: { proposal: id, note: 'shorter', drop: [] },
      mode: 'auto',
      title: 'Changes to: Tidy up',
    });
    const [redo] = definition.steps;
    assert.ok(redo?.kind === 'loop');
    assert.deepEqual(
      redo.steps.map((step) => step.kind === 'task' && [step.action, step.agent]),
      [
        ['change.rework', 'tester'],
        ['change.verify', 'qa'],
      ],
    );
  });

  it('needs a model for words alone, and starts nothing without one', async () => {
    const { methods, propose, started } = review();
    const { id } = await propose();
    await assert.rejects(methods['proposals.ask']({ id, note: 'shorter' }), coded('llm.noProvider'));
    await assert.rejects(methods['proposals.ask']({ id, note: ' ' }), coded('proposal.emptyRequest'));
    await assert.rejects(methods['proposals.ask']({ id, note: '', drop: [{ path: 'src/c.ts' }] }), coded('proposal.noSuchTarget'));
    await assert.rejects(
      methods['proposals.ask']({ id, note: '', drop: [{ path: 'src/a.ts', hunk: '7' }] }),
      coded('proposal.noSuchTarget'),
    );
    assert.deepEqual(started, []);
    await methods['proposals.ask']({ id, note: 'shorter', drop: [{ path: 'src/a.ts' }] });
    assert.equal(started.length, 1);
  });

  it('is refused for what is decided, and everything that changes a proposal in an untrusted folder', async () => {
    const { bench, methods, propose } = review({ providers: ['x'] });
    const { id } = await propose();
    await bench.proposals.reject({ proposalId: id });
    await assert.rejects(methods['proposals.ask']({ id, note: 'x' }), coded('proposal.decided'));
    const closed = review({ trusted: false, providers: ['x'] });
    const open = await closed.propose();
    for (const call of [
      () => closed.methods['proposals.ask']({ id: open.id, note: 'x' }),
      () => closed.methods['proposals.amend']({ id: open.id, path: 'src/a.ts', text: 'x' }),
      () => closed.methods['proposals.rebase']({ id: open.id }),
    ])
      await assert.rejects(call(), coded('workspace.untrusted'));
    assert.equal((await closed.methods['proposals.sheet'](open.id)).proposal.status, 'open');
  });
});
