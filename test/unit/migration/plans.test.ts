import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMigrationPlans, type MigrationPlans } from '#core/api/migrationPlans.ts';
import { workingTimeMs } from '#core/migration/workingTime.ts';
import { refOfTag } from '#core/migration/featureTag.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { createWriteGate } from '#node/ports/writeGate.ts';
import type { MigrationEdit, MigrationView } from '#protocol/migration.ts';
import type { RunEvent, RunFact } from '#protocol/runEvents.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { memoryStore, runRow } from '#test/support/memoryStore.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const PLAN = `name: Move
kind: feature delivery
features:
  - id: a
    name: A
    estimatedHours: 2
  - id: b
    name: B # second
    actualHours: 1
`;
const FILE = '.cas/migrations/move.yaml';
const HOUR = 3_600_000;

const facts = (...list: readonly (readonly [at: number, fact: RunFact])[]): readonly RunEvent[] =>
  list.map(([at, fact], index) => ({ runId: 'run_1', seq: index + 1, at, ...fact }));
const assigned = (path: string): RunFact => ({ type: 'step.assigned', path, agent: 'quality', reason: '' });
const succeeded = (path: string, durationMs: number): RunFact => ({
  type: 'step.succeeded',
  path,
  attempt: 1,
  output: null,
  summary: '',
  usage: [],
  durationMs,
  version: 1,
});

describe('the plans of a workspace', () => {
  const folders = temporaryFolders();
  let root: string;
  let store: Store;
  let clock: FakeClock;
  let trusted: boolean;
  let told: number;
  let plans: MigrationPlans;

  const ports = (): HostPorts =>
    ({
      clock,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      files: createWorkspaceFiles(root),
      writeGate: createWriteGate(root),
      listOwnFolder: (folder: string) => nodeOwnFiles.list(folder),
      trusted: () => trusted,
    }) as unknown as HostPorts;
  const open = (): MigrationPlans =>
    createMigrationPlans({ ports: ports(), store, skill: () => assert.fail('no skill'), desk: {} as never, changed: () => (told += 1) });
  const read = (): string => readFileSync(join(root, FILE), 'utf8');
  const edit = (change: MigrationEdit, hash?: string): Promise<MigrationView> =>
    plans.methods['migrations.edit']({ plan: 'move', edit: change, ...(hash !== undefined && { hash }) });

  beforeEach(async () => {
    root = folders({ [FILE]: PLAN });
    store = await memoryStore();
    clock = new FakeClock();
    trusted = true;
    told = 0;
    plans = open();
  });
  afterEach(() => store.close());

  it('refuses an edit for a text that is another one now, and writes nothing', async () => {
    const { hash } = await plans.methods['migrations.get']('move');
    const theirs = PLAN.replace('name: A', 'name: Alpha');
    writeFileSync(join(root, FILE), theirs);
    await assert.rejects(edit({ kind: 'status', feature: 'a', status: 'done' }, hash ?? ''), {
      code: 'migration.changed',
      retryable: true,
    });
    assert.equal(read(), theirs);
    assert.equal(told, 0);
    const view = await edit({ kind: 'status', feature: 'a', status: 'done' });
    assert.notEqual(view.hash, hash);
    assert.match(read(), /name: Alpha\n {4}status: done\n/);
    assert.equal(told, 1);
  });

  it('takes edits of the same moment one after another', async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => edit({ kind: 'logHours', feature: index % 2 === 0 ? 'a' : 'b', hours: 0.5 })),
    );
    const { figures } = await plans.methods['migrations.get']('move');
    assert.deepEqual(
      figures?.features.map(({ hours }) => hours.actual),
      [3, 4],
    );
  });

  it('refuses every change in an untrusted workspace', async () => {
    trusted = false;
    const { methods } = plans;
    await assert.rejects(edit({ kind: 'status', feature: 'a', status: 'done' }), { code: 'workspace.untrusted' });
    await assert.rejects(methods['migrations.startClock']({ plan: 'move', feature: 'a' }), { code: 'workspace.untrusted' });
    await assert.rejects(methods['migrations.create']({ id: 'x', name: 'X', from: { template: 'feature delivery' } }), {
      code: 'workspace.untrusted',
    });
    assert.equal(read(), PLAN);
    assert.equal((await methods['migrations.get']('move')).readOnly, 'untrusted');
  });

  it('says why a plan cannot be edited, and that it can', async () => {
    const why = async (): Promise<MigrationView['readOnly']> => (await plans.methods['migrations.get']('move')).readOnly;
    assert.equal(await why(), null);
    writeFileSync(join(root, FILE), PLAN.replace('name: A', 'nam: A'));
    assert.equal(await why(), 'invalid');
    trusted = false;
    assert.equal(await why(), 'untrusted');
  });

  it('refuses an edit that would leave the file wrong', async () => {
    await edit({ kind: 'startedDate', feature: 'a', date: '2026-05-05' });
    const before = read();
    await assert.rejects(edit({ kind: 'completedDate', feature: 'a', date: '2026-05-04' }), {
      code: 'migration.badEdit',
      message: /completed before it was started/,
    });
    assert.equal(read(), before);
  });

  it('keeps the last good figures while the file has errors, and says which', async () => {
    await plans.methods['migrations.get']('move');
    writeFileSync(join(root, FILE), `${PLAN}    foo: 1\n`);
    const broken = await plans.methods['migrations.get']('move');
    assert.equal(broken.stale, true);
    assert.equal(broken.figures?.progress.total, 2);
    assert.deepEqual(
      broken.problems.map(({ line, code }) => [line, code]),
      [[10, 'migration.unknownKey']],
    );
    await assert.rejects(edit({ kind: 'status', feature: 'a', status: 'done' }), { code: 'migration.invalid' });
    plans = open();
    const anew = await plans.methods['migrations.get']('move');
    assert.deepEqual([anew.stale, anew.figures], [false, null]);
  });

  it('says so when a file is no text', async () => {
    writeFileSync(join(root, FILE), Buffer.from([0xff, 0xfe, 0x00, 0x41]));
    const { problems, figures } = await plans.methods['migrations.get']('move');
    assert.equal(figures, null);
    assert.equal(problems[0]?.severity, 'error');
  });

  it('runs one clock a feature, over the end of the process, and writes its time once', async () => {
    const { methods } = plans;
    await methods['migrations.startClock']({ plan: 'move', feature: 'a' });
    await assert.rejects(methods['migrations.startClock']({ plan: 'move', feature: 'a' }), { code: 'migration.clockRuns' });
    await methods['migrations.startClock']({ plan: 'move', feature: 'b' });
    plans = open();
    clock.advance(1.5 * HOUR);
    const view = await plans.methods['migrations.stopClock']({ plan: 'move', feature: 'a' });
    const [a, b] = view.figures?.features ?? [];
    assert.deepEqual(
      [a?.hours, a?.clockAt, a?.state, b?.clockAt !== null],
      [{ planned: 2, actual: 1.5, state: 'under' }, null, 'in progress', true],
    );
    assert.equal(a?.entries[0]?.from, 'clock');
    // As if the process had died between the entry and the end of the clock.
    await store.values.set('migration clocks', 'move/a', clock.now() - 1.5 * HOUR);
    const again = await plans.methods['migrations.stopClock']({ plan: 'move', feature: 'a' });
    assert.equal(again.figures?.features[0]?.hours.actual, 1.5);
  });

  it('throws the time of a clock away when asked, and keeps the clock when the time cannot be written', async () => {
    const { methods } = plans;
    await methods['migrations.startClock']({ plan: 'move', feature: 'b' });
    clock.advance(HOUR);
    const good = read();
    writeFileSync(join(root, FILE), 'name: [');
    await assert.rejects(methods['migrations.stopClock']({ plan: 'move', feature: 'b' }), { code: 'migration.invalid' });
    writeFileSync(join(root, FILE), good);
    const view = await methods['migrations.stopClock']({ plan: 'move', feature: 'b', discard: true });
    assert.equal(view.figures?.features[1]?.hours.actual, 1);
    await assert.rejects(methods['migrations.stopClock']({ plan: 'move', feature: 'b' }), { code: 'migration.noClock' });
  });

  async function endRun(tags: readonly string[]): Promise<void> {
    const events = facts([1_000, assigned('work')], [1_000 + HOUR / 2, succeeded('work', HOUR / 2)]);
    const summary = runRow('run_1', { status: 'completed', endedAt: clock.now(), tags });
    await store.runs.append({ runId: 'run_1', events, summary: { ...summary, lastSeq: events.length } });
  }

  it('writes the time of a run down where its tag says, once', async () => {
    await endRun(['team', 'feature:b']);
    plans.follow({ type: 'run.completed', runId: 'run_1', seq: 9, at: 1, output: null });
    plans.follow({ type: 'run.completed', runId: 'run_1', seq: 9, at: 1, output: null });
    plans.catchUp();
    await plans.close();
    const { figures } = await plans.methods['migrations.get']('move');
    assert.deepEqual(
      figures?.features[1]?.entries.map(({ hours, from, run }) => [hours, from, run]),
      [
        [1, 'hand', null],
        [0.5, 'run', 'run_1'],
      ],
    );
  });

  it('writes no time of a run while the workspace is not trusted, as one that came with a repository, and does afterwards', async () => {
    await endRun(['feature:b']);
    trusted = false;
    plans.catchUp();
    await plans.methods['migrations.touched']();
    await plans.close();
    assert.equal(read(), PLAN);
    trusted = true;
    plans.catchUp();
    await plans.close();
    assert.match(read(), /run: run_1/);
  });

  it('keeps the time of a run whose feature is not there, and writes it when the file is mended', async () => {
    await endRun(['feature:move/c']);
    plans.catchUp();
    await plans.close();
    const { unrecorded } = await plans.methods['migrations.get']('move');
    assert.deepEqual(
      unrecorded.map(({ run, hours, reason }) => [run, hours, /no feature `c`/.test(reason)]),
      [['run_1', 0.5, true]],
    );
    writeFileSync(join(root, FILE), `${PLAN}  - { id: c, name: C }\n`);
    await plans.methods['migrations.touched']();
    await plans.close();
    assert.match(read(), /id: c, name: C, actualHours: \[\{ hours: 0\.5, from: run/);
    assert.deepEqual((await plans.methods['migrations.get']('move')).unrecorded, []);
  });

  it('never replaces a file, whatever its ending', async () => {
    await assert.rejects(plans.methods['migrations.create']({ id: 'move', name: 'X', from: { template: 'feature delivery' } }), {
      code: 'migration.exists',
    });
    const { file } = await plans.methods['migrations.create']({ id: 'copy', name: 'A: "copy"', from: { template: 'copy', of: 'move' } });
    assert.ok(existsSync(file));
    assert.equal((await plans.methods['migrations.get']('copy')).name, 'A: "copy"');
  });

  it('has the built-in plan with 24 features in five phases, which cannot be edited', async () => {
    const view = await plans.methods['migrations.get']('custom-to-langgraph');
    assert.deepEqual([view.readOnly, view.figures?.features.length, view.figures?.phases.length], ['built-in', 24, 5]);
    assert.deepEqual(view.problems, []);
    await assert.rejects(
      plans.methods['migrations.edit']({ plan: 'custom-to-langgraph', edit: { kind: 'status', feature: 'state-store', status: 'done' } }),
      { code: 'migration.readOnly' },
    );
    await assert.rejects(plans.methods['migrations.get']('mov'), { code: 'migration.notFound', message: /Did you mean `move`/ });
  });
});

describe('the working time of a run', () => {
  it('counts tasks side by side once, and neither gates nor waits for a person', () => {
    const events = facts(
      [0, assigned('a')],
      [0, assigned('b')],
      [60, { type: 'decision.requested', id: 'd', path: 'a', kind: 'question', title: '', detail: '', options: [] }],
      [90, { type: 'decision.made', id: 'd', path: 'a', choice: '', reason: '', by: 'person' }],
      [40, succeeded('b', 40)],
      [100, succeeded('a', 100)],
      [500, succeeded('gate', 400)],
    );
    assert.equal(workingTimeMs(events), 70);
    assert.equal(workingTimeMs([]), 0);
  });

  it('is written down for the feature that a tag names', () => {
    assert.deepEqual(refOfTag('feature:move/log-in.v2'), { plan: 'move', feature: 'log-in.v2' });
    assert.deepEqual(refOfTag('feature:log-in'), { plan: null, feature: 'log-in' });
    for (const tag of ['team', 'feature:', 'feature:a/b/c', 'features:a']) assert.equal(refOfTag(tag), null, tag);
  });
});
