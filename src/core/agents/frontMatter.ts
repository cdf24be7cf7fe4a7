// Markdown with YAML front matter → plain values, the body, and the place of each value for messages.

import { isMap, isNode, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { FileProblem } from '#protocol/workflow.ts';

/** Front matter beyond this is refused: parsing time grows faster than its size. */
const MAX_HEAD_CHARS = 8_192;
const MAX_FILE_CHARS = 262_144;
const MAX_PROBLEMS = 50;
/** Brackets, or dashes of lists in lists, one inside the other: the parser recurses. */
const TOO_DEEP = /(?:[[{]\s*(?:\w+\s*:\s*)?){20}|(?:-[ \t]+){20}/;

export type ValuePath = readonly (string | number)[];

export interface FrontMatter {
  readonly value: unknown;
  /** The Markdown after it, trimmed, `\n` line ends. */
  readonly body: string;
  /** A problem at the value (or its key) under `path`, or at the nearest thing that is there. */
  problem(path: ValuePath, about: Pick<FileProblem, 'code' | 'message' | 'hint'> & { readonly at?: 'key' | 'value' }): FileProblem;
}

export type FrontMatterResult =
  | { readonly kind: 'parsed'; readonly front: FrontMatter }
  | { readonly kind: 'broken'; readonly problems: readonly FileProblem[] };

const HEAD = /^---[ \t]*\n([\s\S]*?)^---[ \t]*(?:\n|$)/m;

/** Never throws, whatever the text. */
export function readFrontMatter(text: string): FrontMatterResult {
  const clean = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  if (clean.length > MAX_FILE_CHARS) return broken('tooLarge', `Agent files may have at most ${MAX_FILE_CHARS} characters.`, 'Shorten it.');
  const match = clean.startsWith('---') ? HEAD.exec(clean) : null;
  if (!match || match.index !== 0) {
    return broken(
      'noFrontMatter',
      'The file has no front matter.',
      'Begin with a line `---`, the keys (`id:`, `name:`, …) and a line `---`.',
    );
  }
  const head = match[1] ?? '';
  if (head.length > MAX_HEAD_CHARS)
    return broken('tooLarge', `Front matter may have at most ${MAX_HEAD_CHARS} characters.`, 'Move text to the body.');
  return parseHead(head, clean.slice(match[0].length).trim());
}

function parseHead(head: string, body: string): FrontMatterResult {
  const lines = new LineCounter();
  // The opening `---` is line 1 of the file.
  const at = (start: number, end: number): Pick<FileProblem, 'line' | 'column' | 'endLine' | 'endColumn'> => {
    const from = lines.linePos(start);
    const to = lines.linePos(Math.max(end, start + 1));
    return {
      line: Math.max(from.line, 1) + 1,
      column: Math.max(from.col, 1),
      endLine: Math.max(to.line, 1) + 1,
      endColumn: Math.max(to.col, 1),
    };
  };
  if (TOO_DEEP.test(head)) return broken('yaml', 'Values are nested too deeply.', '');
  const document = parseDocument(head, { lineCounter: lines, prettyErrors: false });
  const problems = syntaxProblems(document, at);
  if (problems.length > 0) return { kind: 'broken', problems: problems.slice(0, MAX_PROBLEMS) };
  const front: FrontMatter = {
    value: document.toJS(),
    body,
    problem(path, { at: side, ...about }) {
      const [start, end] = rangeOf(document, path, side ?? 'value');
      return { severity: 'error', ...about, ...at(start, end) };
    },
  };
  return { kind: 'parsed', front };
}

function syntaxProblems(
  document: Document.Parsed,
  at: (start: number, end: number) => Pick<FileProblem, 'line' | 'column' | 'endLine' | 'endColumn'>,
): readonly FileProblem[] {
  const problems: FileProblem[] = [...document.errors, ...document.warnings].map((error) => ({
    severity: 'error',
    code: 'agent.yaml',
    message: error.message,
    hint: '',
    ...at(error.pos[0], error.pos[1]),
  }));
  visit(document, {
    Alias(_, node) {
      const [start, end] = node.range ?? [0, 1];
      problems.push({
        severity: 'error',
        code: 'agent.yaml',
        message: 'Aliases are not allowed here.',
        hint: 'Write the value out.',
        ...at(start, end),
      });
    },
  });
  return problems;
}

function rangeOf(document: Document.Parsed, path: ValuePath, side: 'key' | 'value'): readonly [number, number] {
  for (let length = path.length; length > 0; length -= 1) {
    const part = path.slice(0, length);
    const exact = length === path.length;
    const owner: unknown = length === 1 ? document.contents : document.getIn(part.slice(0, -1), true);
    const pair = isMap(owner) ? owner.items.find((item) => isScalar(item.key) && item.key.value === part.at(-1)) : undefined;
    const value: unknown = document.getIn(part, true);
    // A value that is missing inside another is shown at the key of what should hold it.
    const node = (side === 'key' || !exact) && pair ? pair.key : (value ?? pair?.key);
    if (isNode(node) && node.range) return [node.range[0], node.range[1]];
  }
  return [0, 1];
}

function broken(code: string, message: string, hint: string): FrontMatterResult {
  return {
    kind: 'broken',
    problems: [{ severity: 'error', code: `agent.${code}`, message, hint, line: 1, column: 1, endLine: 1, endColumn: 2 }],
  };
}
