// Where the kills hit: what each run was about when its process died. A harness that never kills while a step is undone proves
// nothing about undoing.

import { replay } from '#core/engine/reduce.ts';
import type { RunState, StepInstance } from '#core/engine/state.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

const isRunning = (state: RunState, kind: StepInstance['step']['kind']): boolean =>
  Array.from(state.steps.values()).some(({ step, state: now }) => step.kind === kind && now.status === 'running');

export const moments: { readonly [moment: string]: (state: RunState) => boolean } = {
  'working on steps': ({ active }) => active.size > 0,
  'waiting for a person': ({ waiting }) => waiting > 0,
  'waiting to try again': ({ steps }) => Array.from(steps.values()).some(({ state }) => state.status === 'retrying'),
  'in a loop': (state) => isRunning(state, 'loop'),
  'in a map': (state) => isRunning(state, 'map'),
  'in a sub-workflow': (state) => isRunning(state, 'workflow'),
  paused: ({ phase }) => phase.status === 'paused',
  'undoing steps': ({ phase }) => phase.status === 'compensating',
};

/** Adds to `counts` each moment of this history at which a process died. */
export function countInterruptions(events: readonly RunEvent[], counts: Map<string, number>): void {
  for (const [index, event] of events.entries()) {
    if (event.type !== 'run.recovered') continue;
    const state = replay(events.slice(0, index));
    for (const [moment, holds] of Object.entries(moments)) if (holds(state)) counts.set(moment, (counts.get(moment) ?? 0) + 1);
    if (state.created.forkedFrom !== null && state.version > 2) counts.set('forked', (counts.get('forked') ?? 0) + 1);
    if (events[index - 1]?.type === 'run.rewound') counts.set('gone back', (counts.get('gone back') ?? 0) + 1);
  }
}
