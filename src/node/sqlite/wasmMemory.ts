// Reading and writing C structures in the memory of a WASM module, which moves when it grows.

import type { Stats } from 'node:fs';

const STAT_SIZE = 96;

export class WasmMemory {
  readonly #memory: () => WebAssembly.Memory;
  #bytes = new Uint8Array(0);
  #view = new DataView(new ArrayBuffer(0));

  constructor(memory: () => WebAssembly.Memory) {
    this.#memory = memory;
  }

  get bytes(): Uint8Array {
    this.#follow();
    return this.#bytes;
  }

  get view(): DataView {
    this.#follow();
    return this.#view;
  }

  /** A C string, UTF-8. */
  text(pointer: number): string {
    const { bytes } = this;
    return Buffer.from(bytes.subarray(pointer, bytes.indexOf(0, pointer))).toString('utf8');
  }

  /** The buffers of an iovec array, as views into the memory. */
  buffers(pointer: number, count: number): Uint8Array[] {
    const { bytes, view } = this;
    const found: Uint8Array[] = [];
    for (let at = pointer; at < pointer + count * 8; at += 8) {
      const start = view.getUint32(at, true);
      found.push(bytes.subarray(start, start + view.getUint32(at + 4, true)));
    }
    return found;
  }

  /** Emscripten's `struct stat` (wasm32). */
  putStat(pointer: number, stats: Stats): void {
    const { bytes, view } = this;
    bytes.fill(0, pointer, pointer + STAT_SIZE);
    const words = [stats.dev, stats.mode, stats.nlink, stats.uid, stats.gid];
    for (const [index, word] of words.entries()) view.setUint32(pointer + index * 4, word >>> 0, true);
    view.setBigInt64(pointer + 24, BigInt(stats.size), true);
    view.setUint32(pointer + 32, 4096, true);
    view.setUint32(pointer + 36, stats.blocks >>> 0, true);
    const times = [stats.atimeMs, stats.mtimeMs, stats.ctimeMs];
    for (const [index, ms] of times.entries()) view.setBigInt64(pointer + 40 + index * 16, BigInt(Math.floor(ms / 1000)), true);
    view.setBigUint64(pointer + 88, BigInt.asUintN(64, BigInt(stats.ino)), true);
  }

  #follow(): void {
    const { buffer } = this.#memory();
    if (this.#bytes.buffer === buffer) return;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }
}
