// pytest and unittest.

import type { Locator, Place } from '#core/skills/project/place.ts';
import { distinct, type ParsedTests } from '#core/skills/project/parsedTests.ts';

export function parsePytest(output: string, locator: Locator): ParsedTests | null {
  const summary =
    /^(?:=+ )?((?:\d+ (?:failed|passed|skipped|errors?|xfailed|xpassed|deselected|warnings?)(?:, )?)+|no tests ran) in \d[\d.]*s/m.exec(
      output,
    )?.[1];
  if (summary === undefined) return null;
  const amount = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);
  const failures = Array.from(output.matchAll(/^(?:FAILED|ERROR) (\S.*?)(?: - (.*))?$/gm), ([, id = '', reason = '']) => {
    const section = sectionOf(output, id);
    return { name: id, text: reason || raisedIn(section) || section, place: lastPlace(section, locator) };
  });
  return {
    passed: amount('passed') + amount('xpassed'),
    failed: amount('failed') + amount('errors?'),
    skipped: amount('skipped') + amount('xfailed'),
    failures: distinct(failures),
  };
}

/** `tests/test_a.py::TestA::test_x[1]` stands under `____ TestA.test_x[1] ____`. */
function sectionOf(output: string, id: string): string {
  const [file = '', ...names] = id.split('::');
  const title = names.length === 0 ? `ERROR collecting ${file}` : names.join('.');
  const start = output.split('\n').findIndex((line) => /^_+ .* _+$/.test(line) && line.includes(` ${title} `));
  if (start === -1) return '';
  const lines = output.split('\n').slice(start + 1);
  const end = lines.findIndex((line) => /^(?:_+ .* _+|={3,} .*)$/.test(line) && !line.startsWith('_ _ '));
  return lines.slice(0, end === -1 ? 80 : end).join('\n');
}

/** `E   ImportError: …`: what was raised, without the way to it. */
function raisedIn(section: string): string {
  return /^E +(\S.*)$/m.exec(section)?.[1] ?? '';
}

/** Tracebacks end where it went wrong: the last place that is in the workspace. */
function lastPlace(text: string, locator: Locator): Place | null {
  const places = text.split('\n').map((line) => locator.find(line));
  return places.findLast((place) => place !== null) ?? null;
}

export function parseUnittest(output: string, locator: Locator): ParsedTests | null {
  const ran = /^Ran (\d+) tests? in /m.exec(output)?.[1];
  if (ran === undefined) return null;
  const amount = (word: string): number => Number(new RegExp(`^(?:FAILED|OK) \\(.*\\b${word}=(\\d+)`, 'm').exec(output)?.[1] ?? 0);
  const failed = amount('failures') + amount('errors');
  const skipped = amount('skipped');
  const blocks = output.split(/^={70}$/m).slice(1);
  const failures = blocks.flatMap((block) => {
    const [, title] = /^\n(?:FAIL|ERROR): (.*)\n/.exec(block) ?? [];
    const text = block.split(/^-{70}$/m)[1] ?? '';
    const message = text.trim().split('\n').at(-1) ?? '';
    return title === undefined ? [] : [{ name: title, text: message, place: lastPlace(text, locator) }];
  });
  return { passed: Math.max(0, Number(ran) - failed - skipped), failed, skipped, failures };
}
