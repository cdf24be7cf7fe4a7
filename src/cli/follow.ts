// Follows a run to its end, its decision or Ctrl-C. Events only say "look again": what is shown and printed is read from
// the store, so nothing is missed or shown twice, also when the process that owned the workspace ends meanwhile.

import { isAbort, hasCode } from '#base/errors.ts';
import { type Disposable, DisposableStore } from '#base/disposable.ts';
import { askDecision } from '#cli/ask.ts';
import { exitCodeOfRun, exitCodes } from '#cli/exitCodes.ts';
import { printOutcome } from '#cli/printers/outcome.ts';
import { createRunPrinter, type RunPrinter } from '#cli/printers/runPrinter.ts';
import { howToDecide } from '#cli/printers/waiting.ts';
import type { Session } from '#cli/session.ts';
import type { CoreEvent } from '#protocol/api.ts';
import { isBudgetWarning } from '#protocol/budgetWarning.ts';
import type { RunMode } from '#protocol/runEvents.ts';
import type { DecisionView, RunStatus, RunView } from '#protocol/runView.ts';

export interface FollowRequest {
  readonly runId: string;
  /** Events after this one are printed. */
  readonly fromSeq: number;
  /** The run may lie still since its process ended: make it go on. */
  readonly wake: boolean;
  readonly mode: RunMode;
}

/** Returns the exit code. */
export async function followRun(session: Session, request: FollowRequest): Promise<number> {
  const following = new Following(session, request);
  try {
    return await following.toTheEnd();
  } finally {
    following.dispose();
  }
}

const finished: ReadonlySet<RunStatus> = new Set(['completed', 'partial', 'failed', 'cancelled']);
/** Many events at once are one look. In ms. */
const PAUSE_MS = 40;
const PAGE = 1_000;

class Following implements Disposable {
  readonly #session: Session;
  readonly #request: FollowRequest;
  readonly #startedAt = Date.now();
  readonly #resources = new DisposableStore();
  readonly #printer: RunPrinter;
  #seq: number;
  #mayLieStill: boolean;
  #changed = true;
  #wake: () => void = () => {};

  constructor(session: Session, request: FollowRequest) {
    this.#session = session;
    this.#request = request;
    this.#seq = request.fromSeq;
    this.#mayLieStill = request.wake;
    this.#printer = this.#resources.add(createRunPrinter(session.output));
    this.#resources.add(session.api.subscribe((event) => this.#receive(event)));
    session.signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  async toTheEnd(): Promise<number> {
    for (let first = true; ; first = false) {
      if (this.#session.signal.aborted) return this.#interrupted();
      this.#changed = false;
      const run = await this.#look();
      if (first) this.#printer.begin(run);
      this.#printer.show(run);
      if (finished.has(run.status)) {
        this.#printer.dispose();
        await printOutcome(this.#session, run, { since: this.#request.fromSeq === 0 ? run.createdAt : this.#startedAt });
        return exitCodeOfRun(run.status);
      }
      if (await this.#waitsForGood(run)) return exitCodes.waiting;
      await this.#nextChange();
    }
  }

  dispose(): void {
    this.#resources.dispose();
  }

  #receive(event: CoreEvent): void {
    if (event.kind === 'signal') {
      if (event.runId === this.#request.runId) this.#printer.signal(event.signal);
      return;
    }
    // "The list of runs changed" is what a session says after its owner was lost: our run may have stopped with it.
    if (event.kind === 'changed' && event.what === 'runs') this.#mayLieStill = true;
    else if (event.kind === 'changed' || event.event.runId !== this.#request.runId) return;
    if (event.kind === 'run' && isBudgetWarning(event.event)) this.#printer.warn(event.event.title);
    this.#changed = true;
    this.#wake();
  }

  /** The run now; with --json its new events are printed first. */
  async #look(): Promise<RunView> {
    const { api, output } = this.#session;
    const { runId } = this.#request;
    let run = await api.call('runs.get', runId);
    if (this.#mayLieStill && !finished.has(run.status) && run.status !== 'paused') {
      if (await this.#makeItGoOn()) this.#mayLieStill = false;
      run = await api.call('runs.get', runId);
    }
    if (output.json) {
      for (let more = true; more;) {
        const events = await api.call('runs.events', { id: runId, afterSeq: this.#seq, limit: PAGE });
        events.forEach((event) => output.value(event));
        this.#seq = events.at(-1)?.seq ?? this.#seq;
        more = events.length === PAGE;
      }
    }
    return run;
  }

  /** Does nothing to a run that is worked on. False when the owner is changing again. */
  async #makeItGoOn(): Promise<boolean> {
    try {
      await this.#session.api.call('runs.resume', this.#request.runId);
      return true;
    } catch (error) {
      if (hasCode(error, 'owner.gone')) return false;
      if (hasCode(error, 'run.finished')) return true;
      throw error;
    }
  }

  async #nextChange(): Promise<void> {
    if (!this.#changed && !this.#session.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (!this.#session.signal.aborted) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }

  /** Asks on a terminal. True when the run goes no further here: it waits for a person who is not, or it is paused. */
  async #waitsForGood(run: RunView): Promise<boolean> {
    const { output, command } = this.#session;
    if (run.status !== 'paused' && output.interactive) {
      for (const decision of run.decisions) {
        if (!(await this.#ask(decision))) break;
      }
      if (this.#session.signal.aborted || this.#changed || run.decisions.length === 0) return false;
    }
    if ((run.status !== 'paused' && run.decisions.length === 0) || anyRunning(run)) return false;
    this.#printer.dispose();
    for (const decision of run.decisions) output.note(howToDecide(this.#session, decision));
    if (run.status === 'paused') output.note(`${run.id} is paused. Go on with: ${command(`workflow resume ${run.id}`)}`);
    return true;
  }

  /** False when the person left without an answer (Ctrl-C, Ctrl-D). */
  async #ask(decision: DecisionView): Promise<boolean> {
    this.#printer.suspend();
    try {
      const answer = await askDecision(decision, this.#session.signal);
      if (answer === null) return false;
      await this.#session.api.call('runs.decide', { id: decision.runId, decisionId: decision.id, ...answer });
    } catch (error) {
      if (isAbort(error)) return false;
      // Somebody else answered first, in the editor or on another terminal.
      if (!hasCode(error, 'decision.notFound')) throw error;
    }
    this.#changed = true;
    return true;
  }

  /** Ctrl-C: nothing more starts, work in flight is stopped when the workspace closes, and the run can go on later. */
  async #interrupted(): Promise<number> {
    const { api, output, command } = this.#session;
    const { runId, mode } = this.#request;
    this.#printer.stop();
    if (mode === 'dry-run') {
      output.note('\nStopped. A dry run leaves nothing behind.');
      return exitCodes.interrupted;
    }
    try {
      await api.call('runs.pause', { id: runId, reason: 'stopped with Ctrl-C' });
    } catch (error) {
      if (!hasCode(error, 'run.finished')) throw error;
      const run = await api.call('runs.get', runId);
      await printOutcome(this.#session, run, { since: this.#startedAt });
      return exitCodeOfRun(run.status);
    }
    output.note(`\nStopped. What was recorded stays. Go on with:\n  ${command(`workflow resume ${runId}`)}`);
    return exitCodes.interrupted;
  }
}

function anyRunning(run: RunView): boolean {
  const busy = (steps: RunView['steps']): boolean =>
    steps.some((step) =>
      step.children.length > 0 ? busy(step.children) : ['queued', 'assigned', 'running', 'retrying'].includes(step.status),
    );
  return run.status === 'paused' ? inFlight(run.steps) : busy(run.steps);
}

/** A paused run starts nothing that is queued; what has started finishes. */
function inFlight(steps: RunView['steps']): boolean {
  return steps.some((step) => (step.children.length > 0 ? inFlight(step.children) : step.status === 'running'));
}
