// What people say to agents that are at work: an inbox for each step, emptied before each turn.

import type { Disposable } from '#base/disposable.ts';
import { AppError } from '#base/errors.ts';
import { didYouMean } from '#core/workflow/nearest.ts';

export interface Inbox extends Disposable {
  /** What came since the last time, in order. */
  take(): readonly string[];
  /** Something came that was not taken yet. */
  readonly waiting: boolean;
}

export class Steering {
  readonly #inboxes = new Map<string, string[]>();

  /** From now until disposal words to this step are kept. An attempt that takes the place of another begins with none. */
  open(runId: string, path: string): Inbox {
    const key = keyOf(runId, path);
    const words: string[] = [];
    this.#inboxes.set(key, words);
    return {
      take: () => words.splice(0),
      get waiting() {
        return words.length > 0;
      },
      dispose: () => {
        if (this.#inboxes.get(key) === words) this.#inboxes.delete(key);
      },
    };
  }

  /** Throws `step.notSteerable`. */
  say(runId: string, path: string, text: string): void {
    const inbox = this.#inboxes.get(keyOf(runId, path));
    if (inbox === undefined) throw notSteerable(path, this.#pathsOf(runId));
    inbox.push(text);
  }

  #pathsOf(runId: string): readonly string[] {
    const prefix = keyOf(runId, '');
    return Array.from(this.#inboxes.keys()).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  }
}

const keyOf = (runId: string, path: string): string => `${runId}\n${path}`;

function notSteerable(path: string, others: readonly string[]): AppError {
  const at =
    others.length === 0
      ? 'None works with a model in this run now.'
      : `At work are: ${others.join(', ')}. ${didYouMean(path, others)}`.trim();
  return new AppError({
    code: 'step.notSteerable',
    message: `No agent works with a model on ${path} now. ${at}`,
    details: { path, atWork: others },
  });
}
