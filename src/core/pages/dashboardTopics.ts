// What the dashboard can follow. Topics of runs are kept a while, so that what was streamed outlives a reload of the page.

import { type Disposable, DisposableStore, toDisposable } from '#base/disposable.ts';
import { Emitter } from '#base/emitter.ts';
import { CoreFeed } from '#core/pages/coreFeed.ts';
import type { PageCore, PageCoreState, TopicSource } from '#core/pages/ports.ts';
import { RunTopic } from '#core/pages/runTopic.ts';
import { touchedBy } from '#core/pages/touchedBy.ts';
import type { Log } from '#core/ports.ts';
import type { ChangeName, CoreStanding, DashboardPlace, DashboardTopics } from '#protocol/pages/dashboard.ts';

const KEPT_RUNS = 8;

export interface DashboardTopicsOptions {
  readonly core: PageCore;
  readonly log: Log;
}

export class DashboardTopicSources implements Disposable {
  readonly #resources = new DisposableStore();
  readonly #feed: CoreFeed;
  readonly #runs = new Map<string, RunTopic>();
  readonly #changes = new Map<string, number>();
  readonly #changed: Emitter<void>;
  readonly #moved: Emitter<void>;
  #place: DashboardTopics['place'] = null;

  constructor({ core, log }: DashboardTopicsOptions) {
    this.#feed = this.#resources.add(new CoreFeed(core, log));
    const onListenerError = (error: unknown): void => log.error('a listener of the dashboard failed', {}, error);
    this.#changed = this.#resources.add(new Emitter<void>(onListenerError));
    this.#moved = this.#resources.add(new Emitter<void>(onListenerError));
  }

  start(): void {
    this.#resources.add(
      this.#feed.onEvent((event) => {
        if (event.kind === 'changed') this.raise(event.what);
        if (event.kind === 'run') this.raise(...touchedBy(event.event));
      }),
    );
    this.#resources.add(this.#feed.onState(({ kind }) => kind === 'ready' && this.raise('core')));
    this.#feed.start();
  }

  /** Null: there is no such topic. */
  get(name: string): TopicSource | null {
    if (name === 'core')
      return valueTopic(
        () => standingOf(this.#feed.core.state),
        (listener) => this.#feed.onState(listener),
      );
    if (name === 'changes') return valueTopic(() => Object.fromEntries(this.#changes), this.#changed.event);
    if (name === 'place') return valueTopic(() => this.#place, this.#moved.event);
    return name.startsWith('run:') ? this.#run(name.slice('run:'.length)) : null;
  }

  /** Moves the page; `id` is new with each move. */
  show(place: DashboardPlace, id: string): void {
    this.#place = { ...place, id };
    this.#moved.fire();
  }

  dispose(): void {
    for (const run of this.#runs.values()) run.dispose();
    this.#resources.dispose();
  }

  /** These may have changed: who shows them reads them again. */
  raise(...names: readonly (ChangeName | 'core')[]): void {
    for (const name of names) this.#changes.set(name, (this.#changes.get(name) ?? 0) + 1);
    this.#changed.fire();
  }

  #run(id: string): RunTopic {
    const kept = this.#runs.get(id);
    if (kept !== undefined) return kept;
    const run = new RunTopic({ id, feed: this.#feed });
    run.start();
    this.#runs.set(id, run);
    for (const [old, one] of this.#runs) {
      if (this.#runs.size <= KEPT_RUNS) break;
      if (one.isFollowed || old === id) continue;
      one.dispose();
      this.#runs.delete(old);
    }
    return run;
  }
}

/** A topic whose value is at hand and has no history: each change is a new snapshot. */
function valueTopic(value: () => unknown, changed: (listener: () => void) => Disposable): TopicSource {
  return {
    snapshot: async () => ({ seq: 0, value }),
    follow: (sink) => {
      const following = changed(() => sink.stale());
      return toDisposable(() => following.dispose());
    },
  };
}

function standingOf(state: PageCoreState): CoreStanding {
  return state.kind === 'failed' ? { kind: 'failed', error: state.error } : { kind: state.kind };
}
