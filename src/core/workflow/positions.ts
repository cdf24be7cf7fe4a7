// Line and column of every value, through the YAML parser that keeps them (JSON is read as YAML here). Slow, so it is only
// asked when there is a problem to show.

import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node, type Pair } from 'yaml';
import { errorAt, type Issue, type ValuePath } from '#core/workflow/issue.ts';
import type { FileProblem } from '#protocol/workflow.ts';

export type Range = readonly [start: number, end: number];

export class Positions {
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;

  /** Does not throw on any text up to the depth that parseFast lets pass. */
  constructor(text: string) {
    this.#text = text;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, stringKeys: false, keepSourceTokens: false });
  }

  /** What the YAML itself does wrong: syntax, duplicate keys, tags, anchors, aliases, warnings too. */
  syntaxProblems(): readonly FileProblem[] {
    const found: FileProblem[] = [...this.#document.errors, ...this.#document.warnings].map((problem) => {
      const duplicate = problem.code === 'DUPLICATE_KEY';
      const code = duplicate ? 'duplicateKey' : 'yaml';
      const message = duplicate ? 'This key stands twice in the same mapping.' : sentence(problem.message);
      const hint = duplicate ? 'Remove one of the two.' : syntaxHint(problem.code);
      const [start, end] = problem.pos;
      const word = duplicate ? (/^(?:"[^"\n]*"|'[^'\n]*'|[^\s:]+)/.exec(this.#text.slice(start, start + 200))?.[0].length ?? 1) : 1;
      return this.at(errorAt([], code, message, { hint }), [start, Math.max(end, start + word)]);
    });
    visit(this.#document, {
      Node: (_, node) => {
        if (!isAlias(node) && node.anchor === undefined) return;
        const message = `${isAlias(node) ? 'Aliases' : 'Anchors'} (\`${isAlias(node) ? `*${node.source}` : `&${node.anchor}`}\`) are not allowed here.`;
        found.push(this.at(errorAt([], 'alias', message, { hint: 'Write the value out.' }), rangeOf(node) ?? [0, 1]));
      },
    });
    return found;
  }

  place(issue: Issue): FileProblem {
    const range = this.rangeAt(issue.path, issue.at ?? 'value');
    return this.at(issue, issue.excerpt ? this.#within(range, issue.excerpt) : range);
  }

  /** At most the first line of the range, without blanks at its end. */
  at(issue: Issue, [start, last]: Range): FileProblem {
    const width = (this.#text.slice(start, last).split(/[\r\n]/, 1)[0] ?? '').trimEnd().length;
    const { line, col } = this.#lines.linePos(start);
    const column = Math.max(1, col);
    return {
      severity: issue.severity,
      code: issue.code,
      message: issue.message,
      hint: issue.hint,
      line: Math.max(1, line),
      column,
      endLine: Math.max(1, line),
      endColumn: column + Math.max(1, width),
    };
  }

  /** Offsets of the value (or key) at the path; of the nearest enclosing one that is there when it is missing. */
  rangeAt(path: ValuePath, at: 'key' | 'value'): Range {
    let node: Node | null = this.#document.contents;
    let range: Range = firstLine(this.#text, node ? (rangeOf(node)?.[0] ?? 0) : 0);
    for (const [index, part] of path.entries()) {
      const pair = isMap(node) ? pairOf(node.items, part) : undefined;
      const child: unknown = pair ? pair.value : isSeq(node) ? node.items[Number(part)] : undefined;
      // One name where a list may stand is the list of that name.
      if (isScalar(node) && typeof part === 'number') return rangeOf(node) ?? range;
      if (!pair && child === undefined) return range;
      const key = pair && isNode(pair.key) ? rangeOf(pair.key) : undefined;
      const value = isNode(child) ? rangeOf(child) : undefined;
      if (index === path.length - 1) return (at === 'key' ? (key ?? value) : (value ?? key)) ?? range;
      // A missing inner value is shown at the key of what should hold it, or on the first line of a list item.
      range = key ?? (value ? firstLine(this.#text, value[0]) : range);
      node = isNode(child) ? child : null;
    }
    return range;
  }

  #within(range: Range, excerpt: { readonly text: string; readonly offset: number }): Range {
    const source = this.#text.slice(range[0], range[1]);
    // Quotes and block indents shift the text: look for it from where it would stand without them.
    const found = source.indexOf(excerpt.text, Math.min(excerpt.offset, source.length));
    const start = found === -1 ? source.indexOf(excerpt.text) : found;
    if (start === -1 || excerpt.text === '') return range;
    return [range[0] + start, range[0] + start + excerpt.text.length];
  }
}

function pairOf(items: readonly Pair[], part: string | number): Pair | undefined {
  return items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(part));
}

function rangeOf(node: Node): Range | undefined {
  return node.range ? [node.range[0], node.range[1]] : undefined;
}

function firstLine(text: string, start: number): Range {
  const end = text.indexOf('\n', start);
  return [start, Math.max(start, end === -1 ? text.length : end)];
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

function syntaxHint(code: string): string {
  if (code === 'TAB_AS_INDENT') return 'Indent with spaces.';
  if (code === 'MULTIPLE_DOCS') return 'One document a file: remove the `---`.';
  if (code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'UNEXPECTED_TOKEN') return 'Put text that holds `: `, `#`, `{` or quotes in quotes.';
  return '';
}

/** Of one file. */
export const MAX_PROBLEMS = 500;

/** Gives issues their lines and columns in the text, in order of place. */
export function placeAll(text: string, issues: readonly Issue[]): readonly FileProblem[] {
  const positions = new Positions(text);
  return inOrder(issues.slice(0, MAX_PROBLEMS).map((issue) => positions.place(issue)));
}

export function inOrder(problems: readonly FileProblem[]): readonly FileProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
