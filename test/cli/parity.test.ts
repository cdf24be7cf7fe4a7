// What runtimes can do, measured by the built command line in a repository that stays as it was.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { assertCode, cas, casJson, sampleRepository } from '#test/cli/runCli.ts';
import type { ParitySummary, ParityTable } from '#protocol/parity.ts';
import type { RuntimeStatus, WorkflowGraph } from '#protocol/runtimeStatus.ts';
import type { RunSummary } from '#protocol/runView.ts';

const leftovers = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('cas-parity-'));

describe('cas parity', () => {
  let root = '';
  before(() => {
    root = sampleRepository();
  });

  it('says that nothing was measured yet, and how to', async () => {
    for (const flag of ['--last', '--history']) {
      const ended = await cas(['parity', flag], { cwd: root });
      assertCode(ended, 0);
      assert.match(ended.stdout, /^Nothing was measured yet\. Measure with: cas parity\n$/);
    }
  });

  it('finds all 24 features in both runtimes, and leaves neither runs nor files behind', async () => {
    const before = leftovers();
    const { features, reports } = await casJson<ParityTable>(['parity'], { cwd: root });
    assert.equal(features.length, 24);
    const short = reports.flatMap(({ runtime, results }) =>
      results.filter(({ verdict }) => verdict !== 'available').map((result) => ({ runtime, ...result })),
    );
    assert.deepEqual(short, []);
    assert.deepEqual(
      reports.map(({ runtime, available }) => `${runtime} ${available}`),
      ['custom 24', 'langgraph 24'],
    );
    assert.deepEqual(leftovers(), before);
    assert.deepEqual(await casJson<readonly RunSummary[]>(['workflow', 'status'], { cwd: root }), []);
  });

  it('measures one runtime alone, as a table with its total', async () => {
    const ended = await cas(['parity', '--runtime', 'custom'], { cwd: root });
    assertCode(ended, 0);
    assert.equal(ended.stdout.match(/✔ available/g)?.length, 24);
    assert.match(ended.stdout, /Available +24 of 24, /);
    assert.doesNotMatch(ended.stdout, /langgraph/);
  });

  it('keeps every measurement, newest first, and shows the last one again with its evidence', async () => {
    const history = await casJson<readonly ParitySummary[]>(['parity', '--history'], { cwd: root });
    assert.deepEqual(
      history.map(({ runtime }) => runtime),
      ['custom', 'langgraph', 'custom'],
    );
    const ended = await cas(['parity', '--last', '--evidence'], { cwd: root });
    assertCode(ended, 0);
    assert.match(
      ended.stdout,
      /✔ Task Cancellation: available, .*\n {2}cancelled a run while its first step worked\n {4}✔ the step at work is told to stop: \d+ ms\n/,
    );
  });

  it('is measured anew by the one who attached when the owner ends before', async () => {
    const both = await Promise.all([
      cas(['parity', '--runtime', 'custom'], { cwd: root }),
      cas(['parity', '--runtime', 'langgraph'], { cwd: root }),
    ]);
    for (const ended of both) {
      assertCode(ended, 0);
      assert.match(ended.stdout, /24 of 24/);
    }
  });

  it('refuses a runtime that is not there', async () => {
    const ended = await cas(['parity', '--runtime', 'langraph'], { cwd: root });
    assertCode(ended, 2);
    assert.match(ended.stderr, /There is no runtime `langraph`\. Did you mean `langgraph`/);
  });

  it('tells the health of each runtime', async () => {
    const all = await casJson<readonly RuntimeStatus[]>(['runtimes'], { cwd: root });
    assert.deepEqual(
      all.map(({ id, health, metrics }) => `${id} ${health.status} ${metrics.runs.total}`),
      ['custom ok 0', 'langgraph ok 0'],
    );
  });
});

describe('cas workflow graph', () => {
  it('draws a workflow as Mermaid text, and gives it as nodes and edges', async () => {
    const root = sampleRepository();
    const drawn = await cas(['workflow', 'graph', 'security-audit'], { cwd: root });
    assertCode(drawn, 0);
    const graph = await casJson<WorkflowGraph>(['workflow', 'graph', 'security-audit'], { cwd: root });
    const lines = drawn.stdout.trim().split('\n');
    assert.equal(lines[0], 'flowchart TD');
    assert.equal(lines.filter((line) => line.includes('-->')).length, graph.edges.length);
    assert.ok(graph.nodes.length > 3 && graph.nodes.every(({ title }) => drawn.stdout.includes(title)));
    assertCode(await cas(['workflow', 'graph', 'nothing'], { cwd: root }), 2);
  });
});
