// `cas workflow run` and `resume`: starts or continues a run, follows it live, and says what came of it.

import { isAbort } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { askDecision } from '#cli/ask.ts';
import { exitCodeOfRun, exitCodes } from '#cli/exitCodes.ts';
import { followRun } from '#cli/printers/liveTree.ts';
import { printOutcome } from '#cli/printers/outcome.ts';
import type { Session } from '#cli/workspace.ts';
import { DisposableStore } from '#base/disposable.ts';
import type { CoreEvent } from '#protocol/api.ts';
import type { RunMode } from '#protocol/runEvents.ts';
import type { DecisionView, RunStatus, RunView } from '#protocol/runView.ts';

export interface RunRequest {
  readonly workflow: string;
  readonly inputs: JsonObject;
  readonly mode: RunMode;
  readonly title?: string;
  readonly idempotencyKey?: string;
}

/** Ids a person can type on a second terminal are printed first, so that the run can be steered from there. */
export async function runWorkflow(session: Session, request: RunRequest, signal: AbortSignal): Promise<number> {
  const follower = new Follower(session, signal);
  try {
    const { runId } = await session.api.call('runs.start', request);
    return await follower.until(runId);
  } finally {
    follower.dispose();
  }
}

export async function resumeRun(session: Session, id: string, signal: AbortSignal): Promise<number> {
  const follower = new Follower(session, signal);
  try {
    const run = await session.api.call('runs.get', id);
    await session.api.call('runs.resume', run.id);
    return await follower.until(run.id);
  } finally {
    follower.dispose();
  }
}

const finished: ReadonlySet<RunStatus> = new Set(['completed', 'partial', 'failed', 'cancelled']);

/** Subscribes before the run starts, so no event is missed; events of a run not yet known are held. */
class Follower {
  readonly #session: Session;
  readonly #signal: AbortSignal;
  readonly #resources = new DisposableStore();
  readonly #asked = new Set<string>();
  #held: CoreEvent[] | null = [];
  #runId = '';
  #wake: () => void = () => {};
  #changed = true;

  constructor(session: Session, signal: AbortSignal) {
    this.#session = session;
    this.#signal = signal;
    this.#resources.add(session.api.subscribe((event) => this.#receive(event)));
    const onAbort = (): void => this.#wake();
    signal.addEventListener('abort', onAbort);
  }

  async until(runId: string): Promise<number> {
    const { api, output } = this.#session;
    this.#runId = runId;
    const follower = this.#resources.add(followRun(output));
    if (!output.json) {
      const run = await api.call('runs.get', runId);
      output.line(`${output.style('bold', run.title)}  ${output.style('gray', `${run.workflow} · ${run.mode} · ${runId}`)}\n`);
    }
    this.#onSignal = (signal) => follower.signal(signal);
    const held = this.#held ?? [];
    this.#held = null;
    held.forEach((event) => this.#receive(event));
    for (;;) {
      if (this.#signal.aborted) return await this.#interrupted(runId);
      this.#changed = false;
      const run = await api.call('runs.get', runId);
      follower.show(run);
      if (finished.has(run.status)) {
        follower.dispose();
        await printOutcome(this.#session, run);
        return exitCodeOfRun(run.status);
      }
      const waiting = await this.#waitingCode(run, () => follower.suspend());
      if (waiting !== null) return waiting;
      if (!this.#changed) await this.#nextChange();
    }
  }

  dispose(): void {
    this.#resources.dispose();
  }

  #onSignal: (signal: Extract<CoreEvent, { kind: 'signal' }>['signal']) => void = () => {};

  #receive(event: CoreEvent): void {
    if (event.kind === 'changed') return;
    if (this.#held !== null) {
      this.#held.push(event);
      return;
    }
    const runId = event.kind === 'run' ? event.event.runId : event.runId;
    if (runId !== this.#runId) return;
    if (event.kind === 'run') {
      if (this.#session.output.json) this.#session.output.value(event.event);
      this.#changed = true;
      this.#wake();
    } else this.#onSignal(event.signal);
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#changed || this.#signal.aborted) resolve();
    });
  }

  /** Asks on a terminal. Elsewhere, when nothing but decisions is left, the run is left waiting and the code says so. */
  async #waitingCode(run: RunView, suspend: () => void): Promise<number | null> {
    const open = run.decisions.filter((decision) => !this.#asked.has(decision.id));
    const { output, api } = this.#session;
    if (output.interactive) {
      for (const decision of open) {
        this.#asked.add(decision.id);
        suspend();
        const answer = await this.#ask(decision);
        if (answer === null) return null;
        await api.call('runs.decide', { id: run.id, decisionId: decision.id, ...answer });
      }
      return null;
    }
    if (run.status === 'paused' || (run.decisions.length > 0 && !anyRunning(run))) {
      for (const decision of run.decisions)
        output.note(
          `${run.id} waits for you: ${decision.title}\n  cas workflow decide ${run.id} ${decision.options.map((o) => o.id).join('|')}`,
        );
      if (run.status === 'paused') output.note(`${run.id} is paused. Go on with: cas workflow resume ${run.id}`);
      return exitCodes.waiting;
    }
    return null;
  }

  async #ask(decision: DecisionView): Promise<{ choice: string; reason: string } | null> {
    try {
      return await askDecision(decision, this.#signal);
    } catch (error) {
      if (isAbort(error)) return null;
      throw error;
    }
  }

  /** Ctrl-C: nothing more starts, work in flight is stopped by close(), and the run can go on later. */
  async #interrupted(runId: string): Promise<number> {
    const { api, output } = this.#session;
    await api.call('runs.pause', { id: runId, reason: 'stopped with Ctrl-C' });
    this.#resources.dispose();
    output.note(`\nStopped. What was recorded stays. Go on with:\n  cas workflow resume ${runId}${resumeHint(this.#session)}`);
    return exitCodes.interrupted;
  }
}

function resumeHint({ root }: Session): string {
  return root === process.cwd() ? '' : ` --workspace ${JSON.stringify(root)}`;
}

function anyRunning(run: RunView): boolean {
  const busy = (steps: RunView['steps']): boolean =>
    steps.some((step) =>
      step.children.length > 0 ? busy(step.children) : ['queued', 'assigned', 'running', 'retrying'].includes(step.status),
    );
  return busy(run.steps);
}
