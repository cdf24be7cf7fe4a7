// What agents remember of a workspace from run to run. A note that was learned from untrusted input says so for ever.

import { AppError } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { Store } from '#core/store/store.ts';

const SCOPE = 'notes';
const MAX_NOTES = 500;

export interface Note {
  readonly key: string;
  readonly text: string;
  readonly agent: string;
  readonly runId: string;
  readonly at: number;
  /** Untrusted input the run had taken in when it wrote this; empty: none. */
  readonly learnedFrom: readonly string[];
}

export class Notes {
  readonly #values: Store['values'];

  constructor(values: Store['values']) {
    this.#values = values;
  }

  /** Newest first. `query`: those whose key or text holds all of its words. */
  async find(query: string, limit: number): Promise<readonly Note[]> {
    const words = query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const all = [...(await this.#values.list(SCOPE)).values()].filter(isNote);
    const fitting = all.filter(({ key, text }) => words.every((word) => `${key}\n${text}`.toLowerCase().includes(word)));
    return fitting.toSorted((a, b) => b.at - a.at).slice(0, limit);
  }

  /** An empty text forgets the note. Throws `memory.full`. */
  async write(note: Note): Promise<void> {
    if (note.text === '') return this.#values.set(SCOPE, note.key, null);
    const known = await this.#values.list(SCOPE);
    const others = [...known].filter(([key, value]) => key !== note.key && isNote(value)).length;
    if (others >= MAX_NOTES)
      throw new AppError({
        code: 'memory.full',
        message: `There are ${MAX_NOTES} notes already. Forget one first: write it with an empty text.`,
      });
    await this.#values.set(SCOPE, note.key, { ...note, learnedFrom: [...note.learnedFrom] });
  }
}

function isNote(value: Json): value is Json & Note {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'learnedFrom' in value;
}
