// Which tasks a run that ends leaves in the queue of dead letters, and how far each of them got.

import type { ErrorView } from '#base/errors.ts';
import type { FailureStage, RunFact } from '#protocol/runEvents.ts';
import { failedCompensations } from '#core/engine/compensation.ts';
import type { RunState, StepInstance } from '#core/engine/state.ts';

/** The task whose failure ended the run, and those that could not be undone. A gate that refused is an answer, not a fault. */
export function deadLetterFacts(state: RunState): readonly RunFact[] {
  if (!state.flags.has('v2')) return [];
  const facts: RunFact[] = [];
  const leaf = failedLeaf(state);
  if (!isCancelled(state) && leaf?.step.kind === 'task' && leaf.state.status === 'failed') {
    const { assignment, error, attempt } = leaf.state;
    facts.push({ type: 'step.deadLettered', path: leaf.path, stage: stageOf(error, assignment !== null), error, attempts: attempt });
  }
  for (const { path, error, attempt } of failedCompensations(state)) {
    facts.push({ type: 'step.deadLettered', path, stage: 'compensate', error, attempts: attempt });
  }
  return facts;
}

function isCancelled({ phase }: RunState): boolean {
  return phase.status === 'cancelling' || (phase.status === 'compensating' && phase.ends.as === 'cancelled');
}

/** The step at the bottom of the failure: composites fail because something inside them did. */
function failedLeaf(state: RunState): StepInstance | null {
  let leaf = state.root.failedBy;
  while (leaf?.body?.failedBy) leaf = leaf.body.failedBy;
  return leaf;
}

function stageOf({ code }: ErrorView, assigned: boolean): FailureStage {
  if (!assigned) return code.startsWith('agent.') ? 'assign' : 'prepare';
  if (code === 'step.timedOut') return 'timeout';
  if (code === 'step.badResult') return 'deliver';
  return code === 'workflow.template' || code === 'workflow.expression' ? 'prepare' : 'execute';
}
