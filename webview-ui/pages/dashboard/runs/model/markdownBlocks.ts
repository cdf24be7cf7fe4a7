// Cuts markdown that is still being written into blocks, so that only the last one is laid out again when more comes.

export interface Block {
  /** Where it begins in all that was written. */
  readonly at: number;
  readonly text: string;
}

export interface Blocks {
  /** Will not change any more. */
  readonly done: readonly Block[];
  /** The one that grows. */
  readonly open: Block;
}

/**
 * A block ends at an empty line outside of fenced code. What was cut before is kept as long as the text only grows, or loses its
 * beginning: places count from what was first written, and a block that lost its beginning is left out.
 */
export class BlockCutter {
  #text = '';
  #dropped = 0;
  #done: Block[] = [];
  /** Where the open block begins, and how far it was looked at. */
  #from = 0;
  #seen = 0;
  #fence: string | null = null;

  /** `dropped`: characters that were written before `text`. */
  cut(text: string, dropped = 0): Blocks {
    const lost = dropped - this.#dropped;
    if (lost < 0 || !text.startsWith(this.#text.slice(lost))) this.#forget(dropped);
    else if (lost > 0) this.#done = this.#done.filter(({ at }) => at >= dropped);
    this.#text = text;
    this.#dropped = dropped;
    this.#from = Math.max(this.#from, dropped);
    this.#seen = Math.max(this.#seen, dropped);
    for (let end = this.#lineEnd(); end !== -1; end = this.#lineEnd()) this.#line(this.#part(this.#seen, end), end + 1);
    return { done: this.#done, open: { at: this.#from, text: this.#part(this.#from) } };
  }

  #forget(dropped: number): void {
    this.#done = [];
    this.#from = dropped;
    this.#seen = dropped;
    this.#fence = null;
  }

  /** -1 when the line at hand is not whole yet. */
  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#seen - this.#dropped);
    return end === -1 ? -1 : end + this.#dropped;
  }

  #part(from: number, to = this.#dropped + this.#text.length): string {
    return this.#text.slice(from - this.#dropped, to - this.#dropped);
  }

  #line(line: string, next: number): void {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (this.#fence === null) this.#fence = mark ?? null;
    else if (mark?.startsWith(this.#fence) === true && line.trim() === mark) this.#fence = null;
    if (this.#fence === null && line.trim() === '') {
      const text = this.#part(this.#from, next);
      if (text.trim() !== '') this.#done.push({ at: this.#from, text });
      this.#from = next;
    }
    this.#seen = next;
  }
}
