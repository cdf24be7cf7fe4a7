// A run as people and programs see it, derived from its state alone.

import type { CompensationView, DecisionView, RunStatus, RunView, StepResultView, StepView } from '#protocol/runView.ts';
import { RAISE_RUN, raised, spentOn } from '#protocol/spent.ts';
import type { RunRow } from '#core/store/store.ts';
import { currentCompensation } from '#core/engine/compensation.ts';
import { resultsOf } from '#core/engine/facts.ts';
import { type Compensation, type RunPhase, type RunState, type StepInstance, type StepState, isEnded } from '#core/engine/state.ts';

/** O(1) however many steps there are: it is written with every append. */
export function summaryOf(state: RunState): RunRow {
  const { created, phase } = state;
  return {
    id: state.runId,
    workflow: created.workflow,
    title: created.title,
    status: state.seq === 1 ? 'idle' : statusOf(phase),
    mode: state.mode,
    runtime: created.runtime,
    createdAt: created.at,
    endedAt: isEnded(phase) ? phase.endedAt : null,
    stepsDone: state.settled,
    stepsTotal: state.steps.size,
    currentStep: currentStep(state),
    waitingDecisions: state.waiting,
    proposals: state.proposals,
    error: phase.status === 'failed' ? phase.error : null,
    version: state.version,
    lastSeq: state.seq,
    idempotencyKey: created.idempotencyKey,
    ...(created.spending?.tags && { tags: created.spending.tags }),
    ...(state.usage.length > 0 && { spent: spentOn(state.usage) }),
  };
}

export function viewOf(state: RunState): RunView {
  const { idempotencyKey: _, ...summary } = summaryOf(state);
  const { phase } = state;
  const [root] = state.root.scopes;
  return {
    ...summary,
    inputs: state.created.inputs,
    steps: stepViews(state.root.scopes.flatMap((scope) => scope.instances)),
    results: root === undefined ? {} : resultsOf(root),
    decisions: decisionViews(state),
    usage: state.usage,
    ...budgetOf(state),
    output: phase.status === 'completed' || phase.status === 'partial' ? phase.output : null,
    errors: [...state.failures],
    compensations: state.compensations.map((one) => compensationView(one)),
  };
}

function budgetOf({ created, decisions }: RunState): Pick<RunView, 'budget'> {
  const budget = created.spending?.budget;
  if (budget === undefined) return {};
  const raises = Array.from(decisions.values()).filter(({ made }) => made?.choice === RAISE_RUN && made.by !== 'engine').length;
  return { budget: { budget, limit: raised(budget, raises) } };
}

/** A run that is being cancelled or undone is still executing: how it ends is said once nothing counts any more. */
function statusOf(phase: RunPhase): RunStatus {
  return phase.status === 'cancelling' || phase.status === 'compensating' ? 'executing' : phase.status;
}

/** The task that runs longest, else the step whose decision waits longest. */
function currentStep(state: RunState): string | null {
  for (const path of state.active) return path;
  const undoing = currentCompensation(state);
  if (undoing !== undefined) return undoing.path;
  if (state.waiting === 0) return null;
  for (const decision of state.decisions.values()) if (decision.made === null) return decision.path;
  return null;
}

function compensationView({ path, action, now }: Compensation): CompensationView {
  const shownStatus = now.status === 'due' ? 'planned' : now.status === 'retrying' ? 'running' : now.status;
  const error = 'error' in now ? now.error : null;
  return { path, action, status: shownStatus, summary: now.status === 'compensated' ? now.summary : null, error };
}

function decisionViews(state: RunState): DecisionView[] {
  const views: DecisionView[] = [];
  for (const { made, ...decision } of state.decisions.values()) {
    if (made === null) views.push({ ...decision, runId: state.runId });
  }
  return views;
}

function stepViews(instances: readonly StepInstance[]): StepView[] {
  return instances.map((instance) => stepView(instance));
}

/** Steps of all passes or items of a composite stand under it in order; their paths tell which pass or item. */
function stepView(instance: StepInstance): StepView {
  const { step, path, body } = instance;
  return {
    path,
    key: step.key,
    kind: step.kind,
    title: step.name === '' ? step.key : step.name,
    action: step.kind === 'task' ? step.action : null,
    dependsOn: step.dependsOn,
    usage: instance.usage,
    children: body === null ? [] : stepViews(body.scopes.flatMap((scope) => scope.instances)),
    ...shown(instance.state),
  };
}

/** A step without its place in the tree: what two versions of a run are compared by. */
export function resultView({ state }: StepInstance): StepResultView {
  const { status, summary, error } = shown(state);
  return { status, summary, error, output: 'output' in state ? state.output : undefined };
}

type Shown = Pick<StepView, 'status' | 'agent' | 'attempt' | 'startedAt' | 'endedAt' | 'summary' | 'error' | 'reason'>;

const NOTHING = { agent: null, attempt: 0, startedAt: null, endedAt: null, summary: null, error: null, reason: null } as const;

function shown(state: StepState): Shown {
  switch (state.status) {
    case 'pending':
    case 'queued':
      return { ...NOTHING, status: state.status };
    case 'assigned':
      return { ...NOTHING, status: 'assigned', agent: state.assignment.agent };
    case 'running':
      return { ...begun(state), status: state.asks > 0 ? 'waiting' : 'running' };
    case 'retrying':
      return { ...begun(state), status: 'retrying', error: state.error };
    case 'succeeded':
      return { ...begun(state), status: 'succeeded', endedAt: state.endedAt, summary: state.summary };
    case 'failed':
      return { ...begun(state), status: 'failed', endedAt: state.endedAt, error: state.error };
    case 'skipped':
    case 'cancelled':
      return { ...NOTHING, status: state.status, endedAt: state.endedAt, reason: state.reason };
    case 'overridden':
      return { ...NOTHING, status: 'succeeded', endedAt: state.endedAt, summary: `overridden by ${state.by}`, reason: state.reason };
  }
}

function begun(state: Extract<StepState, { attempt: number; startedAt: number }>): Omit<Shown, 'status'> {
  return { ...NOTHING, agent: state.assignment?.agent ?? null, attempt: state.attempt, startedAt: state.startedAt };
}
