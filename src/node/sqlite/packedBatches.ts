// The batches of a commit as one flat list of values, and each SQL text sent once and by its number from then on: nested
// objects with long texts take several times as long to cross to another thread.

import type { Batch, SqlValue, Statement } from '#core/store/connection.ts';

/** For each batch: how many statements; for each of those: text or number, `mustChange` or null, how many parameters, these. */
export type PackedBatches = readonly SqlValue[];

/** Texts after this many are sent each time: both sides count alike, and neither grows without end. */
const MAX_NUMBERED = 1_000;

/** The sender's half. */
export class BatchPacker {
  readonly #numbers = new Map<string, number>();

  pack(batches: readonly Batch[]): PackedBatches {
    const packed: SqlValue[] = [];
    for (const batch of batches) {
      packed.push(batch.length);
      for (const { sql, parameters, mustChange = null } of batch) {
        packed.push(this.#shorten(sql), mustChange, parameters.length);
        for (const parameter of parameters) packed.push(parameter);
      }
    }
    return packed;
  }

  #shorten(sql: string): string | number {
    const known = this.#numbers.get(sql);
    if (known !== undefined) return known;
    if (this.#numbers.size < MAX_NUMBERED) this.#numbers.set(sql, this.#numbers.size);
    return sql;
  }
}

/** The receiver's half; it must be given all that the other has packed, in that order. */
export class BatchUnpacker {
  readonly #texts: string[] = [];

  unpack(packed: PackedBatches): readonly Batch[] {
    const batches: Batch[] = [];
    let at = 0;
    while (at < packed.length) {
      const batch: Statement[] = [];
      let left = Number(packed[at]);
      at += 1;
      for (; left > 0; left -= 1) {
        const [text, mustChange, count] = [packed[at], packed[at + 1], Number(packed[at + 2])];
        const from = at + 3;
        at = from + count;
        const statement = { sql: this.#lengthen(text), parameters: packed.slice(from, at) };
        batch.push(typeof mustChange === 'number' ? { ...statement, mustChange } : statement);
      }
      batches.push(batch);
    }
    return batches;
  }

  #lengthen(text: SqlValue | undefined): string {
    if (typeof text === 'string') {
      if (this.#texts.length < MAX_NUMBERED) this.#texts.push(text);
      return text;
    }
    const known = this.#texts[Number(text)];
    if (known === undefined) throw new Error(`no SQL text has the number ${String(text)}`);
    return known;
  }
}
