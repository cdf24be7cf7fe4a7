// node:test in both of its reporters, and TAP from anyone (tape, ava).

import type { Locator } from '#core/skills/project/place.ts';
import { distinct, type ParsedFailure, type ParsedTests, sumOf } from '#core/skills/project/parsedTests.ts';

/** Lines below a failed test that are taken for what is said of it. */
const MAX_WORDS = 40;

/** TAP 12 (which says no version, but its plan and sums), 13 and 14. A failed parent whose only fault is a failed subtest is not a failure of its own. */
export function parseTap(output: string, locator: Locator): ParsedTests | null {
  if (!/^TAP version \d+/m.test(output) && !(/^1\.\.\d+$/m.test(output) && /^# (?:tests|pass) +\d+$/m.test(output))) return null;
  const failures: ParsedFailure[] = [];
  const lines = output.split('\n');
  let passed = 0;
  let skipped = 0;
  lines.forEach((line, index) => {
    const [, indent, not, name, directive] = /^(\s*)(not )?ok \d+(?: - | )?(.*?)(?: # time=\S+)?(?: # (SKIP|TODO)\b.*)?$/i.exec(line) ?? [];
    if (indent === undefined || line.endsWith(' {')) return; // A block of subtests counts by what is in it.
    if (directive !== undefined) skipped += 1;
    else if (not === undefined) passed += 1;
    else {
      const text = yamlBlock(lines, index + 1) || wordsBelow(lines, index + 1, indent.length);
      if (/failureType: '?subtestsFailed/.test(text)) return;
      failures.push({
        name: name?.trim() || '(unnamed)',
        text: errorOf(text),
        place: locator.find(text.replace(/^\s*(?:location|at): /m, ' ')),
      });
    }
  });
  const summary = (word: string): number | null => sumOf(output, new RegExp(`^# ${word}\\s+(\\d+)$`, 'gm'));
  return {
    passed: summary('pass') ?? passed,
    failed: summary('fail') ?? failures.length,
    skipped: summary('skipped') === null ? skipped : (summary('skipped') ?? 0) + (summary('todo') ?? 0),
    failures,
  };
}

function yamlBlock(lines: readonly string[], start: number): string {
  if (!/^\s*---/.test(lines[start] ?? '')) return '';
  const end = lines.findIndex((line, index) => index > start && /^\s*\.\.\./.test(line));
  return lines.slice(start + 1, end === -1 ? start + MAX_WORDS : end).join('\n');
}

/** What a runner without YAML says below a test: all that is indented further. */
function wordsBelow(lines: readonly string[], start: number, indent: number): string {
  const near = lines.slice(start, start + MAX_WORDS);
  const end = near.findIndex((line) => line.trim() !== '' && !/^\s/.test(line.slice(indent)));
  return near.slice(0, end === -1 ? near.length : end).join('\n');
}

/** The `error:` of a YAML block, one line or a block scalar, then the stack. */
function errorOf(block: string): string {
  const [, single] = /^\s*error: (?!\|)(.+)$/m.exec(block) ?? [];
  if (single !== undefined) return single.replace(/^(['"])(.*)\1$/, '$2');
  const [, message] = /^\s*error:\n(?:\s+name: .*\n)?\s+message: "?(.*?)"?$/m.exec(block) ?? [];
  if (message !== undefined) return message;
  const [, indent, body] = /^(\s*)error: \|-?\n((?:\1\s+.*(?:\n|$)|\s*\n)+)/m.exec(block) ?? [];
  return body === undefined || indent === undefined ? block : body;
}

/** The `spec` reporter of node:test, which it writes where there is no terminal since Node 23. */
export function parseNodeSpec(output: string, locator: Locator): ParsedTests | null {
  const passed = sumOf(output, /^ℹ pass (\d+)$/gm);
  if (passed === null) return null;
  const failures = Array.from(
    output.matchAll(/^test at (.+)\n✖ (.+?)(?: \(\d[\d.]*ms\))?\n((?:(?:[ \t].*)?\n|(?:[ \t].*)$)*)/gm),
    ([, at, name, text]) => ({
      name: name ?? '',
      text: text ?? '',
      place: locator.find(text ?? '') ?? locator.find(at ?? ''),
    }),
  );
  return {
    passed,
    failed: (sumOf(output, /^ℹ fail (\d+)$/gm) ?? 0) + (sumOf(output, /^ℹ cancelled (\d+)$/gm) ?? 0),
    skipped: (sumOf(output, /^ℹ skipped (\d+)$/gm) ?? 0) + (sumOf(output, /^ℹ todo (\d+)$/gm) ?? 0),
    failures: distinct(failures),
  };
}
