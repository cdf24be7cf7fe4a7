import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { replay } from '#core/engine/reduce.ts';
import { effectiveEvents } from '#core/engine/rewind.ts';
import { viewOf } from '#core/engine/view.ts';
import type { RunEvent, RunFact } from '#protocol/runEvents.ts';
import type { StepView } from '#protocol/runView.ts';
import { spentOn } from '#protocol/spent.ts';
import { RunModel } from '#ui/pages/dashboard/runs/model/runModel.ts';

const folder = fileURLToPath(new URL('../../../golden/histories/', import.meta.url));
const histories = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'));

function read(name: string): readonly RunEvent[] {
  const lines = readFileSync(`${folder}${name}`, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as RunEvent);
}

function modelOf(events: readonly RunEvent[]): RunModel {
  const [created, ...rest] = events;
  assert.equal(created?.type, 'run.created');
  const model = new RunModel(created);
  for (const event of rest) model.apply(event);
  return model;
}

const flat = (steps: readonly StepView[]): readonly StepView[] => steps.flatMap((step) => [step, ...flat(step.children)]);

/** What the engine and the page both say about a step. The page knows an agent by name before it is assigned. */
function asEngine(events: readonly RunEvent[]): unknown {
  const view = viewOf(replay(events));
  return {
    status: view.status,
    endedAt: view.endedAt,
    steps: flat(view.steps)
      .filter(({ status }) => status !== 'pending')
      .map(({ path, title, kind, status, startedAt, endedAt, summary, error, attempt }) => {
        const begun = status !== 'skipped' && status !== 'cancelled' && summary !== 'overridden by person';
        return { path, title, kind, status, endedAt, error, ...(begun && { startedAt, attempt }) };
      })
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    decisions: view.decisions.map(({ id }) => id),
    undone: view.compensations.map(({ path, status }) => `${path} ${status === 'compensated' ? 'undone' : status}`),
  };
}

function asPage(model: RunModel): unknown {
  const shown = { cancelling: 'executing', undoing: 'executing' } as const;
  return {
    status: model.status === 'cancelling' || model.status === 'undoing' ? shown[model.status] : model.status,
    endedAt: model.endedAt,
    steps: [...model.steps.all]
      .filter(({ status }) => status !== 'pending')
      .map(({ path, title, kind, status, startedAt, endedAt, summary, error, attempt }) => {
        const begun = status !== 'skipped' && status !== 'cancelled' && summary !== 'overridden by person';
        return { path, title, kind, status, endedAt, error, ...(begun && { startedAt, attempt }) };
      })
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    decisions: [...model.decisions.keys()],
    undone: model.undoings.map(({ path, status }) => `${path} ${status}`),
  };
}

describe('the model of a run', () => {
  it('has real histories to be held against', () => assert.ok(histories.length >= 18));

  for (const name of histories) {
    it(`says of ${name} what the engine says, after each event`, () => {
      const events = read(name);
      const model = modelOf(events.slice(0, 1));
      for (const [index, event] of events.entries()) {
        model.apply(event);
        if (event.type === 'run.created' || event.type === 'run.parsed' || event.type === 'run.validated') continue;
        assert.deepEqual(asPage(model), asEngine(events.slice(0, index + 1)), `after event ${event.seq} ${event.type}`);
      }
      assert.deepEqual(model.spending.total, spentOn(viewOf(replay(events)).usage));
    });

    it(`has of ${name} the versions the engine has, and knows which no longer count`, () => {
      const events = read(name);
      const model = modelOf(events);
      const counting = new Set(effectiveEvents(events).map(({ seq }) => seq));
      const versions = events.flatMap((event) => ('version' in event && event.version !== null ? [event] : []));
      assert.deepEqual(
        model.checkpoints.filter(({ version }) => version > 0).map(({ version, seq, setAside }) => ({ version, seq, setAside })),
        versions.map(({ version, seq }) => ({ version, seq, setAside: !counting.has(seq) })),
      );
    });
  }

  it('passes over events it has and refuses a gap', () => {
    const events = read('v2/all-kinds.jsonl');
    const model = modelOf(events.slice(0, 5));
    for (const event of events.slice(0, 5)) model.apply(event);
    assert.equal(model.lastSeq, 5);
    const later = events[7];
    assert.ok(later);
    assert.throws(() => model.apply(later), /Event 8 came where 6 is due/);
  });

  it('closes every stretch of time of a run that ended', () => {
    for (const name of histories) {
      const model = modelOf(read(name));
      if (model.endedAt === null) continue;
      for (const { path, stretches } of model.steps.all)
        assert.ok(
          stretches.every(({ to }) => to !== null),
          `${name} ${path}`,
        );
    }
  });

  it('folds 10,000 events of a map of 2,500 items', () => {
    const created = read('v2/decisions.jsonl')[0];
    assert.equal(created?.type, 'run.created');
    const map = { key: 'each', name: 'Each', kind: 'map', dependsOn: [], over: 'x', steps: [{ key: 'work', kind: 'task', dependsOn: [] }] };
    const model = new RunModel({ ...created, definition: { name: 'many', version: '1', steps: [map] } });
    const facts: RunFact[] = [{ type: 'run.parsed' }, { type: 'run.validated', steps: 2 }, { type: 'run.started' }];
    facts.push({ type: 'step.queued', path: 'each' }, { type: 'step.started', path: 'each', attempt: 1 });
    const items = Array.from({ length: 2_500 }, (_, index) => index);
    facts.push({ type: 'scope.opened', path: 'each', iteration: 1, items });
    for (const index of items) {
      const path = `each[${index}]/work`;
      facts.push(
        { type: 'step.queued', path },
        { type: 'step.assigned', path, agent: 'developer', reason: '' },
        { type: 'step.started', path, attempt: 1 },
      );
      facts.push({ type: 'step.succeeded', path, attempt: 1, output: null, summary: '', usage: [], durationMs: 1, version: index + 1 });
    }
    for (const [index, fact] of facts.entries()) {
      model.apply({ ...fact, runId: created.runId, seq: index + 2, at: created.at + index });
    }
    assert.equal(model.steps.settled, 2_500);
    assert.deepEqual(pick(model.steps.group('each/work')), { total: 2_500, done: 2_500, failed: 0, running: 0 });
    assert.equal(model.steps.group('each')?.opened, 2_500);
  });
});

function pick(group: ReturnType<RunModel['steps']['group']>): unknown {
  const { total, done, failed, running } = group ?? {};
  return { total, done, failed, running };
}
