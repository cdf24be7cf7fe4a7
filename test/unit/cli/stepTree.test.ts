import assert from 'node:assert/strict';
import { padEnd, printable, table, truncate, widthOf } from '#cli/printers/format.ts';
import { renderLine, renderTree } from '#cli/printers/stepTree.ts';
import type { RunView, StepStatus, StepView } from '#protocol/runView.ts';

const plain = (columns: number): { columns: number; style: (format: unknown, text: string) => string } => ({
  columns,
  style: (_, text) => text,
});

interface StepSpec extends Partial<Omit<StepView, 'children'>> {
  readonly path: string;
  readonly children?: readonly StepView[];
}

function step(spec: StepSpec): StepView {
  const key = /([^/#[]+)(?:[#[][^/]*)?$/.exec(spec.path)?.[1] ?? spec.path;
  return {
    key,
    kind: 'task',
    title: key,
    status: 'succeeded',
    agent: 'analyst',
    action: null,
    attempt: 1,
    startedAt: 0,
    endedAt: 1_500,
    summary: 'done',
    error: null,
    reason: null,
    dependsOn: [],
    usage: [],
    children: [],
    ...spec,
  };
}

const tree = (
  steps: readonly StepView[],
  options: { columns?: number; live?: boolean; fold?: boolean; progress?: Map<string, string> } = {},
): readonly string[] =>
  renderTree({ steps } as unknown as RunView, {
    output: plain(options.columns ?? 100),
    now: 10_000,
    live: options.live ?? false,
    fold: options.fold ?? false,
    progress: options.progress ?? new Map(),
  });

const item = (n: number, status: StepStatus): StepView => step({ path: `each[${n}]/scan`, title: 'Scan', status });

describe('the step tree', () => {
  it('says what is done, what runs and for how long, what waits, and why something did not run', () => {
    const rows = tree(
      [
        step({ path: 'a', title: 'Look', summary: '3 files' }),
        step({ path: 'b', title: 'Check', status: 'running', endedAt: null, startedAt: 4_000 }),
        step({ path: 'c', title: 'Ask', status: 'waiting', agent: null, endedAt: null, startedAt: 9_000 }),
        step({
          path: 'd',
          title: 'Tests',
          status: 'skipped',
          agent: null,
          startedAt: null,
          reason: 'condition is false: results.d.tool != null',
        }),
        step({ path: 'e', title: 'Lint', status: 'failed', error: { code: 'x', message: 'it\n broke', retryable: false, details: {} } }),
        step({ path: 'f', title: 'Later', status: 'pending', agent: null, startedAt: null, summary: null }),
      ],
      { live: true, progress: new Map([['b', 'Reading files 3/9']]) },
    );
    assert.deepEqual(rows, [
      '✔ Look      analyst        1.5 s  3 files',
      '⠴ Check     analyst        6.0 s  Reading files 3/9',
      '? Ask                      1.0 s  waits for you',
      '– Tests                           skipped: `d` found no tool',
      '✖ Lint      analyst        1.5 s  it broke',
      '○ Later',
    ]);
  });

  it('shows what was running when the person left as not finished', () => {
    const running = step({ path: 'b', title: 'Check', status: 'running', endedAt: null, startedAt: 4_000, summary: null });
    const options = { output: plain(100), now: 10_000, live: false, fold: false, progress: new Map<string, string>() };
    const drawn = (stopped: boolean) => renderTree({ steps: [running] } as unknown as RunView, { ...options, stopped });
    assert.deepEqual(drawn(true), ['◌ Check     analyst        6.0 s  not finished']);
    assert.deepEqual(drawn(false), ['● Check     analyst        6.0 s']);
  });

  it('puts the passes of a loop under headings, unless there is but one', () => {
    const pass = (n: number): readonly StepView[] => [step({ path: `fix#${n}/draft` }), step({ path: `fix#${n}/verify` })];
    const loop = (children: readonly StepView[]): readonly string[] =>
      tree([step({ path: 'fix', kind: 'loop', children })]).map((row) => row.slice(0, 12).trimEnd());
    assert.deepEqual(loop(pass(1)), ['✔ fix', '  ✔ draft', '  ✔ verify']);
    assert.deepEqual(loop([...pass(1), ...pass(2)]), [
      '✔ fix',
      '  pass 1',
      '    ✔ draft',
      '    ✔ verify',
      '  pass 2',
      '    ✔ draft',
      '    ✔ verify',
    ]);
  });

  it('names the item of a mapped step', () => {
    const rows = tree([step({ path: 'each', kind: 'map', children: [item(0, 'succeeded'), item(1, 'running')] })]);
    assert.deepEqual(
      rows.map((row) => row.slice(0, 18).trimEnd()),
      ['✔ each', '  ✔ Scan · item 1', '  ● Scan · item 2'],
    );
  });

  it('folds many items to what runs, failed or was last done', () => {
    const children = Array.from({ length: 5_000 }, (_, n) =>
      item(n, n === 40 ? 'failed' : n < 1_000 ? 'succeeded' : n < 1_002 ? 'running' : 'pending'),
    );
    const rows = tree([step({ path: 'each', kind: 'map', children })], { fold: true }).map((row) => row.slice(0, 21).trimEnd());
    assert.deepEqual(rows, [
      '✔ each',
      '  … 37 done',
      '  ✔ Scan · item 38',
      '  ✔ Scan · item 39',
      '  ✔ Scan · item 40',
      '  ✖ Scan · item 41',
      '  … 956 done',
      '  ✔ Scan · item 998',
      '  ✔ Scan · item 999',
      '  ✔ Scan · item 1000',
      '  ● Scan · item 1001',
      '  ● Scan · item 1002',
      '  … 3998 to come',
    ]);
  });

  it('never writes a row wider than the terminal, wide characters counted', () => {
    const steps = [
      step({ path: 'a', title: '日本語のとても長いステップの名前です、本当に長い', summary: '👩‍👩‍👧 '.repeat(60) }),
      step({ path: 'b', title: 'x'.repeat(200) }),
    ];
    for (const columns of [24, 40, 71, 72, 80, 200]) {
      for (const row of tree(steps, { columns })) assert.ok(widthOf(row) <= columns, `${columns}: ${row}`);
    }
  });

  it('writes a plain log line with the whole path and nothing cut', () => {
    const line = renderLine(step({ path: 'repair#2/a-very-long-step-name-indeed/verify', summary: 's'.repeat(300) }), {
      output: plain(Infinity),
      now: 0,
    });
    assert.match(line, /^✔ repair#2\/a-very-long-step-name-indeed\/verify {2}analyst +1\.5 s {2}s{300}$/);
  });

  it('lets no control character of a name or a summary through', () => {
    const [row = ''] = tree([step({ path: 'a', title: '\u001b[2Jx\u202e', summary: 'a\u0007b' })]);
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(row, /[\u0000-\u001f\u202e]/);
  });
});

describe('text in columns', () => {
  it('cuts at the column, not in the middle of a character', () => {
    assert.deepEqual(
      ['hello', 'hello!', '日本語', '👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧'].map((text) => truncate(text, 5)),
      ['hello', 'hell…', '日本…', '👩‍👩‍👧👩‍👩‍👧…'],
    );
    assert.equal(truncate('abc', 0), '');
  });

  it('lines columns up by what is seen', () => {
    assert.deepEqual(
      table(
        [
          ['日本', 'a'],
          ['x', 'b'],
        ],
        80,
      ),
      ['日本  a', 'x     b'],
    );
    assert.equal(padEnd('\u001b[31mred\u001b[39m', 5), '\u001b[31mred\u001b[39m  ');
  });

  it('shows control characters as what they are', () => {
    assert.equal(printable('a\u001b[31mb\tc\nd\u202ee'), 'a\ufffd[31mb\tc\nd\ufffde');
  });
});
