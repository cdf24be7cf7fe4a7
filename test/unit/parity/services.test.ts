import assert from 'node:assert/strict';
import { AppError } from '#base/errors.ts';
import { workflowGraph } from '#core/runtimes/services/graph.ts';
import { runtimeHealth } from '#core/runtimes/services/health.ts';
import { toMermaid } from '#core/runtimes/services/mermaid.ts';
import { runtimeMetrics } from '#core/runtimes/services/metrics.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { append, created, memoryStore } from '#test/support/memoryStore.ts';
import { chain, gate, loop, map, subWorkflow, task, workflow } from '#test/support/workflows.ts';

describe('the graph of a workflow', () => {
  it('has a node for each step, nested ones with their parent, level by level, and an edge for each dependency', () => {
    const inner = [task('try'), gate('check', { dependsOn: ['try'], check: 'true' })];
    const graph = workflowGraph(
      workflow([
        subWorkflow('last', 'other', { dependsOn: ['again', 'first'] }),
        loop('again', inner, { dependsOn: ['first'], when: 'inputs.fix' }),
        task('first', { name: 'Begin', agent: null, action: 'git.history' }),
        map('each', [task('item')]),
      ]),
    );
    assert.deepEqual(
      graph.nodes.map(({ id, parent, level, kind }) => `${id} ${parent} ${level} ${kind}`),
      [
        'first null 0 task',
        'each null 0 map',
        'each/item each 0 task',
        'again null 1 loop',
        'again/try again 0 task',
        'again/check again 1 gate',
        'last null 2 workflow',
      ],
    );
    const { title, agent, action } = graph.nodes[0] ?? {};
    assert.deepEqual({ title, agent, action }, { title: 'Begin', agent: null, action: 'git.history' });
    assert.equal(graph.nodes.at(-1)?.action, 'other');
    assert.deepEqual(graph.edges, [
      { from: 'first', to: 'again', when: 'inputs.fix' },
      { from: 'again/try', to: 'again/check', when: null },
      { from: 'again', to: 'last', when: null },
      { from: 'first', to: 'last', when: null },
    ]);
  });

  it('takes a chain of 5,000 steps without recursion', () => {
    const keys = Array.from({ length: 5_000 }, (_, index) => `s${index}`);
    const { nodes, edges } = workflowGraph(workflow(chain(...keys)));
    assert.deepEqual([nodes.length, edges.length, nodes.at(-1)?.level], [5_000, 4_999, 4_999]);
  });

  it('is drawn as Mermaid text in which no title can break out of its quotes', () => {
    const steps = [
      task('a', { name: 'say "hi"\n%% </b> #quot; `x` \\', agent: 'developer' }),
      loop('b', [gate('end', { name: 'subgraph end' })], { dependsOn: ['a'], when: 'results.a > 1 || "x" == "]"' }),
      subWorkflow('c', 'other', { name: 'Others' }),
    ];
    assert.equal(
      toMermaid(workflowGraph(workflow(steps))),
      [
        'flowchart TD',
        '  s0["say #34;hi#34; %% #60;/b#62; #35;quot; #96;x#96; #92; (developer)"]',
        '  s1[["Others (workflow)"]]',
        '  subgraph s2["b (loop)"]',
        '    s3{"subgraph end (gate)"}',
        '  end',
        '  s0 -->|"results.a #62; 1 || #34;x#34; == #34;]#34;"| s2',
        '',
      ].join('\n'),
    );
  });
});

describe('the figures of a runtime', () => {
  const step = (path: string, at: { readonly end: 'step.succeeded' | 'step.failed' }): readonly RunFact[] => [
    { type: 'step.started', path, attempt: 1 },
    at.end === 'step.succeeded'
      ? { type: 'step.succeeded', path, attempt: 1, output: null, summary: '', usage: [], durationMs: 1, version: 1 }
      : {
          type: 'step.failed',
          path,
          attempt: 1,
          error: { code: 'x', message: '', retryable: false, details: {} },
          usage: [],
          durationMs: 1,
          retryAt: null,
          version: 1,
        },
  ];

  it('are null where nothing was measured', async () => {
    const store = await memoryStore();
    const { runs, steps } = await runtimeMetrics(store, 'custom');
    assert.deepEqual(runs, { total: 0, byStatus: {}, successRate: null, p95Ms: null });
    assert.deepEqual(steps, { succeeded: 0, failed: 0, successRate: null, p50Ms: null, p95Ms: null });
    await store.close();
  });

  it('count runs by status and time their steps, those of other runtimes apart', async () => {
    const store = await memoryStore();
    const ended = { createdAt: 1_000, endedAt: 1_400 };
    const good = step('a', { end: 'step.succeeded' });
    await store.runs.append(append('run_a', 1, [created, ...good], { status: 'completed', ...ended }));
    await store.runs.append(append('run_b', 1, [created, ...step('a', { end: 'step.failed' })], { status: 'failed', ...ended }));
    await store.runs.append(append('run_c', 1, [created], { status: 'cancelled', createdAt: 1_000, endedAt: 1_010 }));
    await store.runs.append(append('run_d', 1, [created, ...good], { status: 'executing' }));
    await store.runs.append(append('run_e', 1, [created, ...good], { status: 'completed', runtime: 'other', ...ended }));
    assert.deepEqual(await runtimeMetrics(store, 'custom'), {
      runs: { total: 4, byStatus: { completed: 1, failed: 1, cancelled: 1, executing: 1 }, successRate: 0.5, p95Ms: 400 },
      steps: { succeeded: 2, failed: 1, successRate: 2 / 3, p50Ms: 1, p95Ms: 1 },
    });
    assert.equal((await runtimeMetrics(store, 'other')).runs.total, 1);
    await store.close();
  });
});

describe('the health of a runtime', () => {
  const idle = { live: () => [], view: () => assert.fail('there is no run') };
  const values = (get: () => Promise<undefined>) => ({ values: { get, set: async () => {}, list: async () => new Map() } });

  it('is down with the reason when the store fails', async () => {
    const store = values(async () => {
      throw new AppError({ code: 'store.failed', message: 'gone' });
    });
    const health = await runtimeHealth(idle, { clock: new FakeClock(5), store });
    assert.deepEqual([health.status, health.at, health.store.error?.code], ['down', 5, 'store.failed']);
  });

  it('is down when the store does not answer within 2 s, and leaves no timer behind', async () => {
    const clock = new FakeClock();
    const asked = runtimeHealth(idle, { clock, store: values(() => new Promise(() => {})) });
    clock.advance(2_000);
    const health = await asked;
    assert.deepEqual([health.status, health.store.error?.code, health.store.pingMs, clock.pending], ['down', 'store.silent', 2_000, 0]);
  });

  it('is degraded when the store answers late', async () => {
    const clock = new FakeClock();
    const store = values(async () => {
      clock.advance(300);
      return undefined;
    });
    const health = await runtimeHealth(idle, { clock, store });
    assert.deepEqual([health.status, health.store, clock.pending], ['degraded', { pingMs: 300, error: null }, 0]);
  });

  it('does not stumble over a run that ends while it is asked', async () => {
    let live = ['run_a'];
    const runtime = {
      live: () => live,
      view: async () => {
        live = [];
        throw new AppError({ code: 'run.notFound', message: 'gone' });
      },
    };
    const health = await runtimeHealth(runtime, { clock: new FakeClock(), store: values(async () => undefined) });
    assert.deepEqual([health.status, health.liveRuns], ['ok', 0]);
  });
});
