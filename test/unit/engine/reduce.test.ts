// reduce(): what is refused, and that a refusal changes nothing.

import assert from 'node:assert/strict';
import { hasCode } from '#base/errors.ts';
import { createRunState, reduce, replay } from '#core/engine/reduce.ts';
import { encodeSnapshot } from '#core/engine/snapshot.ts';
import type { RunState } from '#core/engine/state.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { type RunEvent, type RunEventOf, type RunFact, runEventTypes } from '#protocol/runEvents.ts';
import { chain, gate, loop, workflow } from '#test/support/workflows.ts';

const error = { code: 'test.failed', message: 'no', retryable: true, details: {} };

function created(definition: WorkflowDefinition, flags: string[] = ['v1']): RunEventOf<'run.created'> {
  return {
    type: 'run.created',
    runId: 'run_1',
    seq: 1,
    at: 0,
    workflow: definition.name,
    definition: definition as unknown as never,
    library: {},
    definitionHash: '',
    inputs: {},
    mode: 'auto',
    runtime: 'custom',
    title: '',
    flags,
    idempotencyKey: null,
    forkedFrom: null,
  };
}

const opening: readonly RunFact[] = [{ type: 'run.parsed' }, { type: 'run.validated', steps: 2 }, { type: 'run.started' }];
const started = (path: string): readonly RunFact[] => [
  { type: 'step.queued', path },
  { type: 'step.assigned', path, agent: 'developer', reason: '' },
  { type: 'step.started', path, attempt: 1 },
];

function succeeded(path: string, version: number, attempt = 1): RunFact {
  return { type: 'step.succeeded', path, attempt, output: path, summary: '', usage: [], durationMs: 0, version };
}

function failed(path: string, changes: Partial<Extract<RunFact, { type: 'step.failed' }>> = {}): RunFact {
  return { type: 'step.failed', path, attempt: 1, error, usage: [], durationMs: 0, retryAt: null, version: 1, ...changes };
}

function after(definition: WorkflowDefinition, ...facts: readonly RunFact[]): RunState {
  const events = facts.map((fact, index): RunEvent => ({ ...fact, runId: 'run_1', seq: index + 2, at: 0 }));
  return replay([created(definition), ...events]);
}

function tryFact(state: RunState, fact: RunFact): void {
  reduce(state, { ...fact, runId: 'run_1', seq: state.seq + 1, at: 0 });
}

/** One example of every kind of event. */
const samples: { readonly [T in RunFact['type']]: Extract<RunFact, { type: T }> } = {
  'run.created': created(workflow([])),
  'run.parsed': { type: 'run.parsed' },
  'run.validated': { type: 'run.validated', steps: 1 },
  'run.started': { type: 'run.started' },
  'run.paused': { type: 'run.paused', by: 'person', reason: '' },
  'run.resumed': { type: 'run.resumed', by: 'person' },
  'run.cancelRequested': { type: 'run.cancelRequested', by: 'person', reason: '' },
  'run.completed': { type: 'run.completed', output: null },
  'run.partial': { type: 'run.partial', output: null, reason: '' },
  'run.failed': { type: 'run.failed', error },
  'run.cancelled': { type: 'run.cancelled', reason: '' },
  'run.recovered': { type: 'run.recovered', interrupted: [] },
  'run.rewound': { type: 'run.rewound', toVersion: 0, toSeq: 1, setAside: [], redrive: null, by: 'person', reason: '' },
  'run.compensating': { type: 'run.compensating', steps: [] },
  'step.compensating': { type: 'step.compensating', path: 'a', attempt: 1, agent: 'x', action: 'undo' },
  'step.compensated': { type: 'step.compensated', path: 'a', attempt: 1, undoes: 1, output: null, summary: '', usage: [], durationMs: 0 },
  'step.compensationFailed': {
    type: 'step.compensationFailed',
    path: 'a',
    attempt: 1,
    error,
    usage: [],
    durationMs: 0,
    retryAt: null,
  },
  'step.deadLettered': { type: 'step.deadLettered', path: 'a', stage: 'execute', error, attempts: 1 },
  'step.queued': { type: 'step.queued', path: 'a' },
  'step.assigned': { type: 'step.assigned', path: 'a', agent: 'x', reason: '' },
  'step.started': { type: 'step.started', path: 'a', attempt: 1 },
  'step.succeeded': succeeded('a', 1) as Extract<RunFact, { type: 'step.succeeded' }>,
  'step.failed': failed('a') as Extract<RunFact, { type: 'step.failed' }>,
  'step.skipped': { type: 'step.skipped', path: 'a', reason: '', version: 1 },
  'step.cancelled': { type: 'step.cancelled', path: 'a', reason: '' },
  'step.overridden': { type: 'step.overridden', path: 'a', output: 1, by: 'person', reason: '', version: 1 },
  'scope.opened': { type: 'scope.opened', path: 'a', iteration: 1, items: null },
  'decision.requested': { type: 'decision.requested', id: 'd', path: 'a', kind: 'question', title: '', detail: '', options: [] },
  'decision.made': { type: 'decision.made', id: 'd', path: 'a', choice: '', reason: '', by: 'person' },
  'agent.recorded': {
    type: 'agent.recorded',
    path: 'a',
    agent: 'x',
    kind: 'tool',
    title: '',
    data: null,
    startedAt: 0,
    durationMs: 0,
    ok: true,
  },
  'proposal.created': { type: 'proposal.created', path: 'a', proposalId: 'p', title: '', files: 1, added: 1, removed: 0 },
};

/** The types of `samples` that a state takes; each refusal must leave the state as it was. */
function takes(makeState: () => RunState): string[] {
  return runEventTypes.filter((type) => {
    const state = makeState();
    const before = encodeSnapshot(state);
    try {
      tryFact(state, samples[type]);
      return true;
    } catch (thrown) {
      assert.ok(hasCode(thrown, 'engine.illegalTransition') || hasCode(thrown, 'step.notFound'), `${type}: ${String(thrown)}`);
      assert.deepEqual(encodeSnapshot(state), before, `${type} was refused but changed the state`);
      return false;
    }
  });
}

describe('the state machines of a run and its steps', () => {
  const two = workflow(chain('a', 'b'));
  const any = ['run.paused', 'run.cancelRequested', 'run.recovered'];
  const cases: readonly { readonly when: string; readonly facts: readonly RunFact[]; readonly takes: readonly string[] }[] = [
    { when: 'created', facts: [], takes: ['run.parsed', 'run.cancelRequested', 'run.failed', 'run.recovered'] },
    {
      when: 'parsed',
      facts: opening.slice(0, 1),
      takes: ['run.validated', 'run.started', 'run.cancelRequested', 'run.failed', 'run.recovered'],
    },
    { when: 'started', facts: opening, takes: [...any, 'step.queued', 'step.failed', 'step.skipped', 'step.cancelled', 'step.overridden'] },
    {
      when: 'queued',
      facts: [...opening, ...started('a').slice(0, 1)],
      takes: [...any, 'step.assigned', 'step.failed', 'step.cancelled', 'step.overridden'],
    },
    {
      when: 'assigned',
      facts: [...opening, ...started('a').slice(0, 2)],
      takes: [...any, 'step.started', 'step.failed', 'step.cancelled', 'step.overridden'],
    },
    {
      when: 'running',
      facts: [...opening, ...started('a')],
      takes: [
        ...any,
        'step.succeeded',
        'step.failed',
        'step.cancelled',
        'step.overridden',
        'decision.requested',
        'agent.recorded',
        'proposal.created',
      ],
    },
    {
      when: 'paused while running',
      facts: [...opening, ...started('a'), samples['run.paused']],
      takes: [
        'run.resumed',
        'run.cancelRequested',
        'run.recovered',
        'step.succeeded',
        'step.failed',
        'step.cancelled',
        'step.overridden',
        'decision.requested',
        'agent.recorded',
        'proposal.created',
      ],
    },
    {
      when: 'waiting for a retry',
      facts: [...opening, ...started('a'), failed('a', { retryAt: 5, version: null })],
      takes: [...any, 'step.cancelled', 'step.overridden'],
    },
    {
      when: 'being cancelled',
      facts: [...opening, ...started('a'), samples['run.cancelRequested']],
      takes: ['run.recovered', 'step.cancelled'],
    },
  ];
  for (const { when, facts, takes: expected } of cases) {
    it(`takes exactly the events that fit when it is ${when}`, () => {
      assert.deepEqual(takes(() => after(two, ...facts)).sort(), [...expected].sort());
    });
  }

  it('takes nothing once the run has ended', () => {
    for (const end of ['run.completed', 'run.partial', 'run.failed'] as const) {
      assert.deepEqual(
        takes(() => after(workflow([]), ...opening, samples[end])),
        [],
      );
    }
    assert.deepEqual(
      takes(() => after(workflow([]), ...opening, samples['run.cancelRequested'], samples['run.cancelled'])),
      [],
    );
  });

  it('refuses an end while steps are open', () => {
    assert.throws(() => tryFact(after(two, ...opening), samples['run.completed']), { code: 'engine.illegalTransition' });
  });

  it('refuses to queue or skip a step whose dependencies are not settled', () => {
    assert.throws(() => tryFact(after(two, ...opening), { type: 'step.queued', path: 'b' }), { code: 'engine.illegalTransition' });
    assert.throws(() => tryFact(after(two, ...opening), { ...samples['step.skipped'], path: 'b' }), { code: 'engine.illegalTransition' });
  });

  it('refuses the outcome of another attempt', () => {
    const state = after(two, ...opening, ...started('a'));
    assert.throws(() => tryFact(state, succeeded('a', 1, 2)), { code: 'engine.illegalTransition' });
  });

  it('refuses a gap in seq, a wrong checkpoint version and a history without a beginning', () => {
    const state = after(two, ...opening, ...started('a'));
    assert.throws(() => reduce(state, { ...succeeded('a', 1), runId: 'run_1', seq: state.seq + 2, at: 0 }), {
      code: 'engine.corruptHistory',
    });
    assert.throws(() => tryFact(state, succeeded('a', 2)), { code: 'engine.corruptHistory' });
    assert.throws(() => replay([{ type: 'run.parsed', runId: 'run_1', seq: 1, at: 0 }]), { code: 'engine.corruptHistory' });
    assert.throws(() => replay([]), { code: 'engine.corruptHistory' });
  });

  it('refuses a run that needs engine behaviour it does not have', () => {
    assert.throws(() => createRunState(created(two, ['v1', 'v99'])), { code: 'engine.unknownFlag' });
  });

  it('refuses to open the pass after next, or a scope under a step that has none', () => {
    const looping = workflow([loop('a', chain('x')), gate('g')]);
    const running: readonly RunFact[] = [...opening, { type: 'step.queued', path: 'a' }, { type: 'step.started', path: 'a', attempt: 1 }];
    assert.throws(() => tryFact(after(looping, ...running), { ...samples['scope.opened'], iteration: 2 }), {
      code: 'engine.illegalTransition',
    });
    assert.throws(() => tryFact(after(two, ...opening, ...started('a')), samples['scope.opened']), { code: 'engine.illegalTransition' });
    assert.throws(() => tryFact(after(looping, ...running, samples['scope.opened']), samples['scope.opened']), {
      code: 'engine.illegalTransition',
    });
  });

  it('knows no step that is not in the run', () => {
    assert.throws(() => tryFact(after(two, ...opening), { type: 'step.queued', path: 'nowhere' }), { code: 'step.notFound' });
  });
});
