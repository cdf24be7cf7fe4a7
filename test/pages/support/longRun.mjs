// A core with one run of many events that goes on at a steady pace: what a real one takes minutes for. Speaks the core's interface.
import { systemClock } from '#base/clock.ts';
import { RunModel } from '#ui/pages/dashboard/runs/model/runModel.ts';

const RUN = 'run_1m7long0000000000';
const START = 1_790_000_000_000;
const task = (key, dependsOn) => ({ key, name: key, kind: 'task', dependsOn, agent: 'analyst', action: 'code.rules' });
const definition = {
  name: 'many-parts',
  version: '1.0.0',
  steps: [
    task('detect', []),
    { key: 'each', name: 'Each part', kind: 'map', dependsOn: ['detect'], over: 'x', steps: [task('read', []), task('judge', ['read'])] },
    task('report', ['each']),
  ],
};

/** Facts of one item: seven events, a tool and a call to a model among them. */
function itemFacts(index) {
  const path = `each[${index}]/read`;
  const text = `Part ${index}: **fine**, though \`sum()\` could say what it adds.\n\n- no finding\n- [a place](src/a.js:${index + 1})`;
  const record = (kind, title, data) => ({
    type: 'agent.recorded',
    path,
    agent: 'analyst',
    kind,
    title,
    data,
    startedAt: 0,
    durationMs: 40,
    ok: true,
  });
  const usage = [{ provider: 'openai', model: 'm', calls: 1, inputTokens: 900, cachedInputTokens: 0, outputTokens: 60, costMicroUsd: 700 }];
  return [
    { type: 'step.queued', path },
    { type: 'step.assigned', path, agent: 'analyst', reason: 'named by the step' },
    { type: 'step.started', path, attempt: 1 },
    record('tool', `files.read src/part${index}.js`, { tool: 'files.read', error: null }),
    record('model', 'openai/m, turn 1', { text, usage }),
    { type: 'step.succeeded', path, attempt: 1, output: null, summary: 'fine', usage, durationMs: 80, version: index + 2 },
  ];
}

function* facts(items) {
  yield {
    type: 'run.created',
    workflow: 'many-parts',
    definition,
    library: {},
    definitionHash: '',
    inputs: {},
    mode: 'auto',
    runtime: 'custom',
    title: 'Many parts',
    flags: [],
    idempotencyKey: null,
    forkedFrom: null,
  };
  yield* [{ type: 'run.parsed' }, { type: 'run.validated', steps: 5 }, { type: 'run.started' }];
  yield { type: 'step.queued', path: 'each' };
  yield { type: 'step.started', path: 'each', attempt: 1 };
  yield { type: 'scope.opened', path: 'each', iteration: 1, items: Array.from({ length: items }, (_, index) => index) };
  for (let index = 0; index < items; index += 1) yield* itemFacts(index);
}

export class LongRun {
  runId = RUN;
  events;
  state = { kind: 'ready', api: this };
  #listeners = new Set();
  #source;
  #model = null;

  /** @param {{ events: number, items: number }} size events there are already, of how many items */
  constructor({ events, items }) {
    this.#source = facts(items);
    this.events = [];
    while (this.events.length < events) this.#next();
  }

  onDidChangeState = () => ({ dispose() {} });
  get = async () => this;

  /** The newest part whose text the page can have. */
  get lastPart() {
    return Number(/\d+/.exec(this.events.findLast(({ kind }) => kind === 'model').path)[0]);
  }

  close = async () => {};
  dispose() {}

  subscribe(listener) {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** So many events a second for so long, each with a piece of text beside it. */
  async goOn({ perSecond, seconds }) {
    const begun = systemClock.now();
    for (let sent = 0; sent < perSecond * seconds; sent += 1) {
      const wait = begun + (1_000 * sent) / perSecond - systemClock.now();
      if (wait > 0) await new Promise((resolve) => systemClock.setTimer(resolve, wait));
      const event = this.#next();
      if (event === null) return;
      this.tell({ kind: 'run', event });
    }
  }

  tell(event) {
    for (const listener of this.#listeners) listener(event);
  }

  async call(method, request) {
    const view = this.#view();
    switch (method) {
      case 'runs.get':
        return view;
      case 'runs.events':
        return this.events.slice(request.afterSeq ?? 0, (request.afterSeq ?? 0) + (request.limit ?? this.events.length));
      case 'runs.page':
        return { total: 1, offset: 0, runs: [view] };
      case 'runs.report':
        return { folder: '', markdown: null, json: null, diffs: [] };
      case 'runs.estimate':
        return {
          workflow: 'many-parts',
          runs: 0,
          agents: null,
          calls: null,
          tokens: null,
          costMicroUsd: null,
          pricedRuns: 0,
          durationMs: null,
        };
      default:
        return [];
    }
  }

  #next() {
    const { value: fact, done } = this.#source.next();
    if (done) return null;
    const seq = this.events.length + 1;
    const at = START + 20 * seq;
    const event = { ...fact, ...(fact.type === 'agent.recorded' && { startedAt: at - 40 }), runId: RUN, seq, at };
    this.events.push(event);
    if (this.#model === null) this.#model = new RunModel(event);
    else this.#model.apply(event);
    return event;
  }

  #view() {
    const { title, workflow, mode, runtime, runId: id, at: createdAt } = this.events[0];
    const { settled: stepsDone, count: stepsTotal } = this.#model.steps;
    const summary = {
      id,
      workflow,
      title,
      mode,
      runtime,
      createdAt,
      status: 'executing',
      endedAt: null,
      stepsDone,
      stepsTotal,
      currentStep: null,
    };
    const counts = { waitingDecisions: 0, proposals: 0, error: null, version: 1, lastSeq: this.events.length };
    return {
      ...summary,
      ...counts,
      inputs: {},
      steps: [],
      results: {},
      decisions: [],
      usage: [],
      output: null,
      errors: [],
      compensations: [],
    };
  }
}
