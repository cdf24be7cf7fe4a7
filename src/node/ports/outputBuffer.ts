// Keeps the head and the tail of a stream within a fixed amount of memory and counts what falls between.

/** Bytes in, text out: the first and the last half of `maxBytes`, with a line between that says how much is missing. */
export class OutputBuffer {
  readonly #half: number;
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  readonly #tail: Buffer[] = [];
  #tailBytes = 0;
  #totalBytes = 0;

  /** `maxBytes` is at least 2. */
  constructor(maxBytes: number) {
    this.#half = Math.max(1, Math.floor(maxBytes / 2));
  }

  push(chunk: Buffer): void {
    this.#totalBytes += chunk.length;
    const toHead = chunk.subarray(0, this.#half - this.#headBytes);
    if (toHead.length > 0) this.#head.push(toHead);
    this.#headBytes += toHead.length;
    this.#pushTail(chunk.subarray(toHead.length));
  }

  #pushTail(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#tail.push(chunk);
    this.#tailBytes += chunk.length;
    for (let first = this.#tail[0]; first && this.#tailBytes - first.length >= this.#half; first = this.#tail[0]) {
      this.#tail.shift();
      this.#tailBytes -= first.length;
    }
  }

  get truncatedBytes(): number {
    return this.#totalBytes - this.#headBytes - Math.min(this.#tailBytes, this.#half);
  }

  /** Invalid UTF-8, and a character cut in two, become U+FFFD. */
  text(): string {
    const head = Buffer.concat(this.#head).toString('utf8');
    const tail = Buffer.concat(this.#tail);
    const end = tail.subarray(Math.max(0, tail.length - this.#half)).toString('utf8');
    return this.truncatedBytes === 0 ? head + end : `${head}\n… ${this.truncatedBytes} bytes left out …\n${end}`;
  }
}
