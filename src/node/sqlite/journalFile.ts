// What is known here of SQLite's write-ahead journal (https://www.sqlite.org/fileformat2.html#the_write_ahead_log): where a commit
// ends, and that bytes after the last frame do not count.

/** Each frame begins with this many bytes, written by themselves. */
const FRAME_HEADER = 24;
/** In that header: the size of the database after the commit, zero unless the frame is its last. */
const SIZE_AFTER_COMMIT = 4;

/** True for the header of the last frame of a commit: its page comes next. */
export function endsCommit(written: readonly Uint8Array[]): boolean {
  const [bytes] = written;
  if (bytes?.length !== FRAME_HEADER) return false;
  for (let at = SIZE_AFTER_COMMIT; at < SIZE_AFTER_COMMIT + 4; at += 1) if (bytes[at] !== 0) return true;
  return false;
}

const LEAST = 1 << 16;
const zeros = new Uint8Array(1 << 20);

/**
 * What to write after a journal of `size` bytes so that its next commits find their bytes there: syncing them then takes half
 * as long, as the file system need not note a new size each time. In proportion, so that a small store stays small.
 */
export function reserveAfter(size: number): Uint8Array {
  return zeros.subarray(0, Math.min(zeros.length, Math.max(LEAST, size)));
}
