// Code as a sequence of tokens: comments, white space and imports do not count.

import { lex, lexemeAt, type LexFamily } from '#core/skills/source/lex.ts';
import type { Source } from '#core/skills/source/readSources.ts';

/** Equal tokens have equal numbers within one table. */
export class TokenTable {
  readonly #ids = new Map<string, number>();
  readonly #literal: boolean[] = [];

  idOf(token: string, literal: boolean): number {
    const known = this.#ids.get(token);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(token, id);
    this.#literal.push(literal);
    return id;
  }

  /** Literals and the commas between them: what tables of data are made of. */
  isData(id: number): boolean {
    return this.#literal[id] ?? false;
  }
}

export interface Tokens {
  readonly ids: readonly number[];
  /** 1-based line of each token. */
  readonly lines: readonly number[];
}

const CODE_TOKEN = /[A-Za-z_$\u0080-\uFFFF][\w$\u0080-\uFFFF]*|\d[\w.]*|[^\s\w]/g;
const IMPORTS =
  /^[ \t]*(?:import\b[^;\n{(]*(?:\{[^}]{0,4000}\}[^;\n]*|\([^)]{0,4000}\))?;?|export\s+(?:type\s+)?(?:\*|\{[^}]{0,4000}\})\s*from\b[^\n]*|from\s+\S+\s+import\s*(?:\([^)]{0,4000}\)|[^\n]*)|(?:use|using|package|#include)\s[^\n]*|(?:const|let|var)\s[^=\n]*=\s*require\([^\n]*)/gm;

export function tokenize(source: Source, family: LexFamily, table: TokenTable): Tokens {
  const tokens: { ids: number[]; lines: number[] } = { ids: [], lines: [] };
  const add = (token: string, offset: number, literal: boolean): void => {
    tokens.ids.push(table.idOf(token, literal));
    tokens.lines.push(source.lines.position(offset).line);
  };
  const scan = (start: number, end: number): void => {
    for (const match of source.text.slice(start, end).matchAll(CODE_TOKEN)) {
      add(match[0], start + match.index, match[0] === ',' || /^\d/.test(match[0]));
    }
  };
  let at = 0;
  for (const { start, end, kind } of mergeSpans(lex(source.text, family), source.text)) {
    scan(at, start);
    if (kind === 'string') add(source.text.slice(start, end), start, true);
    at = end;
  }
  scan(at, source.text.length);
  return tokens;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: 'comment' | 'string' | 'import';
}

/** Comments, strings and imports in order, without overlap: an import swallows the strings in it. */
function mergeSpans(lexemes: readonly Span[], text: string): readonly Span[] {
  const imports = [...text.matchAll(IMPORTS)]
    .filter((match) => lexemeAt(lexemes, match.index) === undefined)
    .map((match): Span => ({ start: match.index, end: match.index + match[0].length, kind: 'import' }));
  const spans: Span[] = [];
  for (const span of [...lexemes, ...imports].toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (span.start >= (spans.at(-1)?.end ?? 0)) spans.push(span);
  }
  return spans;
}
