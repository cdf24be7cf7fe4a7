// Tells comments and strings from code for the common families of languages, without a grammar.

export type LexFamily = 'c' | 'hash' | 'html' | 'sql';

export interface Lexeme {
  readonly kind: 'comment' | 'string';
  readonly start: number;
  readonly end: number;
}

const C =
  /\.(?:[cm]?[jt]sx?|go|java|kt|kts|scala|rs|php|cs|cpp|cc|cxx|hpp|hh|h|c|m|mm|swift|dart|groovy|gradle|proto|zig|css|scss|less|jsonc|vue|svelte)$/i;
const HASH =
  /\.(?:py|pyi|rb|sh|bash|zsh|pl|r|jl|ex|exs|ya?ml|toml|tf|nix|cmake|mk|ps1)$|(?:^|\/)(?:Dockerfile|Makefile|Rakefile|Gemfile)(?:\.\w+)?$/i;

/** Null for kinds of files whose comments are not known. */
export function lexFamily(path: string): LexFamily | null {
  if (C.test(path)) return 'c';
  if (HASH.test(path)) return 'hash';
  if (/\.(?:html?|xml|md|markdown|mdx)$/i.test(path)) return 'html';
  return /\.sql$/i.test(path) ? 'sql' : null;
}

/*
 * One expression per family: at each place the first alternative that fits wins, so a quote inside a comment opens no string.
 * Plain strings end with their line. A lone apostrophe (a Rust lifetime, prose) opens none, and what it can hide is bounded: that keeps
 * the scan linear on hostile text as well.
 */
const LINE_STRING = String.raw`"(?:\\.|[^"\\\n])*(?:"|\\?$|\\?(?=\n))|'(?:\\.|[^'\\\n]){0,400}'`;
/** A JavaScript regular expression, told from a division by what stands before it. */
const REGEX_LITERAL = String.raw`(?<=(?:[=(,:!&|?;{}\[>]|\breturn|^)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n]){0,200}\]|[^/\\\n[]){1,400}\/`;
const SCANNERS: { readonly [family in LexFamily]: RegExp } = {
  c: new RegExp(
    String.raw`(?<comment>\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>` +
      '`(?:\\\\[\\s\\S]|[^`\\\\])*`|' +
      `${LINE_STRING}|${REGEX_LITERAL})`,
    'g',
  ),
  hash: new RegExp(
    String.raw`(?<comment>(?<![\w$'"{&\\])#[^\n]*)|(?<string>"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|${LINE_STRING})`,
    'g',
  ),
  html: /(?<comment><!--[\s\S]*?(?:-->|$))/g,
  sql: new RegExp(String.raw`(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>${LINE_STRING})`, 'g'),
};

/** Comments and strings in order; they do not overlap. */
export function lex(text: string, family: LexFamily): readonly Lexeme[] {
  const lexemes: Lexeme[] = [];
  for (const match of text.matchAll(SCANNERS[family])) {
    const kind = match.groups?.['comment'] === undefined ? 'string' : 'comment';
    lexemes.push({ kind, start: match.index, end: match.index + match[0].length });
  }
  return lexemes;
}

/** The one that `offset` stands in. `lexemes` must be in order and must not overlap. */
export function lexemeAt<T extends { readonly start: number; readonly end: number }>(lexemes: readonly T[], offset: number): T | undefined {
  let low = 0;
  let high = lexemes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lexemes[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const found = lexemes[low];
  return found !== undefined && found.start <= offset ? found : undefined;
}
