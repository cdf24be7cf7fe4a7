// Lets LangGraph drive a run: each piece of work that may begin is a task of a superstep; the last to come back takes the
// run's turns and says what the next superstep is.
//
// Truth stays in the run's events. The graph's checkpoint says only where the scheduler stood; after a crash the work it
// names begins again only where the recorded events still ask for it.

import type { DrivenRun, RunDriver } from '#core/engine/runDriver.ts';
import { hasEnded } from '#core/engine/reduce.ts';
import type { Schedule, ScheduleGraph, ScheduleNodes } from '#core/runtimes/langgraph/scheduleGraph.ts';
import { Latch } from '#core/runtimes/langgraph/latch.ts';

export interface GraphDriverOptions {
  /** Loads LangGraph on first use. */
  readonly graph: () => Promise<ScheduleGraph>;
  /** Called once, when it has come to rest. `ended`: the run will never be driven again. */
  onRest(ended: boolean): Promise<void>;
}

export class GraphDriver implements RunDriver, ScheduleNodes {
  readonly #run: DrivenRun;
  readonly #options: GraphDriverOptions;
  readonly #ready = new Map<string, () => void>();
  /** Raised when the run wants turns. */
  readonly #wanted = new Latch();
  #invocation: Promise<void> | null = null;
  #rest: Promise<void> | null = null;
  #invoked = false;
  #turns: Promise<boolean> = Promise.resolve(true);
  /** Takes what the turns under way will make ready; null once they have ended or it was told. */
  #foreseen: ((paths: readonly string[]) => void) | null = null;
  /** Tasks of this superstep that have not come back. */
  #working = 0;
  /** The superstep whose end was scheduled last. */
  #scheduledIn = -1;

  constructor(run: DrivenRun, options: GraphDriverOptions) {
    this.#run = run;
    this.#options = options;
  }

  wake(): void {
    this.#wanted.raise();
    if (this.#rest === null) this.#invocation ??= this.#invoke();
  }

  foresee(paths: readonly string[]): void {
    this.#foreseen?.(paths);
  }

  ready(path: string, begin: () => void): void {
    this.#ready.set(path, begin);
  }

  close(): Promise<void> {
    this.#wanted.raise();
    this.#rest ??= (this.#invocation ?? Promise.resolve()).then(() => this.#options.onRest(hasEnded(this.#run.state)));
    return this.#rest;
  }

  async sched(): Promise<Schedule> {
    for (;;) {
      let outcome: boolean | readonly string[];
      do {
        this.#wanted.clear();
        outcome = await this.#takeTurns();
      } while (outcome === true && this.#wanted.raised && this.#ready.size === 0);
      if (outcome === false) return this.#schedule([]);
      const begin = outcome === true ? [...this.#ready.keys()] : outcome;
      if (begin.length > 0 || this.#run.state.active.size === 0) return this.#schedule(begin);
      await this.#wanted.wait();
    }
  }

  /**
   * Whether the run goes on, after all its turns; or before they have ended what they will make ready: the checkpoint that names
   * it is then stored by the same commit as the events that led to it.
   */
  #takeTurns(): Promise<boolean | readonly string[]> {
    return new Promise((resolve) => {
      this.#foreseen = (paths) => {
        this.#foreseen = null;
        resolve([...new Set([...this.#ready.keys(), ...paths])]);
      };
      this.#turns = this.#run.takeTurns();
      void this.#turns.then((open) => {
        this.#foreseen = null;
        resolve(open);
      });
    });
  }

  #schedule(begin: readonly string[]): Schedule {
    const { seq, version } = this.#run.state;
    this.#working = begin.length;
    return { at: { seq, version }, begin };
  }

  /**
   * A superstep ends when anything has come in, so a slow step holds up no other: it goes on working, and the scheduler waits
   * for it. A step that nothing recorded asks for any more (its outcome is stored, or it was overtaken) does nothing.
   */
  async step(path: string, superstep: number): Promise<Schedule | null> {
    // What was foreseen is ready once it is durable.
    await this.#turns;
    const begin = this.#ready.get(path);
    if (begin !== undefined) {
      this.#ready.delete(path);
      begin();
      await this.#wanted.wait();
    }
    this.#working -= 1;
    // After a crash the number of steps is not known: then the first to come schedules, and no other of its superstep.
    if (this.#working > 0 || this.#scheduledIn === superstep) return null;
    this.#scheduledIn = superstep;
    return this.sched();
  }

  /** The graph ends when nothing works and nothing may begin: a run that waits for a person or a timer costs nothing. */
  async #invoke(): Promise<void> {
    try {
      const graph = await this.#options.graph();
      const { runId } = this.#run.state;
      while (this.#rest === null && this.#wanted.raised) {
        const { seq, version } = this.#run.state;
        const unfinished = !this.#invoked && (await graph.isUnfinished(runId));
        this.#invoked = true;
        await graph.invoke(runId, unfinished ? null : { seq, version });
      }
    } catch (error) {
      this.#run.giveUp(error);
    } finally {
      this.#invocation = null;
    }
  }
}
