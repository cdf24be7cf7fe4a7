// Plans on the built command line, in real files: what a command changes is checked byte by byte.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FeatureView, MigrationSummary, MigrationView } from '#protocol/migration.ts';
import type { RunSummary } from '#protocol/runView.ts';
import { assertCode, cas, casJson, jsonLines, newFolder, sampleRepository } from './runCli.ts';

const PLAN = `# Our move
name: To the new engine
kind: migration
sides: { old: A, new: B }
startDate: 2026-09-07
phases: # five of them
  - { id: one, name: One, estimatedHours: 10 }
  - { id: two, name: Two }
  - { id: three, name: Three }
  - { id: four, name: Four }
  - { id: five, name: Five }
features:
  - id: store
    name: "Store"
    phase: one
    status: done # at last
    estimatedHours: 6
    actualHours: 5
    completedDate: 2026-11-02
  - id: queue
    name: Queue
    phase: one
    dependencies: [store]
    estimatedHours: 4
  - id: screen
    name: Screen
    phase: two
    dependencies: [queue]
`;

const FILE = '.cas/migrations/move.yaml';
const read = (cwd: string, file = FILE): string => readFileSync(path.join(cwd, file), 'utf8');

describe('cas migration', function () {
  it('tells the figures of the only plan, the same as JSON and as text', async () => {
    const cwd = newFolder({ [FILE]: PLAN });
    const view = await casJson<MigrationView>(['migration', 'status'], { cwd });
    assert.deepEqual(view.figures?.progress, { done: 1, total: 3, percent: 33, hours: { done: 6, planned: 10 } });
    assert.deepEqual(view.figures.hours, { planned: 10, actual: 5, state: 'under', unestimated: 1 });
    assert.deepEqual(view.figures.criticalPath, { features: ['queue', 'screen'], hours: 4, unestimated: 1 });
    const text = await cas(['migration', 'status'], { cwd });
    assertCode(text, 0);
    assert.match(text.stdout, /^To the new engine {2}33%, 1 of 3 features$/m);
    assert.match(text.stdout, /^Hours {5}10h \(5h\), 1 not estimated, planned \(actual\)$/m);
    assert.match(text.stdout, /^ {2}1\. Start Queue \(queue\): important, 1 feature waits for it, on the longest chain, about 4h left$/m);
    const plans = await casJson<readonly MigrationSummary[]>(['migration', 'list'], { cwd });
    assert.deepEqual(
      plans.map(({ id, source, percent }) => [id, source, percent]),
      [
        ['move', 'workspace', 33],
        ['custom-to-langgraph', 'built-in', 0],
      ],
    );
  });

  it('changes only the lines of what is set', async () => {
    const cwd = newFolder({ [FILE]: PLAN });
    await casJson(['migration', 'set', 'store', '--hours', '6.5', '--status', 'done'], { cwd });
    assert.equal(read(cwd), PLAN.replace('actualHours: 5', 'actualHours: 6.5'));
    await casJson(['migration', 'set', 'store', '--completed', 'none', '--status', 'in progress', '--started', '2026-10-01'], { cwd });
    assert.match(read(cwd), /^ {4}status: in progress # at last$/m);
    assert.doesNotMatch(read(cwd), /completedDate/);
    await casJson(['migration', 'log', 'queue', '1.25', '--date', '2026-11-03', '--note', 'pairing'], { cwd });
    assert.match(read(cwd), /^ {6}- \{ hours: 1\.25, from: hand, date: 2026-11-03, note: pairing \}$/m);
    const shown = await casJson<FeatureView>(['migration', 'show', 'queue'], { cwd });
    assert.deepEqual(shown.hours, { planned: 4, actual: 1.25, state: 'under' });
    await casJson(['migration', 'add', 'Try it', '--phase', 'two', '--estimate', '2', '--needs', 'screen'], { cwd });
    assert.equal((await casJson<FeatureView>(['migration', 'show', 'try-it'], { cwd })).phase, 'two');
  });

  it('writes the time of a clock down that outlived its process', async () => {
    const cwd = newFolder({ [FILE]: PLAN });
    const started = await casJson<{ readonly feature: FeatureView }>(['migration', 'start', 'queue'], { cwd });
    assert.equal(started.feature.state, 'in progress');
    assert.ok(started.feature.clockAt !== null);
    assertCode(await cas(['migration', 'start', 'queue'], { cwd }), 1);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const stopped = await casJson<{ readonly feature: FeatureView }>(['migration', 'stop', 'queue'], { cwd });
    assert.equal(stopped.feature.clockAt, null);
    assert.match(read(cwd), /- \{ hours: 0\.00\d, from: clock, date: \d{4}-\d\d-\d\d, since: "?\d{4}-\d\d-\d\dT[\d:]+Z"? \}/);
    assertCode(await cas(['migration', 'stop', 'queue'], { cwd }), 2);
  });

  it('writes the working time of a run for a feature down, once', async () => {
    const cwd = sampleRepository({
      [FILE]: PLAN,
      'package.json': JSON.stringify({ name: 'sample', version: '1.0.0', scripts: { test: 'node wait.cjs' } }),
      'wait.cjs': 'setTimeout(() => {}, 4000);\n',
      '.cas/workflows/slow.cas.json': JSON.stringify({ name: 'slow', steps: [{ key: 'test', agent: 'tester', action: 'tests.run' }] }),
    });
    const ended = await cas(['workflow', 'run', 'slow', '--tag', 'feature:move/queue', '--allow-unsandboxed', '--json'], { cwd });
    const [run] = await casJson<readonly RunSummary[]>(['workflow', 'status'], { cwd });
    const { entries } = await casJson<FeatureView>(['migration', 'show', 'queue'], { cwd });
    assert.deepEqual(
      entries.map(({ from, run: id }) => [from, id]),
      [['run', run?.id]],
      ended.stdout.slice(-2_000),
    );
    const [entry] = entries;
    const wholeHours = ((run?.endedAt ?? 0) - (run?.createdAt ?? 0)) / 3_600_000;
    assert.ok(entry && entry.hours >= 0.001 && entry.hours <= wholeHours + 0.0005, `${entry?.hours} of ${wholeHours}`);
  });

  it('says every problem of a broken file with its place, keeps it as it is, and exits with 3', async () => {
    const cwd = newFolder({ [FILE]: PLAN.replace('status: done', 'status: don').replace('[queue]', '[queu]') });
    const before = read(cwd);
    const checked = await cas(['migration', 'validate'], { cwd });
    assertCode(checked, 3);
    assert.match(checked.stdout, /^\.cas\/migrations\/move\.yaml:16:13 error .*Did you mean `done`\? \(migration\.type\)$/m);
    assert.match(checked.stdout, /^\.cas\/migrations\/move\.yaml:28:20 error .*Did you mean `queue`\? \(migration\.unknownFeature\)$/m);
    assertCode(await cas(['migration', 'status'], { cwd }), 3);
    assertCode(await cas(['migration', 'set', 'store', '--hours', '1'], { cwd }), 3);
    assert.equal(read(cwd), before);
    const [json] = jsonLines(await cas(['migration', 'validate', 'move', '--json'], { cwd }));
    assert.equal(json?.['ok'], false);
  });

  it('refuses what does not exist or makes no sense, and names the nearest', async () => {
    const cwd = newFolder({ [FILE]: PLAN });
    const unknown = await cas(['migration', 'set', 'stor', '--status', 'done'], { cwd });
    assertCode(unknown, 2);
    assert.match(unknown.stderr, /Did you mean `store`/);
    assertCode(await cas(['migration', 'status', 'mvoe'], { cwd }), 2);
    assertCode(await cas(['migration', 'set', 'store', '--status', 'nearly'], { cwd }), 2);
    assertCode(await cas(['migration', 'set', 'store', '--hours', 'many'], { cwd }), 2);
    assertCode(await cas(['migration', 'set', 'store'], { cwd }), 2);
    assertCode(await cas(['migration', 'set', 'state-store', '--plan', 'custom-to-langgraph', '--status', 'done'], { cwd }), 1);
    assertCode(await cas(['migration', 'set', 'screen', '--completed', '2026-02-30'], { cwd }), 1);
    assert.equal(read(cwd), PLAN);
  });

  it('writes a delivery, a migration from an audit of the repository, and a copy of the one that comes with it', async () => {
    const cwd = sampleRepository({
      'src/deep/one.js': "import { same } from '../plain.js';\nexport const one = same(1);\n",
      'src/deep/two.js': '// TODO: finish this\nexport const two = 2;\n',
    });
    await casJson(['migration', 'new', 'Log in', '--piece', 'Form', '--piece', 'Session'], { cwd });
    assertCode(await cas(['migration', 'validate', 'log-in'], { cwd }), 0);
    assertCode(await cas(['migration', 'new', 'Log in'], { cwd }), 1);
    const made = await casJson<{ readonly file: string }>(
      ['migration', 'new', 'Off JavaScript', '--template', 'migration', '--from', 'JavaScript', '--to', 'TypeScript'],
      { cwd },
    );
    const text = readFileSync(made.file, 'utf8');
    assert.match(text, /src\/deep\/two\.js:1 TODO: finish this/);
    const view = await casJson<MigrationView>(['migration', 'status', 'off-javascript'], { cwd });
    assert.deepEqual(view.problems, []);
    assert.equal(view.figures?.phases.length, 6);
    assert.equal(view.figures.hours.planned, null);
    assertCode(await cas(['migration', 'new', 'X', '--template', 'migration'], { cwd }), 2);
    await casJson(['migration', 'new', 'Ours', '--copy', 'custom-to-langgraph'], { cwd });
    const copy = await casJson<MigrationView>(['migration', 'status', 'ours'], { cwd });
    assert.deepEqual(
      copy.figures?.phases.map(({ name, hours }) => [name, hours.planned]),
      [
        ['Core Infrastructure', 10],
        ['Task Management', 5],
        ['State Management', 3],
        ['Observability', null],
        ['Agent Management', null],
      ],
    );
  });

  it('takes the statuses of the plan that comes with it from the probes', async () => {
    const cwd = newFolder();
    const before = await casJson<MigrationView>(['migration', 'status'], { cwd });
    assert.equal(before.measuredAt, null);
    assert.deepEqual([...new Set(before.figures?.features.map(({ status }) => status))], ['unknown']);
    assertCode(await cas(['parity', '--json'], { cwd }), 0);
    const after = await casJson<MigrationView>(['migration', 'status'], { cwd });
    assert.ok(after.measuredAt !== null);
    assert.deepEqual(after.figures?.progress, { done: 24, total: 24, percent: 100, hours: null });
    assert.deepEqual(after.figures.parity, { equal: 24, of: 24 });
  });
});
