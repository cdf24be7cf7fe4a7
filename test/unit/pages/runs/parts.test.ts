import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Json } from '#base/json.ts';
import type { RunEvent, RunFact } from '#protocol/runEvents.ts';
import { announcementOf } from '#ui/pages/dashboard/runs/model/announce.ts';
import { setAsideBy } from '#ui/pages/dashboard/runs/model/checkpoints.ts';
import { neighbour, type Placed, runGraph } from '#ui/pages/dashboard/runs/model/graph.ts';
import { BlockCutter } from '#ui/pages/dashboard/runs/model/markdownBlocks.ts';
import { outputOf } from '#ui/pages/dashboard/runs/model/output.ts';
import { RunModel } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { instanceOf, planId, readPlan } from '#ui/pages/dashboard/runs/model/shape.ts';
import { layoutGraph, NODE, type Rect } from '#ui/pages/dashboard/runs/run/layout.ts';
import { axisMarks, type TimelineRow, TimelineRows } from '#ui/pages/dashboard/runs/model/timeline.ts';

const task = (key: string, dependsOn: readonly string[] = []): Json => ({ kind: 'task', key, name: key.toUpperCase(), dependsOn });
const DEFINITION: Json = {
  name: 'fix',
  version: '3',
  steps: [
    task('plan'),
    { kind: 'gate', key: 'ok', name: 'Approve', dependsOn: ['plan'] },
    { kind: 'loop', key: 'repair', dependsOn: ['ok'], maxIterations: 4, until: 'x', steps: [task('build'), task('test', ['build'])] },
    { kind: 'map', key: 'each', dependsOn: ['repair'], over: 'y', steps: [task('left'), task('right')] },
    { kind: 'workflow', key: 'sub', workflow: 'inner', dependsOn: ['each'] },
  ],
};
const LIBRARY = { inner: { name: 'inner', steps: [task('a'), { kind: 'workflow', key: 'again', workflow: 'inner', dependsOn: ['a'] }] } };

const created: Extract<RunEvent, { type: 'run.created' }> = {
  type: 'run.created',
  runId: 'run_1',
  seq: 1,
  at: 1_000,
  workflow: 'fix',
  definition: DEFINITION,
  library: LIBRARY,
  definitionHash: '',
  inputs: {},
  mode: 'auto',
  runtime: 'custom',
  title: 'Fix',
  flags: [],
  idempotencyKey: null,
  forkedFrom: null,
};

/** Each fact 100 ms after the one before. */
function modelOf(...facts: readonly RunFact[]): RunModel {
  const model = new RunModel(created);
  for (const [index, fact] of facts.entries()) model.apply({ ...fact, runId: 'run_1', seq: index + 2, at: 1_100 + 100 * index });
  return model;
}

const BEGUN: readonly RunFact[] = [{ type: 'run.parsed' }, { type: 'run.validated', steps: 5 }, { type: 'run.started' }];
const FAILURE = { code: 'net.reset', message: 'The line broke.', retryable: true, details: {} };
const record = (kind: 'model' | 'tool', changes: Partial<Extract<RunFact, { type: 'agent.recorded' }>>): RunFact => ({
  type: 'agent.recorded',
  path: 'plan',
  agent: 'planner',
  kind,
  title: 'openai/m, turn 1',
  data: {},
  startedAt: 1_700,
  durationMs: 50,
  ok: true,
  ...changes,
});

describe('the plan of a run', () => {
  const plan = readPlan(DEFINITION, LIBRARY);

  it('names a step by its path without passes and items', () => {
    assert.deepEqual(['repair#2/test', 'each[13]/left', 'sub/a', 'plan', 'a#1/b[2]/c#3/d'].map(planId), [
      'repair/test',
      'each/left',
      'sub/a',
      'plan',
      'a/b/c/d',
    ]);
    assert.ok(plan.byId.has('repair/test') && plan.byId.has('sub/again'));
  });

  it('tells the instances of a step apart by their pass or item', () => {
    assert.deepEqual(['repair#2/test', 'each[13]/left', 'sub/a', 'plan', 'a#1/b[2]/d'].map(instanceOf), ['#2', '[13]', '', '', '[2]']);
  });

  it('does not open a workflow within itself', () => assert.deepEqual(plan.byId.get('sub/again')?.children, []));

  it('reads anything, however odd, as far as it makes sense', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => readPlan(json as Json, {}).roots.length >= 0));
  });

  it('is drawn from the ends of a box to the beginnings of the next, and a loop goes back', () => {
    const graph = runGraph(plan);
    const lines = graph.edges.map(({ from, to, loop }) => `${from} ${loop === null ? '→' : '↺'} ${to}`);
    assert.deepEqual(lines.toSorted(), [
      'each/left → sub/a',
      'each/right → sub/a',
      'ok → repair/build',
      'plan → ok',
      'repair/build → repair/test',
      'repair/test → each/left',
      'repair/test → each/right',
      'repair/test ↺ repair/build',
      'sub/a → sub/again',
    ]);
    assert.deepEqual(
      graph.boxes.map(({ step, nodes }) => `${step.id}: ${nodes.join(' ')}`),
      ['repair: repair/build repair/test', 'each: each/left each/right', 'sub: sub/a sub/again'],
    );
  });

  it('is gone through with the arrow keys, along edges and within a column', () => {
    const graph = runGraph(plan);
    const places = new Map<string, Placed>(graph.nodes.map(({ id }, index) => [id, { x: index * 10, y: 0 }]));
    places.set('each/left', { x: 40, y: 0 }).set('each/right', { x: 40, y: 50 });
    const go = (from: string, key: Parameters<typeof neighbour>[3]): string | null => neighbour(graph, places, from, key);
    assert.equal(go('plan', 'ArrowRight'), 'ok');
    assert.equal(go('repair/test', 'ArrowRight'), 'each/left');
    assert.equal(go('each/left', 'ArrowDown'), 'each/right');
    assert.equal(go('each/right', 'ArrowUp'), 'each/left');
    assert.equal(go('each/right', 'ArrowLeft'), 'repair/test');
    assert.equal(go('plan', 'ArrowLeft'), null);
  });
});

describe('the layout of a graph', () => {
  /** Steps that depend on some before them; every third is a loop or a map of two. */
  const plans = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 14 }).map((waits) => {
    const steps = waits.map((before, index): Json => {
      const dependsOn = index === 0 ? [] : [...new Set(before.map((one) => `s${one % index}`))];
      const inner = { kind: index % 2 === 0 ? 'loop' : 'map', maxIterations: 2, steps: [task('a'), task('b', ['a'])] };
      return { key: `s${index}`, name: '', dependsOn, ...(index % 3 === 2 ? inner : { kind: 'task' }) };
    });
    return runGraph(readPlan({ name: 'p', version: '1', steps }, {}));
  });
  const rectOf = ({ x, y }: Placed): Rect => ({ x, y, ...NODE });
  const overlap = (a: Rect, b: Rect): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

  it('lets no two nodes overlap, and a box hold its own and no other', () => {
    fc.assert(
      fc.property(plans, (graph) => {
        const { places, boxes } = layoutGraph(graph);
        const rects = [...places].map(([id, place]) => [id, rectOf(place)] as const);
        for (const [id, rect] of rects) {
          for (const [other, beside] of rects) assert.ok(id === other || !overlap(rect, beside), `${id} over ${other}`);
          for (const { step, nodes } of graph.boxes) {
            const box = boxes.get(step.id);
            assert.ok(box && overlap(box, rect) === nodes.includes(id), `${id} and the box of ${step.id}`);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

function rowsOf(rows: TimelineRows): readonly TimelineRow[] {
  return Array.from({ length: rows.count + 1 }, (_, index) => rows.at(index) ?? []).flat();
}

describe('the timeline of a run', () => {
  it('has a row for each step, and for what an unfolded one did, calls of one tool in a row together', () => {
    const model = modelOf(
      ...BEGUN,
      { type: 'step.queued', path: 'plan' },
      { type: 'step.assigned', path: 'plan', agent: 'planner', reason: 'named' },
      { type: 'step.started', path: 'plan', attempt: 1 },
      record('model', {
        data: { restarts: [{ at: 1_710, provider: 'openai', code: 'llm.rateLimited', message: 'too fast', waitMs: 20 }] },
      }),
      record('tool', { title: 'files.read a', data: { tool: 'files.read' }, startedAt: 1_760, durationMs: 5 }),
      record('tool', { title: 'files.read b', data: { tool: 'files.read' }, startedAt: 1_770, durationMs: 5, ok: false }),
    );
    const text = { text: '', reasoning: '', dropped: 0, progress: null, tools: [] };
    const live = { plan: { ...text, call: { type: 'model', path: 'plan', phase: 'started', at: 1_800 } as const } };
    const rows = rowsOf(new TimelineRows(model, live, new Set(['plan'])));
    const shown = rows.map((row) =>
      row.kind === 'step'
        ? `${row.depth} ${row.key} ${row.step.status}`
        : `${row.depth} ${row.span.kind} ×${row.times} ${row.span.from}–${row.span.to ?? ''}`,
    );
    assert.deepEqual(shown, [
      '0 plan running',
      '1 model ×1 1700–1750',
      '1 retry ×1 1710–1730',
      '1 tool ×2 1760–1775',
      '1 model ×1 1800–',
      '0 ok pending',
      '0 repair pending',
      '0 each pending',
      '0 sub pending',
    ]);
    assert.equal(new TimelineRows(model, {}, new Set()).count, 5);
  });

  it('counts how often a person raised the budget, not what was answered elsewhere', () => {
    const asked = (id: string): RunFact => ({
      type: 'decision.requested',
      id,
      path: 'plan',
      kind: 'approval',
      title: 'More?',
      detail: '',
      options: [],
    });
    const made = (id: string, choice: string, by: string): RunFact => ({ type: 'decision.made', id, path: 'plan', choice, reason: '', by });
    const answers = [
      asked('a'),
      made('a', 'raise-run', 'person'),
      asked('b'),
      made('b', 'raise-run', 'engine'),
      asked('c'),
      made('c', 'stop', 'person'),
    ];
    const begun: readonly RunFact[] = [
      { type: 'step.queued', path: 'plan' },
      { type: 'step.assigned', path: 'plan', agent: 'planner', reason: '' },
      { type: 'step.started', path: 'plan', attempt: 1 },
    ];
    assert.equal(modelOf(...BEGUN, ...begun, ...answers).raises, 1);
  });

  it('puts passes and items under their step', () => {
    const model = modelOf(
      ...BEGUN,
      { type: 'step.queued', path: 'repair' },
      { type: 'step.started', path: 'repair', attempt: 1 },
      { type: 'scope.opened', path: 'repair', iteration: 1, items: null },
      { type: 'scope.opened', path: 'repair', iteration: 2, items: null },
    );
    const paths = rowsOf(new TimelineRows(model, {}, new Set())).map(({ key }) => key);
    assert.deepEqual(paths, ['plan', 'ok', 'repair', 'repair#1/build', 'repair#1/test', 'repair#2/build', 'repair#2/test', 'each', 'sub']);
    assert.deepEqual(model.steps.group('repair')?.opened, 2);
  });

  it('tells work, waiting for a person, and failed attempts apart', () => {
    const options = [{ id: 'pass', label: 'Pass' }];
    const model = modelOf(
      ...BEGUN,
      { type: 'step.queued', path: 'plan' },
      { type: 'step.assigned', path: 'plan', agent: 'planner', reason: '' },
      { type: 'step.started', path: 'plan', attempt: 1 },
      { type: 'decision.requested', id: 'd', path: 'plan', kind: 'approval', title: 'Spend?', detail: '', options },
      { type: 'decision.made', id: 'd', path: 'plan', choice: 'pass', reason: '', by: 'person' },
      { type: 'step.failed', path: 'plan', attempt: 1, error: FAILURE, usage: [], durationMs: 1, retryAt: 1_900, version: null },
      { type: 'step.started', path: 'plan', attempt: 2 },
    );
    const stretches = model.steps.at('plan')?.stretches.map(({ kind, from, to }) => `${kind} ${from}–${to ?? ''}`);
    assert.deepEqual(stretches, ['work 1600–1700', 'waiting 1700–1800', 'failed 1800–1900', 'retry 1900–2000', 'work 2000–']);
    assert.deepEqual(model.retries, { count: 1, reason: 'The line broke.' });
  });

  it('has an axis from 0 to beyond the end, with six marks at most, for any length', () => {
    assert.deepEqual(axisMarks(134_000), [0, 30_000, 60_000, 90_000, 120_000, 150_000]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000_000_000 }), (length) => {
        const marks = axisMarks(length);
        assert.ok(marks.length >= 2 && marks.length <= 6, `${length}: ${marks.join()}`);
        assert.ok((marks.at(-1) ?? 0) >= length);
      }),
    );
  });
});

describe('the output of a run', () => {
  const title = (path: string): string => path.toUpperCase();

  it('is what was said, done, asked and decided', () => {
    const said = record('model', { data: { text: 'I **read**', textLength: 12 } });
    const failed = record('model', { title: 'turn 2 failed: no credit', ok: false, data: { error: 'llm.quota' } });
    const ran = record('tool', { title: 'files.read src/a.ts', data: { tool: 'files.read', error: null } });
    const entries = [said, failed, ran].flatMap((fact, index) => outputOf({ ...fact, runId: 'r', seq: index + 1, at: 5 }, title));
    assert.deepEqual(entries, [
      { id: '1', at: 5, path: 'plan', kind: 'text', text: 'I **read**', missing: 2 },
      { id: '2', at: 5, path: 'plan', kind: 'note', text: 'turn 2 failed: no credit', ok: false },
      { id: '3', at: 5, path: 'plan', kind: 'tool', tool: 'files.read', title: 'src/a.ts', durationMs: 50, error: null },
    ]);
  });

  it('has no entry without a name of its own', () => {
    const model = modelOf(...BEGUN, { type: 'run.paused', by: 'person', reason: 'lunch' });
    assert.deepEqual(new Set(model.output.map(({ id }) => id)).size, model.output.length);
    assert.deepEqual(model.output.at(-1), { id: '5', at: 1_400, path: null, kind: 'note', text: 'lunch', ok: true });
  });

  it('is cut into blocks that do not change when more text comes', () => {
    const text = 'One\ntwo\n\n```ts\nconst a = 1;\n\nconst b = 2;\n```\n\n- x\n- y\n\nThe end';
    const whole = new BlockCutter().cut(text);
    const blocks = ['One\ntwo\n\n', '```ts\nconst a = 1;\n\nconst b = 2;\n```\n\n', '- x\n- y\n\n'];
    assert.deepEqual(
      { done: whole.done.map((block) => block.text), open: whole.open },
      { done: blocks, open: { at: text.length - 7, text: 'The end' } },
    );
    const growing = new BlockCutter();
    let before: readonly unknown[] = [];
    for (let end = 1; end <= text.length; end += 1) {
      const { done } = growing.cut(text.slice(0, end));
      assert.deepEqual(done.slice(0, before.length), before);
      before = [...done];
    }
    assert.deepEqual(growing.cut(text), whole);
    assert.deepEqual(growing.cut('Anew'), { done: [], open: { at: 0, text: 'Anew' } });
  });

  it('keeps its blocks in their places when the beginning is dropped', () => {
    const cutter = new BlockCutter();
    const whole = 'One\n\nTwo\n\nThree\n\nFour';
    const before = [...cutter.cut(whole).done];
    const { done, open } = cutter.cut(`${whole.slice(7)} goes on`, 7);
    assert.deepEqual(done, before.slice(2));
    assert.deepEqual(open, { at: 17, text: 'Four goes on' });
    assert.deepEqual(cutter.cut('on and on', 40), { done: [], open: { at: 40, text: 'on and on' } });
  });

  it('loses nothing of any text, in whatever pieces it comes', () => {
    const pieces = fc.array(fc.constantFrom('\n', '\n\n', '```', '~~~~', 'a ', '# h', '- l', '    ', '`'), { maxLength: 60 });
    fc.assert(
      fc.property(pieces, (parts) => {
        const cutter = new BlockCutter();
        let text = '';
        for (const part of parts) cutter.cut((text += part));
        const { done, open } = cutter.cut(text);
        assert.equal(
          [...done, open]
            .map((block) => block.text)
            .join('')
            .replaceAll(/\s/g, ''),
          text.replaceAll(/\s/g, ''),
        );
        assert.deepEqual(new BlockCutter().cut(text), { done, open });
      }),
    );
  });
});

describe('going back', () => {
  it('says which steps it sets aside, each once, without those set aside before', () => {
    const point = (version: number, path: string, setAside = false) =>
      ({ version, seq: version, at: 0, path, outcome: 'done', detail: '', setAside }) as const;
    const points = [point(1, 'plan'), point(2, 'old', true), point(3, 'ok'), point(4, 'build'), point(5, 'build')];
    assert.deepEqual(setAsideBy(points, 1), ['ok', 'build']);
    assert.deepEqual(setAsideBy(points, 5), []);
  });
});

describe('the undoing of a run', () => {
  it('leaves what was not undone when a person stopped it', () => {
    const steps = ['c', 'b', 'a'].map((path) => ({ path, action: 'undo' }));
    const model = modelOf(
      ...BEGUN,
      { type: 'run.cancelRequested', by: 'person', reason: '', compensate: true },
      { type: 'run.compensating', steps },
      { type: 'step.compensating', path: 'c', attempt: 1, agent: 'x', action: 'undo' },
      { type: 'step.compensated', path: 'c', attempt: 1, undoes: 1, output: null, summary: '', usage: [], durationMs: 1 },
      { type: 'step.compensating', path: 'b', attempt: 1, agent: 'x', action: 'undo' },
    );
    const now = () => [model.status, model.since, ...model.undoings.map(({ status }) => status)];
    assert.deepEqual(now(), ['undoing', 1_500, 'undone', 'running', 'planned']);
    model.apply({ type: 'run.cancelRequested', by: 'person', reason: '', runId: 'run_1', seq: 10, at: 9_000 });
    assert.deepEqual(now(), ['cancelling', 9_000, 'undone', 'left', 'left']);
  });
});

describe('what a screen reader is told', () => {
  const t = (text: string, ...values: readonly (string | number)[]): string =>
    text.replaceAll(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)]));
  const said = (fact: RunFact): string | null => {
    const told = announcementOf({ ...fact, runId: 'r', seq: 1, at: 0 }, () => 'Build', t);
    return told && `${told.urgent ? '!' : ''}${told.text}`;
  };

  it('is one sentence for a step, and what needs a person at once', () => {
    assert.equal(said({ type: 'step.started', path: 'b', attempt: 1 }), 'Build started');
    assert.equal(
      said({ type: 'step.succeeded', path: 'b', attempt: 1, output: null, summary: '', usage: [], durationMs: 61_000, version: 1 }),
      'Build done in 1 m 01 s',
    );
    const failed = { type: 'step.failed', path: 'b', attempt: 1, error: FAILURE, durationMs: 1 } as const;
    assert.equal(said({ ...failed, usage: [], retryAt: 5, version: null }), 'Build failed and is tried again');
    assert.equal(said({ ...failed, usage: [], retryAt: null, version: 1 }), '!Build failed: The line broke.');
    assert.equal(
      said({ type: 'decision.requested', id: 'd', path: 'b', kind: 'gate', title: 'Go on?', detail: '', options: [] }),
      '!Build waits for you: Go on?',
    );
    assert.equal(said({ type: 'step.queued', path: 'b' }), null);
  });
});
