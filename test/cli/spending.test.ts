// Costs, budgets, tags, the cache and the providers, as a person at the command line meets them.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assertCode, cas, casJson, jsonLines, newFolder } from '#test/cli/runCli.ts';
import { deliverAnything, startScriptedModel } from '#test/support/vendors/scriptedModel.ts';
import type { ProviderTest, ProviderView } from '#protocol/provider.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import type { BudgetStatus, CostReport, RunEstimate } from '#protocol/spending.ts';

const workflow = `name: plans
version: "1.0"
description: Two plans side by side.
steps:
  - key: one
    agent: planner
    prompt: Plan the first thing.
  - key: two
    agent: planner
    prompt: Plan the second thing.
`;

describe('cas costs, budget, providers', () => {
  let model: Awaited<ReturnType<typeof startScriptedModel>>;
  let root: string;
  const run = (...words: readonly string[]) => cas([...words, '--workspace', root], { env: model.env });
  const json = <T>(...words: readonly string[]) => casJson<T>([...words, '--workspace', root], { env: model.env });
  const start = (...options: readonly string[]) => run('workflow', 'run', 'plans', ...options);

  beforeEach(async () => {
    model = await startScriptedModel(deliverAnything);
    root = newFolder();
    mkdirSync(path.join(root, '.cas', 'workflows'), { recursive: true });
    writeFileSync(path.join(root, '.cas', 'workflows', 'plans.cas.yaml'), workflow);
  });
  afterEach(() => model.close());

  it('tells what was spent by agent, workflow, model, tag, day and step, each call once', async () => {
    assertCode(await start('--tag', 'nightly', '--tag', 'team:a'), 0);
    const total = {
      calls: 2,
      costMicroUsd: 140,
      tokens: 30,
      inputTokens: 20,
      cachedInputTokens: 0,
      outputTokens: 10,
      unknownCost: 0,
      unknownTokens: 0,
    };
    const names = async (by: string): Promise<readonly string[]> => {
      const report = await json<CostReport>('costs', '--by', by);
      assert.deepEqual(report.total, total, by);
      return report.lines.map((line) => line.name).toSorted();
    };
    assert.deepEqual(await names('agent'), ['planner']);
    assert.deepEqual(await names('workflow'), ['plans']);
    assert.deepEqual(await names('model'), ['anthropic/claude-sonnet-5-5']);
    assert.deepEqual(await names('tag'), ['nightly', 'team:a']);
    assert.deepEqual(await names('step'), ['one', 'two']);
    assert.deepEqual(await names('day'), [new Date().toISOString().slice(0, 10)]);
    assert.deepEqual((await json<CostReport>('costs', '--since', '2999-01-01')).lines, []);
    const status = await run('workflow', 'status', 'latest');
    assert.match(status.stdout, /Spent {2}\$0\.0001, 30 tokens in 2 calls · tags nightly, team:a/);
    assert.match(status.stdout, /Model {2}one: anthropic\/claude-sonnet-5-5; next available/);
  });

  it('says that a price is unknown, and takes it from .cas/pricing.json', async () => {
    const env = { ...model.env, CAS_ANTHROPIC_MODEL: 'claude-new' };
    const priced = async (): Promise<string> => {
      assertCode(await cas(['workflow', 'run', 'plans', '--workspace', root], { env }), 0);
      return (await run('costs', '--by', 'model', '--run', 'latest')).stdout;
    };
    assert.match(await priced(), /claude-new +unknown price +30 tokens +2 calls/);
    const price = { provider: 'anthropic', model: 'claude-new', inputUsdPerMTok: 1_000, outputUsdPerMTok: 2_000, source: 'ours' };
    writeFileSync(path.join(root, '.cas', 'pricing.json'), JSON.stringify({ models: [price] }));
    assert.match(await priced(), /claude-new +\$0\.04 +30 tokens +2 calls/);
  });

  it('asks before a run goes over its budget, goes on when that is raised, and never called meanwhile', async () => {
    const asked = await start('--budget-tokens', '12000');
    assertCode(asked, 6);
    assert.equal(model.requests.length, 0);
    assert.match(asked.stdout + asked.stderr, /The budget of this run is reached: 12,000 tokens/);
    const raise = async () => {
      assertCode(await run('workflow', 'decide', 'latest', 'raise-run', '--reason', 'worth it'), 0);
      return run('workflow', 'resume', 'latest');
    };
    let ended = await raise();
    for (let n = 0; n < 100 && ended.code === 6; n += 1) ended = await raise();
    assertCode(ended, 0);
    assert.equal(model.requests.length, 2);
    assert.match((await run('workflow', 'status', 'latest')).stdout, /Spent .* of a budget of [\d,]+ tokens/);
  });

  it('warns in the terminal when 80 % of a budget are spent', async () => {
    // Two answers of 85,000 tokens each.
    model.use((request) => ({ ...deliverAnything(request), usage: { input: 84_000, output: 1_000 } }));
    const ended = await start('--budget-tokens', '200000');
    assert.match(ended.stdout, /^! 80 % of the budget of this run is spent: 170,000 of 200,000 tokens$/m);
    model.use(deliverAnything);
  });

  it('keeps what is done when the person says stop, and asks anew when the run is resumed', async () => {
    assertCode(await start('--budget-usd', '0.0001'), 6);
    assertCode(await run('workflow', 'decide', 'latest', 'stop'), 0);
    const ended = await run('workflow', 'resume', 'latest');
    assertCode(ended, 5);
    assert.match(ended.stdout, /The budget of this run \(\$0\.0001\) is reached, and it was not raised\./);
    assert.equal(model.requests.length, 0);
    const again = await run('workflow', 'resume', 'latest');
    assertCode(again, 6);
    assert.match(again.stdout + again.stderr, /The budget of this run is reached: \$0\.0001 \(you stopped here once\)/);
    assertCode(await run('workflow', 'decide', 'latest', 'stop'), 0);
    assertCode(await run('workflow', 'resume', 'latest'), 5);
    const third = await run('workflow', 'resume', 'latest');
    assert.match(third.stdout + third.stderr, /\(you stopped here 2 times\)/);
    assertCode(third, 6);
  });

  it('holds budgets for each day and for tags over all runs', async () => {
    assertCode(await run('budget', 'set', '--usd', '5'), 0);
    assertCode(await run('budget', 'set', '--tag', 'small', '--tokens', '500'), 0);
    assertCode(await start(), 0);
    assertCode(await start('--tag', 'small'), 6);
    const budgets = await json<readonly BudgetStatus[]>('budget', 'show');
    assert.deepEqual(
      budgets.map(({ scope, spent, limit }) => [scope.kind, spent, limit]),
      [
        ['day', { costMicroUsd: 140, tokens: 30 }, { costMicroUsd: 5_000_000 }],
        ['tag', { costMicroUsd: 0, tokens: 0 }, { tokens: 500 }],
      ],
    );
    assertCode(await run('budget', 'set', '--tag', 'small', '--off'), 0);
    assertCode(await start('--tag', 'small'), 0);
    assertCode(await run('budget', 'set', '--usd', '-1'), 2);
    assertCode(await run('budget', 'set'), 2);
  });

  it('with --cache answers the same question again for nothing and says so', async () => {
    assertCode(await start('--cache'), 0);
    assert.equal(model.requests.length, 2);
    assertCode(await start('--cache'), 0);
    assert.equal(model.requests.length, 2, 'nobody was called');
    assert.equal((await json<CostReport>('costs', '--by', 'step', '--run', 'latest')).total.calls, 0);
    assert.match((await run('workflow', 'status', 'latest')).stdout, /answered from the cache/);
    const events = jsonLines(await run('workflow', 'history', 'latest', '--events')) as unknown as readonly RunEvent[];
    const answers = events.filter((event) => event.type === 'agent.recorded' && event.kind === 'model');
    assert.equal(answers.length, 2);
    for (const event of answers) assert.match(JSON.stringify(event), /"cached":true/);
    assertCode(await start(), 0);
    assert.equal(model.requests.length, 4, 'without the option everybody is asked anew');
  });

  it('with --cache a run that is taken back does its steps again for nothing', async () => {
    assertCode(await start('--cache'), 0);
    assertCode(await run('workflow', 'rollback', 'latest', 'v0'), 0);
    assertCode(await run('workflow', 'resume', 'latest'), 0);
    assert.equal(model.requests.length, 2);
    assert.equal((await json<CostReport>('costs', '--run', 'latest')).total.costMicroUsd, 140);
  });

  it('estimates a run from those that ended, and says when none has', async () => {
    assert.match((await run('workflow', 'estimate', 'plans')).stdout, /No history yet/);
    assertCode(await start(), 0);
    assertCode(await start(), 0);
    const found = await json<RunEstimate>('workflow', 'estimate', 'plans');
    const same = (n: number) => ({ min: n, median: n, max: n });
    assert.deepEqual([found.runs, found.agents, found.calls, found.costMicroUsd], [2, same(1), same(2), same(140)]);
    assertCode(await run('workflow', 'estimate', 'nothing'), 2);
  });

  it('lists providers without calling, tests one with one tiny call, and tells their health', async () => {
    const listed = await json<readonly ProviderView[]>('providers', 'list');
    assert.deepEqual(
      listed.filter((one) => one.available).map((one) => [one.id, one.price?.inputUsdPerMTok]),
      [['anthropic', 2]],
    );
    assert.equal(model.requests.length, 0);
    model.use([{ text: 'ok' }]);
    const tested = await json<ProviderTest>('providers', 'test', 'anthropic');
    assert.deepEqual([tested.ok, tested.inputTokens, tested.costMicroUsd, model.requests.length], [true, 10, 70, 1]);
    assert.match((await run('providers', 'health')).stdout, /anthropic\/claude-sonnet-5-5 +key [0-9a-f]{8} .*0% errors of 1 call/);
    model.use([{ text: 'x', fault: { kind: 'status', status: 500 } }]);
    const down = await run('providers', 'test', 'anthropic');
    assertCode(down, 1);
    assert.match(down.stdout, /llm\.server/);
    assert.equal(model.requests.length, 2, 'nothing is retried');
    assertCode(await run('providers', 'test', 'nobody'), 2);
  });
});
