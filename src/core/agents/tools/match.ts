// Finds the one place a model means when it quotes text: exactly, else forgiving white space, never guessing between two.

export interface Place {
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  /** The replacement as it has to stand there: its indentation and line ends fitted. */
  fit(replacement: string): string;
}

interface Line {
  readonly text: string;
  readonly start: number;
  /** After the text, before its line end. */
  readonly end: number;
}

/** At most this many places are named in a refusal. */
const MAX_PLACES = 10;

/**
 * All places at which `search` stands, by the strictest reading that finds any: to the letter (a text with LF also finds
 * CRLF), then with white space at line ends left out of account, then with another indentation of the whole block.
 */
export function placesOf(text: string, search: string): readonly Place[] {
  const exact = exactPlaces(text, search);
  if (exact.length > 0) return exact;
  const wanted = linesOf(search.replace(/\r?\n$/, ''));
  if (wanted.every((line) => line.text.trim() === '')) return [];
  const lines = linesOf(text);
  const whole = search.endsWith('\n');
  const trimmed = blocks(lines, wanted, (line, other) => line.text.trimEnd() === other.text.trimEnd());
  if (trimmed.length > 0) return trimmed.map((at) => blockPlace(text, lines, { at, count: wanted.length, whole, shift: null }));
  const shifted = blocks(lines, wanted, (line, other) => line.text.trim() === other.text.trim());
  return shifted.flatMap((at) => {
    const shift = shiftOf(lines.slice(at, at + wanted.length), wanted);
    return shift === null ? [] : [blockPlace(text, lines, { at, count: wanted.length, whole, shift })];
  });
}

/** 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

function exactPlaces(text: string, search: string): readonly Place[] {
  const crlf = usesCrlf(text);
  const forms = crlf && !search.includes('\r\n') && search.includes('\n') ? [search, search.replaceAll('\n', '\r\n')] : [search];
  for (const form of forms) {
    const places: Place[] = [];
    for (let at = text.indexOf(form); at !== -1 && places.length < MAX_PLACES; at = text.indexOf(form, at + 1))
      places.push({ start: at, end: at + form.length, fit: (replacement) => withLineEnds(replacement, crlf && !search.includes('\r\n')) });
    if (places.length > 0) return places;
  }
  return [];
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let start = 0; ;) {
    const feed = text.indexOf('\n', start);
    const stop = feed === -1 ? text.length : feed;
    const end = feed !== -1 && text[feed - 1] === '\r' && feed > start ? feed - 1 : stop;
    lines.push({ text: text.slice(start, end), start, end });
    if (feed === -1) return lines;
    start = feed + 1;
  }
}

function blocks(lines: readonly Line[], wanted: readonly Line[], same: (line: Line, other: Line) => boolean): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at + wanted.length <= lines.length && found.length < MAX_PLACES; at += 1) {
    if (wanted.every((other, offset) => same(lines[at + offset] ?? other, other))) found.push(at);
  }
  return found;
}

interface Shift {
  /** Taken from the front of each line of the replacement, then `add` is put there. */
  readonly drop: string;
  readonly add: string;
}

/** The one change of indentation that leads from what was quoted to what stands there; null when lines differ in theirs. */
function shiftOf(lines: readonly Line[], wanted: readonly Line[]): Shift | null {
  let shift: Shift | null = null;
  for (const [index, other] of wanted.entries()) {
    if (other.text.trim() === '') continue;
    const [has, quoted] = [indentOf(lines[index]?.text ?? ''), indentOf(other.text)];
    const own = has.endsWith(quoted) ? { drop: '', add: has.slice(0, has.length - quoted.length) } : dropOf(has, quoted);
    if (own === null) return null;
    if (shift !== null && (shift.add !== own.add || shift.drop !== own.drop)) return null;
    shift = own;
  }
  return shift;
}

function dropOf(has: string, quoted: string): Shift | null {
  return quoted.endsWith(has) ? { drop: quoted.slice(0, quoted.length - has.length), add: '' } : null;
}

const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? '';

function blockPlace(
  text: string,
  lines: readonly Line[],
  block: { readonly at: number; readonly count: number; readonly whole: boolean; readonly shift: Shift | null },
): Place {
  const first = lines[block.at];
  const last = lines[block.at + block.count - 1];
  if (first === undefined || last === undefined) throw new Error('A block lies within the lines it was found in.');
  // The line end belongs to the place when it was quoted, as far as there is one.
  const end = block.whole ? (lines[block.at + block.count]?.start ?? text.length) : last.end;
  return {
    start: first.start,
    end,
    fit: (replacement) => withLineEnds(shifted(replacement, block.shift), usesCrlf(text)),
  };
}

function shifted(text: string, shift: Shift | null): string {
  if (shift === null) return text;
  return text
    .split('\n')
    .map((line) => {
      if (line.trim() === '') return line;
      return shift.add + (line.startsWith(shift.drop) ? line.slice(shift.drop.length) : line.trimStart());
    })
    .join('\n');
}

function usesCrlf(text: string): boolean {
  return text.includes('\r\n');
}

function withLineEnds(text: string, crlf: boolean): string {
  return crlf ? text.replaceAll(/\r?\n/g, '\r\n') : text;
}

/** A line (1-based) without its line end; undefined when there is none. */
export function lineText(text: string, line: number): string | undefined {
  return text.split(/\r?\n/)[line - 1];
}
