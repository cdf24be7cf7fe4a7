// Copies large files that are mostly holes (disk images, databases) without filling the holes.

import { Buffer } from 'node:buffer';
import { type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { throwIfAborted } from '#base/abort.ts';

const LARGE_BYTES = 16 * 1024 ** 2;
const PIECE_BYTES = 1024 ** 2;
const BLOCK_BYTES = 512;

/** Worth reading it whole to find its holes. */
export const isSparse = ({ size, blocks }: Stats): boolean => size >= LARGE_BYTES && blocks * BLOCK_BYTES < size / 2;

/** Byte for byte the same. `target` must not exist. Ends with AbortError on abort. */
export async function copySparse(
  source: string,
  target: string,
  { mode, signal }: { readonly mode: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  await using from = await open(source, 'r');
  await using to = await open(target, 'wx', mode);
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  const zeros = Buffer.alloc(PIECE_BYTES);
  let at = 0;
  for (;;) {
    throwIfAborted(signal);
    const { bytesRead } = await from.read(piece, 0, PIECE_BYTES, at);
    if (bytesRead === 0) break;
    const read = piece.subarray(0, bytesRead);
    if (!read.equals(zeros.subarray(0, bytesRead))) await to.write(read, 0, bytesRead, at);
    at += bytesRead;
  }
  await to.truncate(at);
  await to.chmod(mode);
}
