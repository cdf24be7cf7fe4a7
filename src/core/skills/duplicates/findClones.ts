// Finds equal runs of tokens with a rolling hash (Rabin, Karp 1987). See docs/decisions/0003-duplicates.md.

export interface TokenFile {
  /** First token of the file in the whole sequence, and the one after its last. */
  readonly start: number;
  readonly end: number;
}

/** Two equal runs; positions are tokens of the whole sequence. `first` stands before `second`, they do not overlap. */
export interface Clone {
  readonly first: number;
  readonly second: number;
  readonly length: number;
}

export interface CloneOptions {
  readonly minTokens: number;
  /** Called now and then with the number of files done; may throw to stop. */
  readonly onFile: (done: number) => Promise<void>;
}

const BASE = 0x01_00_01_93;
/** A block that stands more often than this is a pattern of the language, not a copy. */
const MAX_CANDIDATES = 16;

/**
 * Every block of `minTokens / 2` tokens at a multiple of that length is indexed, then every position is looked up: a run of `minTokens`
 * always holds a whole block. Memory is a small part of the tokens; time is linear in them unless the code is nothing but copies.
 */
export async function findClones(tokens: Int32Array, files: readonly TokenFile[], options: CloneOptions): Promise<readonly Clone[]> {
  const block = Math.max(4, Math.floor(options.minTokens / 2));
  const index = indexBlocks(tokens, files, block);
  const clones: Clone[] = [];
  for (const [done, file] of files.entries()) {
    clones.push(...clonesIn(tokens, files, file, { block, index, minTokens: options.minTokens }));
    await options.onFile(done + 1);
  }
  return clones;
}

type BlockIndex = ReadonlyMap<number, readonly number[]>;

function indexBlocks(tokens: Int32Array, files: readonly TokenFile[], block: number): BlockIndex {
  const index = new Map<number, number[]>();
  for (const file of files) {
    for (let at = file.start; at + block <= file.end; at += block) {
      const hash = hashAt(tokens, at, block);
      const places = index.get(hash);
      if (places === undefined) index.set(hash, [at]);
      else if (places.length < MAX_CANDIDATES) places.push(at);
    }
  }
  return index;
}

function hashAt(tokens: Int32Array, at: number, length: number): number {
  let hash = 0;
  for (let i = at; i < at + length; i += 1) hash = (Math.imul(hash, BASE) + (tokens[i] ?? 0) + 1) | 0;
  return hash;
}

interface Search {
  readonly block: number;
  readonly index: BlockIndex;
  readonly minTokens: number;
}

function clonesIn(tokens: Int32Array, files: readonly TokenFile[], file: TokenFile, search: Search): readonly Clone[] {
  const { block, index, minTokens } = search;
  const clones: Clone[] = [];
  let leading = 1;
  for (let i = 0; i < block; i += 1) leading = Math.imul(leading, BASE);
  let floor = file.start;
  let hash = hashAt(tokens, file.start, Math.min(block, file.end - file.start));
  for (let at = file.start; at + block <= file.end; at += 1) {
    const found = at >= floor ? longest(tokens, files, file, { at, floor, block, candidates: index.get(hash) ?? [] }) : null;
    if (found !== null && found.length >= minTokens) {
      clones.push(found);
      floor = found.second + found.length;
    }
    hash = (Math.imul(hash, BASE) + (tokens[at + block] ?? 0) + 1 - Math.imul((tokens[at] ?? 0) + 1, leading)) | 0;
  }
  return clones;
}

interface Place {
  readonly at: number;
  /** Tokens before this one already belong to a clone. */
  readonly floor: number;
  readonly block: number;
  readonly candidates: readonly number[];
}

function longest(tokens: Int32Array, files: readonly TokenFile[], file: TokenFile, place: Place): Clone | null {
  let best: Clone | null = null;
  for (const candidate of place.candidates) {
    if (candidate + place.block > place.at) continue;
    const clone = extend(tokens, fileOf(files, candidate), file, { ...place, candidate });
    if (clone !== null && clone.length > (best?.length ?? 0)) best = clone;
  }
  return best;
}

function extend(tokens: Int32Array, from: TokenFile, file: TokenFile, place: Place & { readonly candidate: number }): Clone | null {
  const { at, candidate, floor } = place;
  const gap = at - candidate;
  let end = at;
  // The first run ends where the second begins at the latest, so that a repeated line is not its own copy.
  while (end < file.end && end - gap < from.end && tokens[end] === tokens[end - gap]) end += 1;
  if (end - at < place.block) return null;
  let start = at;
  while (start > floor && start - gap > from.start && tokens[start - 1] === tokens[start - 1 - gap]) start -= 1;
  const length = Math.min(end - start, gap);
  return { first: start - gap, second: start, length };
}

/** The file that holds a token. */
export function fileOf<T extends TokenFile>(files: readonly T[], token: number): T {
  let low = 0;
  let high = files.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((files[middle]?.start ?? 0) <= token) low = middle;
    else high = middle - 1;
  }
  const file = files[low];
  if (file === undefined) throw new RangeError(`No file holds token ${token}.`);
  return file;
}
