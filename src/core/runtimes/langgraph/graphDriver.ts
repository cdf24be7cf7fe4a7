// Lets LangGraph drive a run: its `sched` node takes the run's turns, one `step` node a piece of work that may begin.
//
// Truth stays in the run's events. The graph's checkpoint says only where the scheduler stood; after a crash the work it
// names begins again only where the recorded events still ask for it.

import type { DrivenRun, RunDriver } from '#core/engine/runDriver.ts';
import { hasEnded } from '#core/engine/reduce.ts';
import type { ScheduleGraph, ScheduleNodes, SchedulePosition } from '#core/runtimes/langgraph/scheduleGraph.ts';
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

  constructor(run: DrivenRun, options: GraphDriverOptions) {
    this.#run = run;
    this.#options = options;
  }

  wake(): void {
    this.#wanted.raise();
    if (this.#rest === null) this.#invocation ??= this.#invoke();
  }

  ready(path: string, begin: () => void): void {
    this.#ready.set(path, begin);
  }

  close(): Promise<void> {
    this.#wanted.raise();
    this.#rest ??= (this.#invocation ?? Promise.resolve()).then(() => this.#options.onRest(hasEnded(this.#run.state)));
    return this.#rest;
  }

  /** A superstep ends when anything has come in, so a slow step holds up no other: it goes on working, and this waits for it. */
  async sched(): Promise<{ readonly at: SchedulePosition; readonly begin: readonly string[] }> {
    for (;;) {
      let open = true;
      do {
        this.#wanted.clear();
        open = await this.#run.takeTurns();
      } while (open && this.#wanted.raised);
      const { seq, version, active } = this.#run.state;
      if (!open || this.#ready.size > 0 || active.size === 0) return { at: { seq, version }, begin: open ? [...this.#ready.keys()] : [] };
      await this.#wanted.wait();
    }
  }

  /** A step that nothing recorded asks for any more (its outcome is stored, or it was overtaken) does nothing. */
  async step(path: string): Promise<void> {
    const begin = this.#ready.get(path);
    if (begin === undefined) return;
    this.#ready.delete(path);
    begin();
    await this.#wanted.wait();
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
