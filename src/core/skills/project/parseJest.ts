// Jest and Vitest.

import { distinct, type ParsedFailure, type ParsedTests } from '#core/skills/project/parsedTests.ts';

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
  const failures = body
    .split(/^FAIL /m)
    .slice(1)
    .flatMap(suiteFailures);
  const unloaded = failures.filter(({ name }) => name.endsWith(UNLOADED)).length;
  return {
    passed: counts['passed'] ?? 0,
    // A suite that does not load has no tests to count: it counts as one.
    failed: (counts['failed'] ?? 0) + unloaded,
    skipped: (counts['skipped'] ?? 0) + (counts['todo'] ?? 0),
    failures: distinct(failures),
  };
}

const UNLOADED = 'Test suite failed to run';

/** `block` begins with the path of the suite; suites that do not load are told apart by it. */
function suiteFailures(block: string): readonly ParsedFailure[] {
  const path = /^\S+/.exec(block)?.[0] ?? '';
  const failures = block.split(/^ {2}● /m).slice(1);
  return failures.flatMap((failure) => {
    const [title = '', ...rest] = failure.split('\n');
    const text = rest.join('\n').split(/^(?:PASS |Test Suites:|Tests:)/m, 1)[0] ?? '';
    if (/^Console\b/.test(title)) return [];
    return [{ name: title.trim() === UNLOADED ? `${path}: ${UNLOADED}` : title.trim(), text, place: null }];
  });
}

export function parseVitest(output: string): ParsedTests | null {
  const summary = /^ +Tests {2}(.*\(\d+\)|no tests)$/m.exec(output)?.[1];
  if (summary === undefined) return null;
  const counts = numbers(summary);
  const blocks = output.split(/^ FAIL {2}/m).slice(1);
  const failures = blocks.map((block) => {
    const [title = '', ...rest] = block.split('\n');
    const text = rest.join('\n').split(/^(?:⎯+| Test Files )/m, 1)[0] ?? '';
    return {
      name: title
        .replace(/^\|[^|]+\| /, '')
        .replace(/ \[ .* \]$/, '')
        .trim(),
      text,
      place: null,
    };
  });
  // A file that does not load has no tests to count: it counts as one.
  const unloaded = failures.filter(({ name }) => !name.includes(' > ')).length;
  return {
    passed: counts['passed'] ?? 0,
    failed: (counts['failed'] ?? 0) + unloaded,
    skipped: (counts['skipped'] ?? 0) + (counts['todo'] ?? 0),
    failures: distinct(failures),
  };
}
