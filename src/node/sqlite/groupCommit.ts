// Group commit: the batches of one event-loop turn, and those that arrive while a commit is under way, share the next commit.

import { fromErrorView } from '#base/errors.ts';
import type { Batch } from '#core/store/connection.ts';
import type { Outcome } from '#node/sqlite/engine.ts';

interface Waiting {
  readonly batch: Batch;
  resolve(): void;
  reject(error: unknown): void;
}

export class GroupCommit {
  readonly #send: (batches: readonly Batch[]) => Promise<readonly Outcome[]>;
  #queue: Waiting[] = [];
  #busy: Promise<void> | null = null;

  /** `send` commits a group; at most one is under way. When it rejects, every batch of the group does. */
  constructor(send: (batches: readonly Batch[]) => Promise<readonly Outcome[]>) {
    this.#send = send;
  }

  /** Resolves when the batch is durable. */
  add(batch: Batch): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.#queue.push({ batch, resolve, reject });
    });
    this.#busy ??= this.#drain();
    return done;
  }

  /** Resolves when all that was added is settled. */
  async idle(): Promise<void> {
    while (this.#busy) await this.#busy;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const group = this.#queue;
      this.#queue = [];
      await this.#commit(group);
    }
    this.#busy = null;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#send(group.map((waiting) => waiting.batch));
      for (const [index, waiting] of group.entries()) {
        const failure = outcomes[index];
        if (failure) waiting.reject(fromErrorView(failure));
        else waiting.resolve();
      }
    } catch (error) {
      for (const waiting of group) waiting.reject(error);
    }
  }
}
