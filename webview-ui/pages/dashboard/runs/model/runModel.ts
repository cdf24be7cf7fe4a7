// A run as its page shows it, folded from its events as they come. Cheap for each event; a rewind folds anew what still counts.

import type { RunEvent, RunEventOf } from '#protocol/runEvents.ts';
import type { RunStatus } from '#protocol/runView.ts';
import { countingEvents } from '#protocol/rewinds.ts';
import { RAISE_RUN } from '#protocol/spent.ts';
import { type Checkpoint, checkpointOf } from '#ui/pages/dashboard/runs/model/checkpoints.ts';
import { type Undoing, undoingsAfter } from '#ui/pages/dashboard/runs/model/compensations.ts';
import { type OutputEntry, outputOf } from '#ui/pages/dashboard/runs/model/output.ts';
import { instanceOf, type Plan, readPlan } from '#ui/pages/dashboard/runs/model/shape.ts';
import { restartsOf } from '#ui/pages/dashboard/runs/model/spans.ts';
import { Spending } from '#ui/pages/dashboard/runs/model/spending.ts';
import { Steps } from '#ui/pages/dashboard/runs/model/steps.ts';

export type Decision = RunEventOf<'decision.requested'>;

export interface Retries {
  readonly count: number;
  /** Why the last one was needed. */
  readonly reason: string;
}

/** `cancelling` and `undoing` are not states of the run, but of what is done to end it. */
export type RunNow = RunStatus | 'cancelling' | 'undoing';

/** The model at one moment: a new object for each, over parts that only grow. */
export type RunPicture = Pick<
  RunModel,
  | 'created'
  | 'plan'
  | 'events'
  | 'checkpoints'
  | 'output'
  | 'decisions'
  | 'spending'
  | 'steps'
  | 'undoings'
  | 'status'
  | 'since'
  | 'reason'
  | 'endedAt'
  | 'retries'
  | 'raises'
  | 'version'
>;

const ENDED: ReadonlySet<RunNow> = new Set(['completed', 'partial', 'failed', 'cancelled']);
export const isEnded = (status: RunNow): boolean => ENDED.has(status);

export class RunModel {
  readonly created: RunEventOf<'run.created'>;
  readonly plan: Plan;
  /** All of them, those that no longer count too. */
  readonly events: RunEvent[] = [];
  /** Oldest first. */
  readonly checkpoints: Checkpoint[] = [];
  readonly output: OutputEntry[] = [];
  readonly decisions = new Map<string, Decision>();
  readonly spending = new Spending();
  steps: Steps;
  undoings: readonly Undoing[] = [];
  status: RunNow = 'idle';
  /** When it came to stand so, epoch ms. */
  since = 0;
  /** Who paused or cancelled it, and why. */
  reason = '';
  endedAt: number | null = null;
  retries: Retries = { count: 0, reason: '' };
  /** How often a person raised the run's own budget. */
  raises = 0;

  /** `created` is the first event; `apply` takes those after it. */
  constructor(created: RunEventOf<'run.created'>) {
    this.created = created;
    this.plan = readPlan(created.definition, created.library);
    this.steps = new Steps(this.plan);
    this.apply(created);
  }

  get lastSeq(): number {
    return this.events.length;
  }

  /** Checkpoint that the run stands at. */
  get version(): number {
    return this.checkpoints.findLast((one) => !one.setAside)?.version ?? 0;
  }

  picture(): RunPicture {
    const { created, plan, events, checkpoints, output, decisions, spending, steps } = this;
    const { undoings, status, since, reason, endedAt, retries, raises, version } = this;
    return {
      created,
      plan,
      events,
      checkpoints,
      output,
      decisions,
      spending,
      steps,
      undoings,
      status,
      since,
      reason,
      endedAt,
      retries,
      raises,
      version,
    };
  }

  /** Events it has already are passed over. Throws for one that does not follow: then the run is read anew. */
  apply(event: RunEvent): void {
    if (event.seq <= this.lastSeq) return;
    if (event.seq !== this.lastSeq + 1) throw new RangeError(`Event ${event.seq} came where ${this.lastSeq + 1} is due.`);
    this.events.push(event);
    this.spending.apply(event);
    this.retries = retriesAfter(this.retries, event);
    if (event.type === 'decision.made' && event.choice === RAISE_RUN && event.by !== 'engine') this.raises += 1;
    this.output.push(...outputOf(event, (path) => this.#titleOf(path)));
    const checkpoint = checkpointOf(event);
    if (checkpoint !== null) this.checkpoints.push(checkpoint);
    if (event.type === 'run.rewound') this.#goBack();
    else this.#count(event);
  }

  #titleOf(path: string): string {
    return titleAt(this.steps, path);
  }

  #count(event: RunEvent): void {
    this.steps.apply(event);
    this.undoings = undoingsAfter(this.undoings, event);
    this.#decide(event);
    this.#standing(event);
  }

  #decide(event: RunEvent): void {
    if (event.type === 'decision.requested') this.decisions.set(event.id, event);
    else if (event.type === 'decision.made') this.decisions.delete(event.id);
    else if (event.type.startsWith('step.') && 'path' in event && this.decisions.size > 0 && event.type !== 'step.started') {
      for (const { id, path } of this.decisions.values()) if (path === event.path) this.decisions.delete(id);
    }
  }

  #standing(event: RunEvent): void {
    const status = STATUS[event.type];
    if (status === undefined) return;
    this.status = status;
    this.since = event.at;
    this.reason = 'reason' in event ? event.reason : '';
    this.endedAt = isEnded(status) ? event.at : null;
  }

  #goBack(): void {
    const counting = countingEvents<RunEvent>(this.events, 0, (event) => {
      throw new RangeError(`Event ${event.seq} goes back to before the run began.`);
    });
    this.steps = new Steps(this.plan);
    this.undoings = [];
    this.decisions.clear();
    for (const event of counting) {
      if (event.type === 'run.rewound') this.steps.reopen(event.at);
      this.#count(event);
    }
    const counts = new Set(counting.map(({ seq }) => seq));
    for (const [index, one] of this.checkpoints.entries()) this.checkpoints[index] = { ...one, setAside: !counts.has(one.seq) };
  }
}

/** A step's name, with the pass or item it is in: `Test #2`. */
export function titleAt(steps: Steps, path: string): string {
  const instance = instanceOf(path);
  const title = steps.at(path)?.title ?? path;
  return instance === '' ? title : `${title} ${instance}`;
}

const STATUS: { readonly [T in RunEvent['type']]?: RunNow } = {
  'run.created': 'idle',
  'run.parsed': 'validating',
  'run.validated': 'validating',
  'run.started': 'executing',
  'run.paused': 'paused',
  'run.resumed': 'executing',
  'run.rewound': 'paused',
  'run.cancelRequested': 'cancelling',
  'run.compensating': 'undoing',
  'run.completed': 'completed',
  'run.partial': 'partial',
  'run.failed': 'failed',
  'run.cancelled': 'cancelled',
};

function retriesAfter(before: Retries, event: RunEvent): Retries {
  if (event.type === 'step.failed' && event.retryAt !== null) return { count: before.count + 1, reason: event.error.message };
  if (event.type !== 'agent.recorded' || event.kind !== 'model') return before;
  const restarts = restartsOf(event);
  const last = restarts.at(-1);
  return last === undefined ? before : { count: before.count + restarts.length, reason: last.message };
}
