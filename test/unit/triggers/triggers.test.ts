import assert from 'node:assert/strict';
import { Bus } from '#core/bus/bus.ts';
import type { Store } from '#core/store/store.ts';
import { Triggers } from '#core/triggers/triggers.ts';
import { triggersOf } from '#core/triggers/trigger.ts';
import type { WatchListener } from '#core/triggers/watchPort.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { checkWorkflow } from '#core/workflow/parse.ts';
import type { StartRun } from '#protocol/api.ts';
import type { BusMessage } from '#protocol/bus.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { append, created, memoryStore } from '#test/support/memoryStore.ts';

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

const definition = (triggers: readonly object[], name = 'job'): WorkflowDefinition => {
  const text = JSON.stringify({ name, triggers, steps: [{ key: 'a', action: 'debt.scan' }], inputs: { text: 'string' } });
  const { definition: checked, problems } = checkWorkflow(text, { file: 'x.cas.json' });
  assert.ok(checked, JSON.stringify(problems));
  return checked;
};

describe('triggers', () => {
  let store: Store;
  let clock: FakeClock;
  let bus: Bus;
  let started: StartRun[];
  let heard: BusMessage[];
  let trusted: boolean;
  let watcher: WatchListener | null;
  let costUsd: number;
  let opened: Triggers[];

  beforeEach(async () => {
    store = await memoryStore();
    clock = new FakeClock();
    let ids = 0;
    const log = {
      debug() {},
      info() {},
      warn() {},
      error: (message: string, _f?: object, thrown?: unknown) => assert.fail(`${message} ${String(thrown)}`),
    };
    bus = new Bus({ clock, ids: { random: () => 0.5, next: (prefix) => `${prefix}_${(ids += 1)}` }, log, store: store.bus });
    started = [];
    heard = [];
    opened = [];
    trusted = true;
    watcher = null;
    costUsd = 0;
    bus.listen({ accepts: (type) => type.startsWith('cas.trigger.'), deliver: (message) => void heard.push(message) });
  });
  afterEach(async () => {
    for (const one of opened) one.dispose();
    bus.dispose();
    await store.close();
  });

  async function open(definitions: readonly WorkflowDefinition[], enabled = true): Promise<Triggers> {
    const triggers = new Triggers({
      bus,
      clock,
      store,
      permissions: store.values,
      log: { debug() {}, info() {}, warn() {}, error: (message, _f, thrown) => assert.fail(`${message} ${String(thrown)}`) },
      trusted: () => trusted,
      triggers: async () => definitions.flatMap((one) => triggersOf(one)),
      async start(request) {
        started.push(request);
        const runId = `run_${started.length}`;
        await store.runs.append(append(runId, 1, [created], { workflow: request.workflow }));
        return { runId };
      },
      costOf: async () => costUsd,
      watch(listener) {
        watcher = listener;
        return { dispose: () => (watcher = null) };
      },
    });
    opened.push(triggers);
    if (enabled) await triggers.set(null, true);
    await triggers.stay();
    return triggers;
  }

  const end = async (runId: string, type: 'run.completed' | 'run.failed' = 'run.completed', workflow = 'job'): Promise<void> => {
    const error = type === 'run.failed' ? { code: 'x', message: 'y' } : null;
    if ((await store.runs.get(runId)) !== null) {
      await store.runs.append(append(runId, 2, [{ type: 'run.completed', output: null }], { workflow, endedAt: 1, status: 'completed' }));
    }
    await bus.publish({
      type: `cas.${type}`,
      payload: { runId, workflow, seq: 2, path: null, error },
      id: `${runId}.2`,
    });
    await settle();
  };
  const say = async (type: string, payload: Record<string, never> | object, quietMs = 2_000): Promise<void> => {
    await bus.publish({ type, payload: payload as never });
    await settle();
    clock.advance(quietMs);
    await settle();
  };
  const saved = (...paths: string[]) => say('workspace.file.saved', { paths });
  const reasons = (): unknown[] => heard.filter((one) => one.type === 'cas.trigger.held').map((one) => one.payload['reason']);

  it('are off until a person turns them on, and never at work in a workspace that is not trusted', async () => {
    const triggers = await open([definition([{ on: 'save', paths: '**' }])], false);
    await saved('a.ts');
    assert.deepEqual([triggers.armed, watcher, started.length], [false, null, 0]);
    trusted = false;
    await triggers.set(null, true);
    assert.equal(triggers.armed, false);
    trusted = true;
    await triggers.refresh();
    assert.equal(triggers.armed, true);
    await saved('a.ts');
    assert.equal(started.length, 1);
    await triggers.set(null, false);
    await end('run_1');
    await saved('a.ts');
    assert.deepEqual([triggers.armed, started.length], [false, 1]);
  });

  const kinds: readonly (readonly [string, object, readonly [string, object], readonly [string, object] | null])[] = [
    ['a message', { on: 'event', type: 'user.deployed' }, ['user.deployed', {}], ['user.other', {}]],
    [
      'a message that meets a condition',
      { on: 'event', type: 'user.deployed', where: 'context.event.payload.env == "live"' },
      ['user.deployed', { env: 'live' }],
      ['user.deployed', { env: 'test' }],
    ],
    [
      'a saved file',
      { on: 'save', paths: ['src/**/*.ts'] },
      ['workspace.file.saved', { paths: ['b.md', 'src/a/b.ts'] }],
      ['workspace.file.saved', { paths: ['.cas/x.ts', 'src/a.js'] }],
    ],
    [
      'a commit',
      { on: 'commit', branches: 'release/*' },
      ['workspace.git.committed', { branch: 'release/1', commit: 'c', before: 'b' }],
      ['workspace.git.committed', { branch: 'main', commit: 'c', before: 'b' }],
    ],
    [
      'a branch',
      { on: 'branch', branches: 'main' },
      ['workspace.git.switched', { branch: 'main', before: 'x' }],
      ['workspace.git.switched', { branch: null, before: 'x' }],
    ],
    [
      'problems in the editor',
      { on: 'diagnostics', severity: 'warning', atLeast: 3 },
      ['workspace.diagnostics.changed', { errors: 1, warnings: 2 }],
      ['workspace.diagnostics.changed', { errors: 1, warnings: 1 }],
    ],
    [
      'a metric',
      { on: 'metric', metric: 'coverage', below: 80 },
      ['metric.recorded', { name: 'coverage', value: 79 }],
      ['metric.recorded', { name: 'coverage', value: 80 }],
    ],
    ['feedback', { on: 'feedback', atMost: 2 }, ['feedback.given', { rating: 2, text: '' }], ['feedback.given', { rating: 3, text: '' }]],
    [
      "another run's end",
      { on: 'run', workflow: 'other', status: ['failed'] },
      ['cas.run.failed', { runId: 'run_x', workflow: 'other', seq: 9, path: null, error: null }],
      ['cas.run.completed', { runId: 'run_x', workflow: 'other', seq: 9, path: null, error: null }],
    ],
  ];
  for (const [name, spec, [type, payload], other] of kinds) {
    it(`start a run on ${name}, and on nothing else`, async () => {
      await open([definition([spec])]);
      if (other !== null) await say(other[0], other[1]);
      assert.equal(started.length, 0);
      await say(type, payload);
      assert.deepEqual(
        started.map(({ workflow, mode }) => [workflow, mode]),
        [['job', 'auto']],
      );
    });
  }

  it('start a run at each time of a schedule, in its time zone', async () => {
    const triggers = await open([definition([{ on: 'schedule', cron: '30 3 * * *', timezone: 'Asia/Tokyo' }])]);
    const at = triggers.nextAt('job/schedule') ?? 0;
    assert.equal(new Date(at).toISOString().slice(11, 16), '18:30');
    clock.advance(at - clock.now());
    await settle();
    clock.advance(0);
    await settle();
    assert.equal(started.length, 1);
    await end('run_1');
    clock.advance(86_400_000);
    await settle();
    clock.advance(0);
    await settle();
    assert.equal(started.length, 2);
    assert.equal(triggers.nextAt('job/schedule'), at + 2 * 86_400_000);
  });

  it('give the run its inputs from the message, and say what started it', async () => {
    await open([definition([{ on: 'feedback', inputs: { text: 'said: {{ context.event.payload.text }}' } }])]);
    await say('feedback.given', { rating: 1, text: 'too slow' });
    assert.deepEqual(started[0]?.inputs, { text: 'said: too slow' });
    const [fired] = await bus.replay({ types: ['cas.trigger.fired'] });
    assert.deepEqual(fired?.payload, { trigger: 'job/feedback', workflow: 'job', runId: 'run_1', depth: 1 });
    const [feedback] = await bus.replay({ types: ['feedback.given'] });
    assert.equal(fired?.cause, feedback?.id);
  });

  it('wait until it has been quiet, and start once', async () => {
    await open([definition([{ on: 'save', paths: '**', debounce: '5s' }])]);
    for (const path of ['a', 'b', 'c']) await say('workspace.file.saved', { paths: [path] }, 4_000);
    assert.equal(started.length, 0);
    clock.advance(1_000);
    await settle();
    assert.equal(started.length, 1);
  });

  it('start no second run beside the first: one more follows when that has ended', async () => {
    await open([definition([{ on: 'save', paths: '**' }])]);
    await saved('a');
    await saved('b');
    await saved('c');
    assert.equal(started.length, 1);
    await end('run_1');
    assert.equal(started.length, 2);
    await end('run_2');
    assert.equal(started.length, 2);
  });

  it('react to a threshold when it is passed, not while it stays passed', async () => {
    await open([definition([{ on: 'metric', metric: 'm', above: 10 }])]);
    const measure = async (value: number): Promise<void> => {
      await say('metric.recorded', { name: 'm', value });
      await end(`run_${started.length}`);
    };
    for (const value of [11, 12, 5, 11]) await measure(value);
    assert.equal(started.length, 2);
  });

  it('stop after so many runs an hour, also after a restart, and go on in the next', async () => {
    const job = definition([{ on: 'save', paths: '**', maxPerHour: 2 }]);
    const first = await open([job]);
    await saved('a');
    await end('run_1');
    await saved('b');
    await end('run_2');
    first.dispose();
    await open([job]);
    await saved('c');
    assert.equal(started.length, 2);
    assert.deepEqual(reasons(), ['its 2 runs an hour are used up']);
    clock.advance(3_600_000);
    await saved('d');
    assert.equal(started.length, 3);
  });

  it('stop after so many runs a day', async () => {
    await open([definition([{ on: 'save', paths: '**', maxPerDay: 1 }])]);
    await saved('a');
    await end('run_1');
    clock.advance(7_200_000);
    await saved('b');
    assert.deepEqual(reasons(), ['its 1 runs a day are used up']);
  });

  it('stop when their runs of a day cost as much as they may', async () => {
    await open([definition([{ on: 'save', paths: '**', maxCostUsdPerDay: 1 }])]);
    await saved('a');
    await end('run_1');
    costUsd = 1.5;
    await saved('b');
    assert.equal(started.length, 1);
    assert.deepEqual(reasons(), ['its runs of 24 hours cost $1.50 of $1']);
  });

  it('let runs that start one another go three deep and no deeper', async () => {
    await open([definition([{ on: 'run', workflow: 'job' }])]);
    await say('cas.run.completed', { runId: 'run_person', workflow: 'job', seq: 9, path: null, error: null });
    for (let n = 1; n <= 5; n += 1) {
      if (started.length < n) break;
      await end(`run_${n}`);
      clock.advance(2_000);
      await settle();
    }
    assert.equal(started.length, 3);
    assert.deepEqual(reasons(), ['runs that start one another stop after 3']);
  });

  it('can be switched off one by one', async () => {
    const triggers = await open([
      definition([
        { on: 'save', paths: '**' },
        { id: 'docs', on: 'save', paths: '**/*.md' },
      ]),
    ]);
    await triggers.set(['job/save'], false);
    await saved('a.ts');
    assert.equal(started.length, 0);
    await saved('a.md');
    assert.match(started[0]?.title ?? '', /docs/);
    await triggers.set(['job/save'], true);
    await end('run_1');
    await saved('a.ts');
    assert.equal(started.length, 2);
  });

  it('hear what the host sees of files and git', async () => {
    await open([definition([{ on: 'save', paths: 'src/**' }, { on: 'commit' }])]);
    watcher?.saved(['src/a.ts']);
    await settle();
    clock.advance(2_000);
    await settle();
    watcher?.committed({ branch: 'main', commit: 'b', before: 'a' });
    await settle();
    clock.advance(2_000);
    await settle();
    assert.equal(started.length, 2);
  });
});

describe('triggers in a workflow file', () => {
  const problemsOf = (trigger: object): readonly string[] =>
    checkWorkflow(JSON.stringify({ name: 'job', triggers: [trigger], steps: [{ key: 'a', action: 'debt.scan' }] }), {
      file: 'x.cas.json',
    }).problems.map((problem) => problem.message);

  it('are refused with the reason when they are wrong', () => {
    assert.match(problemsOf({ on: 'schedule', cron: 'soon' }).join(), /cron.*must be a cron pattern/);
    assert.match(problemsOf({ on: 'schedule', cron: '0 3 * * *', timezone: 'Mars/Base' }).join(), /must be a time zone/);
    assert.match(problemsOf({ on: 'saved' }).join(), /`triggers\[0\]\.on` must be one of `manual`/);
    assert.match(problemsOf('save' as never).join(), /`triggers\[0\]` must be a mapping/);
    assert.match(problemsOf({ on: 'save' }).join(), /`paths` is missing/);
    assert.match(problemsOf({ on: 'save', paths: '**', path: 'x' }).join(), /`path` is not a key/);
    assert.match(problemsOf({ on: 'event', type: 'user.x', where: '1 +' }).join(), /must be an expression/);
    assert.deepEqual(problemsOf({ on: 'manual' }), []);
  });
});
