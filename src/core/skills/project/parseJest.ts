// Jest and Vitest.

import { distinct, type ParsedTests } from '#core/skills/project/parsedTests.ts';

/** The numbers of a summary line such as `1 failed, 2 passed, 3 total` or `1 failed | 2 passed (3)`, by word. */
function numbers(line: string): { readonly [word: string]: number } {
  return Object.fromEntries(
    Array.from(line.matchAll(/(\d+) (failed|passed|skipped|todo)/g), ([, amount, word]) => [word ?? '', Number(amount)]),
  );
}

export function parseJest(output: string): ParsedTests | null {
  const summary = /^Tests: +(.*\btotal)$/m.exec(output)?.[1];
  if (summary === undefined) return null;
  const counts = numbers(summary);
  const body = output.split(/^Summary of all failing tests$/m, 1)[0] ?? output;
  const blocks = body.split(/^ {2}● /m).slice(1);
  const failures = blocks.flatMap((block) => {
    const [title = '', ...rest] = block.split('\n');
    const text = rest.join('\n').split(/^(?:PASS|FAIL|Test Suites:|Tests:) /m, 1)[0] ?? '';
    return /^Console\b/.test(title) ? [] : [{ name: title.trim(), text, place: null }];
  });
  const suites = Number(/^Test Suites: +(\d+) failed/m.exec(output)?.[1] ?? 0);
  const failed = counts['failed'] ?? 0;
  return {
    passed: counts['passed'] ?? 0,
    // A suite that does not load has no tests to count: it counts as one.
    failed: failed === 0 ? suites : failed,
    skipped: (counts['skipped'] ?? 0) + (counts['todo'] ?? 0),
    failures: distinct(failures),
  };
}

export function parseVitest(output: string): ParsedTests | null {
  const summary = /^ +Tests {2}(.*\(\d+\)|no tests)$/m.exec(output)?.[1];
  if (summary === undefined) return null;
  const counts = numbers(summary);
  const blocks = output.split(/^ FAIL {2}/m).slice(1);
  const failures = blocks.map((block) => {
    const [title = '', ...rest] = block.split('\n');
    const text = rest.join('\n').split(/^(?:⎯+| Test Files )/m, 1)[0] ?? '';
    return { name: title.replace(/^\|[^|]+\| /, '').trim(), text, place: null };
  });
  const files = Number(/^ Test Files {2}(\d+) failed/m.exec(output)?.[1] ?? 0);
  const failed = counts['failed'] ?? 0;
  return {
    passed: counts['passed'] ?? 0,
    failed: failed === 0 ? files : failed,
    skipped: (counts['skipped'] ?? 0) + (counts['todo'] ?? 0),
    failures: distinct(failures),
  };
}
