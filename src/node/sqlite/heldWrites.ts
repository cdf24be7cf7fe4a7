// Writes that continue each other, gathered in a buffer until something else happens to a file.

export interface OpenFile {
  readonly fd: number;
  readonly path: string;
  position: number;
  /** Of a write-ahead journal; null for other files. */
  readonly journal: JournalState | null;
}

export interface JournalState {
  /** The next write is the last page of a commit. */
  endsCommit: boolean;
  /** Up to where the file has bytes; those after its last frame are zeros. */
  end: number;
}

/** The pages of 60 changed pages and more; a larger transaction is written in parts. */
const CAPACITY = 1 << 18;

export interface HeldWrite {
  readonly file: OpenFile;
  readonly offset: number;
  /** Valid until the next `add`. */
  readonly bytes: Uint8Array;
}

export class HeldWrites {
  readonly #buffer = new Uint8Array(CAPACITY);
  #file: OpenFile | null = null;
  #offset = 0;
  #length = 0;

  /** Copies as many of the bytes, which begin at the file's position, as there is room for; none that do not continue what is held. */
  add(file: OpenFile, bytes: Uint8Array): number {
    if (this.#file === null) {
      this.#file = file;
      this.#offset = file.position;
    }
    if (this.#file !== file || file.position !== this.#offset + this.#length) return 0;
    const taken = Math.min(bytes.length, CAPACITY - this.#length);
    this.#buffer.set(bytes.subarray(0, taken), this.#length);
    this.#length += taken;
    return taken;
  }

  /** What is held, which is then held no more. */
  take(): HeldWrite | null {
    const file = this.#file;
    if (file === null) return null;
    const write = { file, offset: this.#offset, bytes: this.#buffer.subarray(0, this.#length) };
    this.#file = null;
    this.#length = 0;
    return write;
  }
}
