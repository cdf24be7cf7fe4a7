// What the killed engine works on: one workflow for each way a run can go, and how each must end.

import type { Json } from '#base/json.ts';
import type { Step, WorkflowDefinition } from '#core/workflow/definition.ts';
import type { RunStatus } from '#protocol/runView.ts';
import { chain, gate, loop, map, subWorkflow, task, workflow } from '#test/support/workflows.ts';

export interface Plan {
  readonly definition: WorkflowDefinition;
  readonly library: { readonly [name: string]: WorkflowDefinition };
  readonly status: RunStatus;
  readonly output: Json;
  /** Runs of this plan are not started: each is the only fork of a run of that one. */
  readonly forkOf: string | null;
  /** Times it goes back. */
  readonly rewinds: number;
  /** Paths that are undone, in any order. */
  readonly undone: readonly string[];
}

const undo = { compensate: { action: 'undo', with: {} } };
const flaky = { retry: { maxAttempts: 3, initialDelayMs: 30, maxDelayMs: 60 } };
const once = { library: {}, output: null, forkOf: null, rewinds: 0, undone: [] };
const line = workflow(chain('a', 'b', 'c', 'd', 'e'), { output: 'results.e' });

/** Every pattern: a fan-out, a join, a loop, a map, a sub-workflow, a retry, a gate and a question. A person pauses it at `b`. */
const mixed = workflow(
  [
    ...chain('a', 'b', 'c'),
    task('flaky', { dependsOn: ['a'], ...flaky }),
    task('never', { dependsOn: ['a'], when: 'false' }),
    gate('gate', { dependsOn: ['b'], ask: 'always' }),
    task('asks', { dependsOn: ['a'] }),
    loop('l', chain('fix', 'verify'), { dependsOn: ['b', 'never'], until: 'iteration == 2' }),
    map('m', [task('read'), task('judge', { dependsOn: ['read'], ...flaky })], { dependsOn: ['c'], over: '[1, 2, 3]', concurrency: 2 }),
    subWorkflow('sub', 'part', { dependsOn: ['flaky'] }),
    task('end', { dependsOn: ['c', 'gate', 'asks', 'l', 'm', 'sub'] }),
  ],
  { output: 'results' },
);
const part = workflow(chain('p', 'q'), { name: 'part', output: 'results.q' });

export const plans: { readonly [name: string]: Plan } = {
  mixed: {
    ...once,
    definition: mixed,
    library: { part },
    status: 'completed',
    output: {
      ...Object.fromEntries(['a', 'b', 'c', 'flaky', 'end'].map((key) => [key, key])),
      never: null,
      gate: { passed: true, by: 'person', reason: 'looks right' },
      asks: 'yes',
      l: { iterations: 2, passed: true, last: { fix: 'l#2/fix', verify: 'l#2/verify' } },
      m: [0, 1, 2].map((index) => ({ read: `m[${index}]/read`, judge: `m[${index}]/judge` })),
      sub: 'sub/q',
    },
  },
  /** Fails when half of it is done, and is undone. */
  failing: {
    ...once,
    definition: workflow([
      ...chain('a', 'b', 'c').map((step) => ({ ...step, ...undo, ...flaky })),
      map('m', [task('e', undo)], { dependsOn: ['b'], over: '[1, 2, 3]', concurrency: 2 }),
      task('bad', { dependsOn: ['c', 'm'] }),
    ]),
    status: 'failed',
    undone: ['a', 'b', 'c', 'm[0]/e', 'm[1]/e', 'm[2]/e'],
  },
  /** Goes back to its second version once it has ended. */
  rewound: {
    ...once,
    definition: line,
    status: 'completed',
    output: 'e',
    rewinds: 1,
  },
  /** Begins where the one that went back has two versions: that counts as going back, in its history. */
  forked: { ...once, definition: line, status: 'completed', output: 'e', forkOf: 'rewound', rewinds: 1 },
  /** Is cancelled at `endless`, and undone. */
  cancelled: {
    ...once,
    definition: workflow([task('a', undo), task('b', { ...undo, dependsOn: ['a'] }), task('endless', { dependsOn: ['b'] })]),
    status: 'cancelled',
    undone: ['a', 'b'],
  },
};

/** What the step at `path` waits for. */
export function dependenciesOf(plan: Plan, path: string): readonly string[] {
  const [, prefix = '', key = ''] = /^(.*\/)?([^/]+)$/.exec(path) ?? [];
  return (
    stepNamed(
      key,
      [plan.definition, ...Object.values(plan.library)].flatMap(({ steps }) => steps),
    )?.dependsOn ?? []
  ).map((dependency) => prefix + dependency);
}

function stepNamed(key: string, steps: readonly Step[]): Step | undefined {
  for (const step of steps) {
    const found = step.key === key ? step : step.kind === 'loop' || step.kind === 'map' ? stepNamed(key, step.steps) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
