// Marks of unfinished work in one source: TODO and its kin in comments, placeholders in code.

import { isTestPath } from '#core/skills/source/generated.ts';
import { type Lexeme, lex, lexemeAt, lexFamily } from '#core/skills/source/lex.ts';
import type { Source } from '#core/skills/source/readSources.ts';

export interface DebtMark {
  readonly rule: 'todo' | 'fixme' | 'hack' | 'xxx' | 'not-implemented' | 'placeholder-text';
  readonly start: number;
  readonly end: number;
  /** What the mark says, one line; empty when it says nothing. */
  readonly text: string;
}

/*
 * At the start of a comment's line, or followed by a colon or a name in parentheses: "TODO: x", "FIXME(ann) x", "// todo" is prose.
 */
const TAG =
  /^(?:[\s/*#!;<-]|REM\b)*@?(TODO|FIXME|HACK|XXX|BUG)(?![\w-])(?:\(([^)]{0,80})\))?\s*[:-]?\s*(.*)|(?<!["'`\w])(TODO|FIXME|HACK|XXX)(?:\([^)]{0,80}\))?:\s*(.*)/;
const RULES: { readonly [tag: string]: DebtMark['rule'] } = { TODO: 'todo', FIXME: 'fixme', BUG: 'fixme', HACK: 'hack', XXX: 'xxx' };

const NOT_IMPLEMENTED =
  /\bthrow\s+(?:new\s+)?\w*Error\(\s*(['"`])(?:this (?:method|function|feature) is )?(?:not (?:yet )?implemented|unimplemented|todo)\b[^\n]*|\braise\s+NotImplementedError\(\s*f?(['"])[^'"\n]*\b(?:yet|todo)\b[^\n]*|\b(?:todo|unimplemented)!\([^\n]*|\bpanic\("(?:not (?:yet )?implemented|TODO)[^\n]*|\bthrow new (?:NotImplementedException|UnsupportedOperationException)\(\s*"(?:not (?:yet )?implemented|todo)[^\n]*/gi;
const LOREM = /\blorem ipsum\b[^\n]{0,80}/gi;

/** In source order. Empty for kinds of files whose comments cannot be told from code. */
export function findDebt(source: Source): readonly DebtMark[] {
  const family = lexFamily(source.path);
  if (family === null || !/TODO|FIXME|HACK|XXX|BUG|mplemented|todo!|lorem ipsum/i.test(source.text)) return [];
  const lexemes = lex(source.text, family);
  const marks = lexemes.filter((lexeme) => lexeme.kind === 'comment').flatMap((lexeme) => tagsIn(source.text, lexeme));
  if (!isTestPath(source.path) && family !== 'html') marks.push(...placeholdersIn(source.text, lexemes));
  return marks.toSorted((a, b) => a.start - b.start);
}

function tagsIn(text: string, comment: Lexeme): DebtMark[] {
  const marks: DebtMark[] = [];
  let at = comment.start;
  for (const line of text.slice(comment.start, comment.end).split('\n')) {
    const match = TAG.exec(line);
    const tag = match?.[1] ?? match?.[4];
    if (match && tag !== undefined) {
      const said = (match[3] ?? match[5] ?? '').replace(/\s*(?:\*\/|-->)?\s*$/, '').trim();
      const start = at + match.index + match[0].indexOf(tag);
      marks.push({ rule: RULES[tag] ?? 'todo', start, end: at + line.trimEnd().length, text: said.slice(0, 160) });
    }
    at += line.length + 1;
  }
  return marks;
}

function placeholdersIn(text: string, lexemes: readonly Lexeme[]): DebtMark[] {
  const unfinished = [...text.matchAll(NOT_IMPLEMENTED)]
    .filter((match) => lexemeAt(lexemes, match.index) === undefined)
    .map((match): DebtMark => mark('not-implemented', match));
  const inString = (offset: number): boolean => {
    const lexeme = lexemeAt(lexemes, offset);
    return lexeme?.kind === 'string' && /["'`]/.test(text.charAt(lexeme.start));
  };
  const filler = [...text.matchAll(LOREM)]
    .filter((match) => inString(match.index))
    .map((match): DebtMark => mark('placeholder-text', match));
  return [...unfinished, ...filler];
}

function mark(rule: DebtMark['rule'], match: RegExpExecArray): DebtMark {
  const text = match[0].trimEnd();
  return { rule, start: match.index, end: match.index + text.length, text: text.slice(0, 160) };
}
