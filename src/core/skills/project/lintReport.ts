// Problems in a linter's output: eslint's and oxlint's own formats, rustc's, tsc's, and the common `file:line:column: text`.

import { stripVTControlCharacters } from 'node:util';
import type { Locator, Place } from '#core/skills/project/place.ts';

export interface LintProblem {
  readonly place: Place;
  readonly severity: 'error' | 'warning';
  /** The linter's name of the rule, or `problem` when it gives none. */
  readonly rule: string;
  readonly message: string;
}

type Parse = (lines: readonly string[], locator: Locator) => readonly LintProblem[];

const PARSERS: readonly Parse[] = [parseStylish, parseGraphical, parseRustc, parseLines];

/** Only problems in files of the workspace; each once, in the order of the output. */
export function readLintProblems(output: string, locator: Locator): readonly LintProblem[] {
  const lines = stripVTControlCharacters(output).replaceAll('\r\n', '\n').split('\n');
  const seen = new Map<string, LintProblem>();
  for (const problem of PARSERS.flatMap((parse) => parse(lines, locator))) {
    const { path, line, column } = problem.place;
    const key = `${path}:${line}:${column ?? 0}:${problem.message}`;
    if (!seen.has(key)) seen.set(key, problem);
  }
  return [...seen.values()];
}

/** eslint's default: a path alone on its line, then `  12:5  error  message  rule`. */
function parseStylish(lines: readonly string[], locator: Locator): readonly LintProblem[] {
  let path: string | null = null;
  return lines.flatMap((line) => {
    if (/^\S/.test(line)) path = locator.resolve(line.trim());
    const [, at, column, severity, message, rule] = /^ +(\d+):(\d+) +(error|warning) +(.+?)(?: {2,}(\S+))?$/.exec(line) ?? [];
    if (path === null || severity === undefined) return [];
    const place = { path, line: Number(at), column: Number(column) };
    return [{ place, severity: asSeverity(severity), rule: rule ?? 'problem', message: message ?? '' }];
  });
}

/** oxlint's default: `  x plugin(rule): message`, a few lines, then `,-[path:line:column]`. */
function parseGraphical(lines: readonly string[], locator: Locator): readonly LintProblem[] {
  let head: { severity: LintProblem['severity']; rule: string; message: string } | null = null;
  return lines.flatMap((line) => {
    const [, mark, rule, message] = /^ {2}([x×!⚠]) (\S+?\([\w/-]+\)): (.+)$/.exec(line) ?? [];
    if (mark !== undefined) head = { severity: /[x×]/.test(mark) ? 'error' : 'warning', rule: rule ?? 'problem', message: message ?? '' };
    const [, at] = /^ +(?:,-|╭─)\[(.+)\]$/.exec(line) ?? [];
    const place = at === undefined ? null : locator.find(at);
    if (place === null || head === null) return [];
    const problem = { place, ...head };
    head = null;
    return [problem];
  });
}

/** rustc and clippy: `warning: message`, then ` --> path:line:column`, then perhaps `#[warn(clippy::rule)]`. */
function parseRustc(lines: readonly string[], locator: Locator): readonly LintProblem[] {
  return lines.flatMap((line, index) => {
    const [, at] = /^ *--> (.+)$/.exec(line) ?? [];
    const place = at === undefined ? null : locator.find(at);
    const [, severity, code, message] = /^(error|warning)(?:\[(\w+)\])?: (.+)$/.exec(lines[index - 1] ?? '') ?? [];
    if (place === null || severity === undefined) return [];
    const note =
      lines
        .slice(index, index + 15)
        .join('\n')
        .split(/\n\n/, 1)[0] ?? '';
    const rule = /#\[(?:warn|deny)\(([\w:]+)\)\]/.exec(note)?.[1] ?? /#([a-z_]+)$/m.exec(note)?.[1];
    return [{ place, severity: asSeverity(severity), rule: code ?? rule ?? 'problem', message: message ?? '' }];
  });
}

/** unix, gcc, ruff, flake8, golangci-lint, go vet and tsc: one problem a line. */
function parseLines(lines: readonly string[], locator: Locator): readonly LintProblem[] {
  return lines.flatMap((line) => {
    const [, at, rest] = /^(\S.*?(?::\d+(?::\d+)?|\(\d+,\d+\))):? +(\S.*)$/.exec(line) ?? [];
    const place = at === undefined || rest === undefined || /^(?:at|test|Error) /.test(line) ? null : locator.find(at);
    return place === null || rest === undefined ? [] : [{ place, ...describe(rest) }];
  });
}

function describe(text: string): Omit<LintProblem, 'place'> {
  const [, word, plain = text] = /^(?:(error|warning|note)(?:: *| (?=[A-Z]+\d)))?(.+)$/i.exec(text) ?? [];
  const severity = asSeverity(word ?? (/\[(?:Warning)\b/.test(plain) ? 'warning' : 'error'));
  const [, unixRule] = /\[(?:Error|Warning)\/([^\]]+)\]$/.exec(plain) ?? [];
  if (unixRule !== undefined) return { severity, rule: unixRule, message: plain.replace(/ *\[[^\]]+\]$/, '') };
  const [, code, message] = /^([A-Z]+\d+):? (?:\[\*\] )?(.+)$/.exec(plain) ?? [];
  if (code !== undefined) return { severity, rule: code, message: message ?? plain };
  const [, body, linter] = /^(.+) \(([\w-]+)\)$/.exec(plain) ?? [];
  return { severity, rule: linter ?? 'problem', message: body ?? plain };
}

function asSeverity(word: string): LintProblem['severity'] {
  return word.toLowerCase() === 'error' ? 'error' : 'warning';
}
