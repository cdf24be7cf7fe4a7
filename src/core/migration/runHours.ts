// Writes the time of runs down at the features they were started for. Starting a run with a feature's tag is the person's yes.

import { isAbort, toErrorView } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import { refOfTag } from '#core/migration/featureTag.ts';
import { workingEvents, workingTimeMs } from '#core/migration/workingTime.ts';
import { roundHours } from '#core/migration/figures/hours.ts';
import type { Log } from '#core/ports.ts';
import type { RunRow, Store } from '#core/store/store.ts';
import type { MigrationView } from '#protocol/migration.ts';

const SCOPE = 'migration runs';
const HOUR_MS = 3_600_000;

export interface RunHoursDeps {
  readonly store: Pick<Store, 'runs' | 'values'>;
  readonly log: Log;
  /** False in a workspace that is not trusted: then nothing is written, and what ended is written when it is trusted. */
  readonly mayWrite: () => boolean;
  /** Adds the entry, once per run: an entry of the same run there is enough. Throws what keeps it from being written. */
  readonly write: (
    target: { readonly plan: string | null; readonly feature: string },
    entry: { readonly hours: number; readonly run: string; readonly at: number },
  ) => Promise<void>;
}

type Unrecorded = MigrationView['unrecorded'][number] & { readonly plan: string | null };

export class RunHours {
  readonly #deps: RunHoursDeps;
  #last: Promise<void> = Promise.resolve();

  constructor(deps: RunHoursDeps) {
    this.#deps = deps;
  }

  /** After the end of a run. Does nothing for one without a feature's tag. */
  ended(runId: string): void {
    this.#enqueue(async () => {
      const run = await this.#deps.store.runs.get(runId);
      if (run !== null) await this.#record(run);
    });
  }

  /** Runs that ended when nobody could write: the process died, or the file had errors. */
  catchUp(): void {
    this.#enqueue(async () => {
      for (const run of await this.#deps.store.runs.list()) if (run.endedAt !== null) await this.#record(run);
    });
  }

  /** Those that could not be written down so far, after a file was changed. */
  retry(): void {
    this.#enqueue(async () => {
      for (const { run: id } of await this.unrecorded()) {
        const run = await this.#deps.store.runs.get(id);
        if (run !== null) await this.#record(run);
      }
    });
  }

  /** Waits until what ended so far is written down, or could not be. */
  flush(): Promise<void> {
    return this.#last;
  }

  /** Runs whose time could not be written down yet. */
  async unrecorded(): Promise<readonly Unrecorded[]> {
    return Array.from((await this.#deps.store.values.list(SCOPE)).values()).filter(isUnrecorded);
  }

  #enqueue(work: () => Promise<void>): void {
    this.#last = this.#last.then(work).catch((error: unknown) => {
      if (!isAbort(error)) this.#deps.log.error('the time of a run could not be written down', {}, error);
    });
  }

  async #record(run: RunRow): Promise<void> {
    const ref = (run.tags ?? []).map(refOfTag).find((found) => found !== null);
    const { store, write, log, mayWrite } = this.#deps;
    if (!ref || !mayWrite() || (await store.values.get(SCOPE, run.id)) === 'done') return;
    const hours = roundHours(workingTimeMs(await store.runs.events(run.id, { types: workingEvents })) / HOUR_MS);
    try {
      if (hours > 0) await write(ref, { hours, run: run.id, at: run.endedAt ?? run.createdAt });
      await store.values.set(SCOPE, run.id, 'done');
    } catch (error) {
      if (isAbort(error)) throw error;
      const { message: reason, code } = toErrorView(error);
      log.warn('the time of a run could not be written down yet', { run: run.id, feature: ref.feature, code });
      const left: Unrecorded = { run: run.id, plan: ref.plan, feature: ref.feature, hours, reason };
      await store.values.set(SCOPE, run.id, { ...left });
    }
  }
}

function isUnrecorded(value: Json): value is Json & Unrecorded {
  return typeof value === 'object' && value !== null && 'reason' in value;
}
