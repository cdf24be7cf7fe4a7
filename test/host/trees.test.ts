// What the trees say and when they redraw.

import assert from 'node:assert/strict';
import { agentNodes, agentsSummary } from '#editor/views/agentNodes.ts';
import { LiveTree, type LiveNode, type NodeSpec } from '#editor/views/liveTree.ts';
import { proposalNodes } from '#editor/views/proposalNodes.ts';
import { runNodes, runsSummary } from '#editor/views/runNodes.ts';
import { workflowNodes } from '#editor/views/workflowNodes.ts';
import { nearBudget, providersDown, statusLook } from '#editor/statusBar.ts';
import type { BudgetStatus } from '#protocol/spending.ts';
import type { RunSummary } from '#protocol/runView.ts';
import { agent, hunk, proposal, proposalFile, proposalSummary, run, step, workflow } from '#test/host/support/builders.ts';

const NOW = new Date(2026, 10, 20, 14, 4).getTime();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const agentName = (id: string): string => id;

function rows(nodes: readonly NodeSpec[]): readonly string[] {
  return nodes.map(({ icon, label, description }) => [icon?.id, label, description].filter(Boolean).join(' | '));
}

async function childrenOf(node: NodeSpec | undefined): Promise<readonly NodeSpec[]> {
  const children = node?.children ?? [];
  return typeof children === 'function' ? children() : children;
}

describe('the Agents view', () => {
  const error = {
    code: 'llm.rateLimited',
    message: '429 rate limited',
    retryable: true,
    details: {},
    at: NOW - 3 * MINUTE,
    runId: 'run_1',
  };
  const agents = [
    agent('Planner', { executions: 1000, succeeded: 991, p50Ms: 900, p95Ms: 2100 }),
    agent('Builder', { executions: 128, succeeded: 117, p50Ms: 3200, p95Ms: 8700, breaker: 'half-open', lastError: error, lastRunAt: NOW }),
    agent('Researcher', { breaker: 'open', breakers: [{ provider: 'p', model: 'm', status: 'open', openUntil: NOW + 42_000 }] }),
    agent('Architect'),
  ];

  it('sorts by trouble, then by what has run, then by name, and says only what was measured', () => {
    assert.deepEqual(rows(agentNodes(agents, NOW)), [
      'error | Researcher | open · retries in 42 s',
      'color-mode | Builder | half-open · 91.4% · p95 8.7 s',
      'pass | Planner | 99.1% · p95 2.1 s',
      'circle-outline | Architect | not run yet',
    ]);
  });

  it('gives a rate with its sample, latencies and the last error below an agent', async () => {
    const builder = agentNodes(agents, NOW).find(({ id }) => id === 'builder');
    assert.deepEqual(rows(await childrenOf(builder)), [
      'plug | Circuit breaker | half-open',
      'graph-line | Success rate | 91.4% of 128 runs',
      'watch | Latency | p50 3.2 s · p95 8.7 s',
      'error | Last error | 429 rate limited, 3 min ago',
    ]);
  });

  it('has a circuit for each provider an agent called, and takes one out of work off the list of troubles', async () => {
    const breakers = [
      { provider: 'anthropic', model: 'm1', status: 'open', openUntil: NOW + 42_000 },
      { provider: 'compatible', model: 'm2', status: 'closed', openUntil: null },
    ] as const;
    const two = agent('Two', { executions: 2, succeeded: 2, breaker: 'open', breakers });
    const [node] = agentNodes([two], NOW);
    assert.deepEqual(rows(await childrenOf(node)).slice(0, 2), [
      'plug | Circuit of anthropic | open · retries in 42 s · m1',
      'plug | Circuit of compatible | closed · m2',
    ]);
    const off = { ...two, disabled: true };
    assert.deepEqual(rows(agentNodes([off], NOW)), ['circle-slash | Two | disabled']);
    assert.equal(agentNodes([off], NOW)[0]?.context, 'agent:open:disabled');
    assert.equal(agentsSummary([off, agent('One', { executions: 1, succeeded: 1 })]), '1 healthy');
  });

  it('calls healthy only what has run', () => {
    assert.equal(agentsSummary(agents), '1 healthy, 2 need a look');
    assert.equal(agentsSummary([agent('A'), agent('B')]), '2 agents, none has run yet');
  });

  it('shows an agent whose last step failed as failed', () => {
    const [failed] = agentNodes([agent('Tester', { executions: 4, succeeded: 3, failed: 1, lastError: error, lastRunAt: error.at })], NOW);
    assert.equal(failed?.icon?.id, 'error');
  });
});

describe('the Workflows view', () => {
  it("lists the folder's own first, with version and steps, or the number of problems", () => {
    const problem = { severity: 'error', code: 'c', message: 'm', hint: '', line: 1, column: 1, endLine: 1, endColumn: 2 } as const;
    const nodes = workflowNodes([
      workflow('feature-build', { steps: 1 }),
      workflow('release-notes', { source: 'workspace', problems: [problem, problem] }),
    ]);
    assert.deepEqual(rows(nodes), ['type-hierarchy | release-notes | 2 problems', 'type-hierarchy | feature-build | v7 · 1 step']);
    assert.deepEqual(
      nodes.map(({ context }) => context),
      ['workflow:problems:workspace', 'workflow:ok:built-in'],
    );
  });
});

describe('the Runs view', () => {
  const draw = (runs: readonly RunSummary[], shown = {}): readonly NodeSpec[] =>
    runNodes(runs, { now: NOW, shown, agentName, details: async () => assert.fail('nothing was unfolded') });
  const ended = (id: string, at: number, over: Partial<RunSummary>): RunSummary =>
    run({ id, createdAt: at, endedAt: at + 242_000, ...over });

  it('puts live runs on top and the others under their day', async () => {
    const groups = draw([
      ended('a', NOW - 3 * 60 * MINUTE, { title: 'Fix flaky test', status: 'completed' }),
      run({ id: 'b', title: 'Add retry', currentStep: 'build', createdAt: NOW - 134_000 }),
      run({ id: 'c', title: 'Upgrade zod', createdAt: NOW - 10_000, waitingDecisions: 1 }),
      ended('d', NOW - DAY, {
        title: 'Sync docs',
        status: 'failed',
        error: { code: 'x', message: 'm', retryable: false, details: { path: 'test' } },
      }),
      ended('e', NOW - 18 * DAY, { title: 'Bump Node', status: 'cancelled' }),
    ]);
    assert.deepEqual(rows(groups), ['Live', 'Today', 'Yesterday', 'Older']);
    assert.deepEqual(await Promise.all(groups.map(async (group) => rows(await childrenOf(group)))), [
      ['person | Upgrade zod | waiting for you', 'sync~spin | Add retry | build · 2 m 14 s'],
      ['pass | Fix flaky test | 11:04 · 4 m 02 s'],
      ['error | Sync docs | 14:04 · failed at test'],
      ['circle-slash | Bump Node | Nov 2 · cancelled'],
    ]);
  });

  it('shows 50 of a group, then Load More', async () => {
    const runs = Array.from({ length: 120 }, (_, index) => ended(`r${index}`, NOW - index * 1000, { status: 'completed' }));
    const [today] = draw(runs);
    const children = await childrenOf(today);
    assert.equal(children.length, 51);
    assert.equal(children.at(-1)?.description, '70 more');
    const [more] = draw(runs, { today: 150 });
    assert.equal((await childrenOf(more)).length, 120);
  });

  it('counts what runs, is paused and waits', () => {
    assert.equal(
      runsSummary([run(), run({ status: 'paused' }), run({ waitingDecisions: 1 }), run({ status: 'failed' })]),
      '1 running, 1 paused, 1 waiting',
    );
    assert.equal(runsSummary([run({ status: 'completed' })]), '');
  });

  it('has the steps as a tree under a run, then its report and its proposals', async () => {
    const steps = [
      step('history', { status: 'succeeded', agent: 'analyst', summary: '3 findings', startedAt: 0, endedAt: 1400 }),
      step('repair', {
        status: 'running',
        children: [
          step('repair#1/verify', {
            title: 'Verify',
            status: 'failed',
            error: { code: 'e', message: 'Tests failed', retryable: false, details: {} },
          }),
        ],
      }),
      step('report', { status: 'skipped', reason: 'Nothing to report' }),
    ];
    const [live] = runNodes([run({ createdAt: NOW })], {
      now: NOW,
      agentName,
      shown: {},
      details: async () => ({
        run: { ...run(), inputs: {}, steps, results: {}, decisions: [], usage: [], output: null, errors: [], compensations: [] },
        report: { folder: '/r', markdown: '/r/report.md', json: null, diffs: [] },
        proposals: [proposalSummary()],
      }),
    });
    const nodes = await childrenOf((await childrenOf(live))[0]);
    assert.deepEqual(rows(nodes), [
      'pass | history | analyst · 3 findings · 1.4 s',
      'sync~spin | repair | running',
      'circle-slash | report | Nothing to report',
      'output | Report',
      'git-pull-request | Cap retry delay | Builder · 3 files',
    ]);
    assert.deepEqual(rows(await childrenOf(nodes[1])), ['error | Verify | Tests failed']);
  });
});

describe('the Proposals view', () => {
  const files = [
    proposalFile('src/http/client.ts'),
    proposalFile('retry.ts', { kind: 'create', removed: 0, added: 61, hunks: [hunk('1', { status: 'accepted' })] }),
    proposalFile('src/old.ts', { kind: 'delete', added: 0, disk: 'changed' }),
  ];
  const options = {
    proposal: async () => proposal(files),
    isChecked: (_: string, file: string) => file !== 'src/old.ts',
    generation: 1,
    agentName,
  };

  it('shows open proposals with their files, folders, sizes and states', async () => {
    const [open] = proposalNodes([proposalSummary({ hunksPending: 4 })], options);
    assert.equal(open?.description, 'Builder · 3 files · 1 of 5 hunks decided');
    const nodes = await childrenOf(open);
    assert.deepEqual(
      nodes.map(({ label, description, checked }) => [label, description, checked]),
      [
        ['client.ts', 'src/http · +42 −9', true],
        ['retry.ts', '+61 · accepted', undefined],
        ['old.ts', 'src · −9 · changed since', false],
      ],
    );
  });

  it('keeps decided proposals in reach, and drops those that were replaced', () => {
    const nodes = proposalNodes(
      [
        proposalSummary({ id: 'a', status: 'accepted', hunksPending: 0 }),
        proposalSummary({ id: 'b', status: 'superseded' }),
        proposalSummary({ id: 'c' }),
      ],
      options,
    );
    assert.deepEqual(
      nodes.map(({ id }) => id),
      ['c', 'decided'],
    );
  });
});

describe('a live tree', () => {
  const leaf = (id: string, description = ''): NodeSpec => ({ id, label: id, description });
  const group = (children: readonly NodeSpec[]): NodeSpec => ({ id: 'g', label: 'g', children });

  function watched(): { tree: LiveTree; redrawn: (readonly string[] | 'all')[] } {
    const tree = new LiveTree();
    const redrawn: (readonly string[] | 'all')[] = [];
    tree.onDidChangeTreeData((nodes) => redrawn.push(nodes ? nodes.map(({ spec }) => spec.id) : 'all'));
    return { tree, redrawn };
  }

  it('redraws nothing when nothing looks different', () => {
    const { tree, redrawn } = watched();
    tree.update([group([leaf('a'), leaf('b')])]);
    tree.update([group([leaf('a'), leaf('b')])]);
    assert.deepEqual(redrawn, ['all']);
  });

  it('redraws the node that changed, and keeps it the same object', async () => {
    const { tree, redrawn } = watched();
    tree.update([group([leaf('a'), leaf('b')])]);
    const [root] = await tree.getChildren();
    const before = await tree.getChildren(root);
    tree.update([group([leaf('a'), leaf('b', 'now')])]);
    assert.deepEqual(redrawn, ['all', ['b']]);
    assert.deepEqual(await tree.getChildren(root), before);
    assert.equal(tree.getTreeItem(before[1] as LiveNode).description, 'now');
  });

  it('redraws the parent when a child comes, goes or moves', () => {
    const { tree, redrawn } = watched();
    tree.update([group([leaf('a'), leaf('b')])]);
    tree.update([group([leaf('b'), leaf('a')])]);
    tree.update([group([leaf('b')])]);
    assert.deepEqual(redrawn, ['all', ['g'], ['g']]);
  });

  it('reads children when they are unfolded, and again only when their revision changes', async () => {
    const { tree, redrawn } = watched();
    let reads = 0;
    const lazy = (revision: number): NodeSpec => ({
      id: 'r',
      label: 'r',
      revision,
      children: async () => {
        reads += 1;
        return [leaf(`read ${reads}`)];
      },
    });
    tree.update([lazy(1)]);
    assert.equal(reads, 0);
    const [node] = await tree.getChildren();
    assert.deepEqual(
      (await tree.getChildren(node)).map(({ spec }) => spec.id),
      ['read 1'],
    );
    tree.update([lazy(1)]);
    tree.update([lazy(2)]);
    assert.deepEqual(redrawn, ['all', ['r']]);
  });

  it('draws 10,000 rows and redraws only the one that changes', () => {
    const { tree, redrawn } = watched();
    const many = (changed: string): readonly NodeSpec[] => [
      group(Array.from({ length: 10_000 }, (_, index) => leaf(`n${index}`, index === 7 ? changed : ''))),
    ];
    tree.update(many('before'));
    tree.update(many('after'));
    assert.deepEqual(redrawn, ['all', ['n7']]);
  });

  it('speaks a row in one breath', async () => {
    const tree = new LiveTree();
    tree.update([leaf('Build', 'running · 3 s'), { ...leaf('Test'), spoken: 'Test, waiting for you' }]);
    const nodes = await tree.getChildren();
    assert.deepEqual(
      nodes.map((node) => tree.getTreeItem(node).accessibilityInformation?.label),
      ['Build, running · 3 s', 'Test, waiting for you'],
    );
  });
});

describe('the status bar item', () => {
  const quiet = { counts: { running: 0, paused: 0, waiting: 0 }, down: [], budget: null };
  const day = (spent: number): BudgetStatus => ({
    scope: { kind: 'day' },
    budget: { costMicroUsd: 5_000_000 },
    limit: { costMicroUsd: 5_000_000 },
    spent: { costMicroUsd: spent, tokens: 0 },
  });

  it('says what runs, and leads to the dashboard', () => {
    assert.deepEqual(
      [statusLook(quiet).text, statusLook(quiet).command, statusLook(quiet).warns],
      ['$(type-hierarchy) CAS', 'cas.dashboard.open', false],
    );
    assert.equal(statusLook({ ...quiet, counts: { running: 1, paused: 1, waiting: 0 } }).text, '$(sync~spin) CAS: 1 running, 1 paused');
  });

  it('warns first of what waits, then of a provider that is down, then of the budget', () => {
    const all = { counts: { running: 1, paused: 0, waiting: 1 }, down: ['anthropic'], budget: { spent: 5_000_000, limit: 5_000_000 } };
    const text = '$(person) CAS: 1 running, 1 waiting for you, anthropic not answering, $5.00 of $5.00 today';
    assert.deepEqual([statusLook(all).text, statusLook(all).command, statusLook(all).warns], [text, 'cas.decision.next', true]);
    const down = { ...quiet, down: ['anthropic'] };
    assert.deepEqual([statusLook(down).command, statusLook(down).warns], ['cas.agents.focus', true]);
    const near = { ...quiet, budget: { spent: 4_000_000, limit: 5_000_000 } };
    assert.deepEqual([statusLook(near).text, statusLook(near).warns], ['$(credit-card) CAS: $4.00 of $5.00 today', false]);
    assert.equal(statusLook({ ...quiet, budget: all.budget }).warns, true);
  });

  it('speaks of the budget from four fifths on, and names each provider once', () => {
    assert.equal(nearBudget([day(3_999_999)]), null);
    assert.deepEqual(nearBudget([day(4_000_000)]), { spent: 4_000_000, limit: 5_000_000 });
    assert.equal(nearBudget([]), null);
    const open = (provider: string) => ({ provider, model: 'm', status: 'open' as const, openUntil: null });
    assert.deepEqual(providersDown([agent('A', { breakers: [open('b'), open('a')] }), agent('B', { breakers: [open('a')] })]), ['a', 'b']);
  });
});
