// Cuts markdown that is still being written into blocks, so that only the last one is laid out again when more comes.

export interface Block {
  /** Where it begins in the text. */
  readonly at: number;
  readonly text: string;
}

export interface Blocks {
  /** Will not change any more. */
  readonly done: readonly Block[];
  /** The one that grows. */
  readonly open: string;
}

/** A block ends at an empty line outside of fenced code. What was cut before is kept as long as the text only grows. */
export class BlockCutter {
  #text = '';
  #done: readonly Block[] = [];
  /** Where the open block begins, and how far it was looked at. */
  #from = 0;
  #seen = 0;
  #fence: string | null = null;

  cut(text: string): Blocks {
    if (!text.startsWith(this.#text)) this.#forget();
    this.#text = text;
    for (let end = text.indexOf('\n', this.#seen); end !== -1; end = text.indexOf('\n', this.#seen)) {
      this.#line(text.slice(this.#seen, end), end + 1);
    }
    return { done: this.#done, open: text.slice(this.#from) };
  }

  #forget(): void {
    this.#done = [];
    this.#from = 0;
    this.#seen = 0;
    this.#fence = null;
  }

  #line(line: string, next: number): void {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (this.#fence === null) this.#fence = mark ?? null;
    else if (mark?.startsWith(this.#fence) === true && line.trim() === mark) this.#fence = null;
    if (this.#fence === null && line.trim() === '') {
      const block = this.#text.slice(this.#from, next);
      if (block.trim() !== '') this.#done = [...this.#done, { at: this.#from, text: block }];
      this.#from = next;
    }
    this.#seen = next;
  }
}
