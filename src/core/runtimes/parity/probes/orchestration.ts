// Sequential flow, parallel execution, conditional routing, visualization.

import { flow, step } from '#core/runtimes/parity/flow.ts';
import { same, seqOf, stepOf } from '#core/runtimes/parity/observe.ts';
import type { Probe } from '#core/runtimes/parity/probe.ts';
import type { Stage } from '#core/runtimes/parity/stage.ts';
import { toMermaid } from '#core/runtimes/services/mermaid.ts';

export const sequentialFlow: Probe = {
  feature: 'sequential-flow',
  async run(lab, claims) {
    const began: string[] = [];
    const stage = await lab.stage(({ step: { key }, prompt }) => {
      began.push(key);
      if (key === 'breaks') throw new Error('This step fails on purpose.');
      return { word: `${prompt}${key}` };
    });
    claims.did('ran three steps, each with the result of the one before in its prompt, written in the wrong order');
    const view = await stage.play(
      flow([
        step('c', "dependsOn: b, prompt: '{{ results.b.word }}'"),
        step('b', "dependsOn: a, prompt: '{{ results.a.word }}'"),
        step('a', 'prompt: x'),
      ]),
    );
    const events = await stage.store.runs.events(view.id);
    const waits = [['a', 'b'] as const, ['b', 'c'] as const].every(
      ([first, then]) => seqOf(events, 'step.succeeded', first) < seqOf(events, 'step.started', then),
    );
    claims.must('they run in the order of their dependencies', same(began, ['a', 'b', 'c']), began.join(' '));
    claims.must('each starts after the success before it is recorded', view.status === 'completed' && waits, view.status);
    claims.must('results flow on', same(view.results['c'], { word: 'xabc' }), view.results['c'] ?? null);
    claims.did('ran a step that fails with another one behind it');
    const broken = await stage.play(flow([step('breaks'), step('behind', 'dependsOn: breaks')]));
    const stopped = broken.status === 'failed' && !began.includes('behind');
    claims.should('what is behind a failed step is not started', stopped, `${broken.status}, ${began.slice(3).join(' ')}`);
  },
};

export const parallelExecution: Probe = {
  feature: 'parallel-execution',
  async run(lab, claims) {
    const met = new Set<string>();
    const stage: Stage = await lab.stage(async ({ step: { key }, prompt }) => {
      if (key === 'join') return { met: met.size };
      if (key === 'item') return { value: prompt };
      met.add(key);
      return { together: await stage.until(() => met.size === 3, 400) };
    });
    claims.did('ran three steps that each wait until all three have begun, and one behind them');
    const view = await stage.play(flow([step('a'), step('b'), step('c'), step('join', 'dependsOn: [a, b, c]')]));
    const together = ['a', 'b', 'c'].filter((key) => same(view.results[key], { together: true }));
    claims.must('independent steps work at the same time', together.length === 3, `${together.length} of 3 met the others`);
    const events = await stage.store.runs.events(view.id);
    const last = Math.max(...['a', 'b', 'c'].map((key) => seqOf(events, 'step.succeeded', key)));
    claims.must('the step behind them waits for all', last < seqOf(events, 'step.started', 'join'), `${view.status}, event ${last}`);
    claims.did('mapped a step over a list of five');
    const over = `{ key: each, map: { over: inputs.items, concurrency: 3, steps: [${step('item', "prompt: '{{ item }}'")}] } }`;
    const mapped = await stage.play(flow([over], 'inputs: { items: array }'), { inputs: { items: ['v', 'w', 'x', 'y', 'z'] } });
    const values = (mapped.results['each'] ?? []) as readonly { readonly item?: { readonly value?: string } }[];
    const word = Array.from(values, (one) => one?.item?.value).join('');
    claims.should('the results of a list come in its order', word === 'vwxyz', word);
  },
};

export const conditionalRouting: Probe = {
  feature: 'conditional-routing',
  async run(lab, claims) {
    const ran: string[] = [];
    let score = 0;
    const stage = await lab.stage(({ step: { key } }) => {
      ran.push(key);
      return { score: key === 'try' ? (score += 3) : 7 };
    });
    claims.did('ran a check that scores 7, a step for more than 5, one for less, and one behind both');
    const view = await stage.play(
      flow([
        step('check'),
        step('high', "dependsOn: check, when: 'results.check.score > 5'"),
        step('low', "dependsOn: check, when: 'results.check.score <= 5'"),
        step('join', 'dependsOn: [high, low]'),
      ]),
    );
    claims.must('the step whose condition holds runs', ran.includes('high'), ran.join(' '));
    const low = stepOf(view, 'low');
    claims.must('the other one is skipped', !ran.includes('low') && low?.status === 'skipped', low?.status ?? 'not there');
    claims.should('why it was skipped is recorded', (low?.reason ?? '') !== '', low?.reason ?? 'no reason');
    claims.should('what is behind both goes on', view.status === 'completed' && ran.includes('join'), `${view.status}: ${ran.join(' ')}`);
    claims.did('ran a loop until a score passes 5, adding 3 a pass');
    const looped = await stage.play(flow([`{ key: again, loop: { until: 'results.try.score > 5', max: 5, steps: [${step('try')}] } }`]));
    const again = looped.results['again'] as { readonly iterations?: number; readonly passed?: boolean } | null | undefined;
    claims.should('a loop ends when its condition holds', again?.iterations === 2 && again.passed === true, again ?? null);
    claims.did('ran a gate that does not pass, with a step behind it');
    const gate = "{ key: gate, dependsOn: check, gate: { check: 'results.check.score > 100', message: Not enough } }";
    const gated = await stage.play(flow([step('check'), gate, step('behind', 'dependsOn: gate')]));
    const held = gated.status === 'failed' && !ran.includes('behind');
    claims.should('a gate holds what is behind it', held, `${gated.status}, ${stepOf(gated, 'gate')?.error?.code}`);
  },
};

export const workflowVisualization: Probe = {
  feature: 'workflow-visualization',
  async run(lab, claims) {
    const stage = await lab.stage();
    const definition = flow([
      step('a', 'name: "First \\"one\\""'),
      step('b', 'dependsOn: a'),
      step('c', "dependsOn: a, when: 'results.a != null'"),
      `{ key: again, dependsOn: [b, c], loop: { until: 'true', max: 2, steps: [${step('x')}, ${step('y', 'dependsOn: x')}] } }`,
    ]);
    claims.did('asked for the graph of a workflow with a fork, a condition and a loop');
    const { nodes, edges } = stage.services.graph(definition);
    const ids = nodes.map((node) => node.id).sort();
    claims.must('every step is a node', same(ids, ['a', 'again', 'again/x', 'again/y', 'b', 'c']), ids.join(' '));
    const links = edges.map(({ from, to }) => `${from}>${to}`).sort();
    claims.must('every dependency is an edge', same(links, ['a>b', 'a>c', 'again/x>again/y', 'b>again', 'c>again']), links.join(' '));
    const levels = nodes.filter((node) => node.parent === null).map((node) => `${node.id}${node.level}`);
    claims.should('levels say what can run side by side', same(levels.sort(), ['a0', 'again2', 'b1', 'c1']), levels.join(' '));
    const condition = edges.find((edge) => edge.to === 'c')?.when ?? null;
    claims.should('an edge shows its condition', condition === 'results.a != null', condition);
    const drawing = toMermaid({ workflow: 'probe', nodes, edges });
    const arrows = drawing.split('\n').filter((line) => line.includes('-->')).length;
    claims.should('it can be drawn as Mermaid text', drawing.startsWith('flowchart') && arrows === 5, `${arrows} arrows`);
    claims.did('ran it and laid the run over the graph');
    const view = await stage.play(definition);
    const top = nodes.filter((node) => node.parent === null);
    const lit = top.filter((node) => stepOf(view, node.id)?.status === 'succeeded').length;
    claims.should('each node can show its live status', lit === top.length, `${lit} of ${top.length}`);
  },
};
