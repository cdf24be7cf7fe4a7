// The text of a file as plain values, or the problems that keep it from being read: size, syntax, depth.

import { errorAt } from '#core/workflow/issue.ts';
import { Positions } from '#core/workflow/positions.ts';
import { MAX_DEPTH, MAX_FILE_BYTES, parseFast, type Broken, type FileFormat } from '#core/workflow/source.ts';
import type { FileProblem } from '#protocol/workflow.ts';

export type ReadText =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'problems'; readonly problems: readonly FileProblem[] };

/** What messages call such files, and what to do about an empty and about a large one. */
export interface FileWords {
  /** `workflow files` */
  readonly many: string;
  /** Completes "Start with …". */
  readonly start: string;
  readonly tooLarge: string;
  /** Default: that of workflow files, 256 KB. */
  readonly maxBytes?: number;
}

/** Never throws, whatever the text. */
export function readText(text: string, format: FileFormat, words: FileWords): ReadText {
  const sizeBytes = Buffer.byteLength(text);
  const { maxBytes = MAX_FILE_BYTES } = words;
  if (sizeBytes > maxBytes) {
    const message = `The file is ${Math.ceil(sizeBytes / 1024)} KB; ${words.many} may have at most ${maxBytes / 1024} KB.`;
    return problems([problemAt(1, 1, 'tooLarge', message, words.tooLarge)]);
  }
  if (text.trim() === '') return problems([problemAt(1, 1, 'empty', 'The file is empty.', `Start with ${words.start}.`)]);
  const source = parseFast(text, format);
  return source.kind === 'value' ? source : readBroken(text, source);
}

/** The fast parser refused it, or saw something suspicious: the parser with positions says why, or clears it. */
function readBroken(text: string, source: Broken): ReadText {
  if (source.verdict === 'tooDeep') {
    return problems([problemAt(source.line, source.column, 'tooDeep', `Values are nested more than ${MAX_DEPTH} levels deep.`, '')]);
  }
  const found = source.verdict === 'certain' ? [] : new Positions(text).syntaxProblems();
  if (found.length > 0) return problems(found);
  if (source.value !== undefined) return { kind: 'value', value: source.value };
  const reason = source.reason.charAt(0).toUpperCase() + source.reason.slice(1).replace(/\.$/, '');
  return problems([problemAt(source.line, source.column, 'yaml', `${reason}.`, '')]);
}

function problems(found: readonly FileProblem[]): ReadText {
  return { kind: 'problems', problems: found };
}

function problemAt(line: number, column: number, code: string, message: string, hint: string): FileProblem {
  const { path: _, ...issue } = errorAt([], code, message, { hint });
  return { ...issue, line, column, endLine: line, endColumn: column + 1 };
}
