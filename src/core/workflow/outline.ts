// A rough outline of a YAML text by indentation, line by line: tolerant of half-written files, where a parser gives up.
// It serves completion and hover only; what a file means is decided by parse.ts.

import type { ValuePath } from '#core/workflow/issue.ts';

export interface OutlineLine {
  /** Path of the mapping (or list item) the line's key stands in; for a line of a block text, of the text. */
  readonly path: ValuePath;
  /** Null: a list item without a key, a half-written key, or a line of a block text. */
  readonly key: string | null;
  /** Offsets in the whole text. */
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Where the value starts, behind the colon and blanks. */
  readonly valueStart: number;
  readonly value: string;
  readonly kind: 'pair' | 'bare' | 'text';
}

interface Frame {
  readonly indent: number;
  readonly path: ValuePath;
  lastKey: string | null;
  items: number;
}

const PAIR = /^("[^"]*"|'[^']*'|[^\s:#'"[{-][^:#]*?)\s*:(?=\s|$)[ \t]*(.*)$/;

/** `cursor` (an offset): a blank line that holds it counts as the start of a key at its column. */
export function outline(text: string, cursor = -1): readonly (OutlineLine | null)[] {
  const reader = new OutlineReader();
  const lines: (OutlineLine | null)[] = [];
  let start = 0;
  for (const raw of text.split('\n')) {
    const here = cursor >= start && cursor <= start + raw.length;
    lines.push(reader.line(raw.replace(/\r$/, ''), start, here ? cursor - start : null));
    start += raw.length + 1;
  }
  return lines;
}

class OutlineReader {
  #frames: Frame[] = [{ indent: 0, path: [], lastKey: null, items: 0 }];
  /** A block text (`|`, `>`) is open: lines deeper than this column belong to it. */
  #block: { readonly indent: number; readonly path: ValuePath } | null = null;

  line(raw: string, start: number, cursorColumn: number | null): OutlineLine | null {
    const blank = raw.trim() === '';
    const indent = blank ? (cursorColumn ?? 0) : raw.length - raw.trimStart().length;
    if (this.#block && (blank ? cursorColumn === null || indent > this.#block.indent : indent > this.#block.indent)) {
      return { path: this.#block.path, key: null, kind: 'text', keyStart: start, keyEnd: start, valueStart: start, value: raw };
    }
    this.#block = null;
    if (blank && cursorColumn === null) return null;
    if (raw.trimStart().startsWith('#')) return null;
    const column = this.#enterItems(raw, indent);
    return this.#content(raw.slice(column), column, start);
  }

  /** Opens a frame for each `- ` at the start of the line; returns the column of what follows. */
  #enterItems(raw: string, indent: number): number {
    let column = indent;
    for (let dash = /^-(?:[ \t]+|$)/.exec(raw.slice(column)); dash; dash = /^-(?:[ \t]+|$)/.exec(raw.slice(column))) {
      const owner = this.#owner(column);
      const list = owner.lastKey === null ? owner.path : [...owner.path, owner.lastKey];
      const item = { indent: column + Math.max(2, dash[0].length), path: [...list, owner.items], lastKey: null, items: 0 };
      owner.items += 1;
      this.#frames.push(item);
      column += dash[0].length;
    }
    return column;
  }

  #content(content: string, column: number, start: number): OutlineLine {
    const pair = PAIR.exec(content);
    const frame = this.#frameAt(column, pair !== null);
    const keyStart = start + column;
    if (!pair) {
      const end = keyStart + content.trimEnd().length;
      return { path: frame.path, key: null, kind: 'bare', keyStart, keyEnd: end, valueStart: keyStart, value: content.trimEnd() };
    }
    const written = pair[1] as string;
    const value = pair[2] as string;
    const key = written.replace(/^["']|["']$/g, '');
    frame.lastKey = key;
    frame.items = 0;
    if (/^[|>][-+0-9]*\s*(?:#.*)?$/.test(value)) this.#block = { indent: column, path: [...frame.path, key] };
    const valueStart = keyStart + content.length - value.length;
    return { path: frame.path, key, kind: 'pair', keyStart, keyEnd: keyStart + written.length, valueStart, value };
  }

  /** The frame whose key owns a list at this column: a list may stand as deep as its key. */
  #owner(column: number): Frame {
    while (this.#frames.length > 1 && (this.#frames.at(-1) as Frame).indent > column) this.#frames.pop();
    return this.#frames.at(-1) as Frame;
  }

  /** The mapping a key at this column belongs to: an open one, or a new one below the last key. */
  #frameAt(column: number, keep: boolean): Frame {
    const top = this.#owner(column);
    if (column <= top.indent || top.lastKey === null) return top;
    const inner = { indent: column, path: [...top.path, top.lastKey], lastKey: null, items: 0 };
    if (keep) this.#frames.push(inner);
    return inner;
  }
}
