// What a test run said: counts and failures, read from the output of whichever runner wrote it.

import { stripVTControlCharacters } from 'node:util';
import type { Locator, Place } from '#core/skills/project/place.ts';
import { parseCargo, parseGo, parseMaven } from '#core/skills/project/parseCompiled.ts';
import { parseJest, parseVitest } from '#core/skills/project/parseJest.ts';
import { parseMocha } from '#core/skills/project/parseMocha.ts';
import { parseNodeSpec, parseTap } from '#core/skills/project/parseTap.ts';
import { parsePytest, parseUnittest } from '#core/skills/project/parsePython.ts';
import type { ParsedTests } from '#core/skills/project/parsedTests.ts';

export interface TestFailure {
  readonly name: string;
  /** The first lines of what the runner said, at most 1,000 characters. */
  readonly message: string;
  readonly place: Place | null;
}

export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly TestFailure[];
}

const PARSERS: readonly ((output: string, locator: Locator) => ParsedTests | null)[] = [
  parseTap,
  parseNodeSpec,
  parseMocha,
  parseJest,
  parseVitest,
  parsePytest,
  parseUnittest,
  parseGo,
  parseCargo,
  parseMaven,
];
const MAX_MESSAGE = 1000;

/** Null when no known runner's report is in the output. Several runners in one command are added up. */
export function readTestReport(output: string, locator: Locator): TestReport | null {
  const plain = stripVTControlCharacters(output).replaceAll('\r\n', '\n');
  const parsed = PARSERS.map((parse) => parse(plain, locator)).filter((report) => report !== null);
  if (parsed.length === 0) return null;
  const sum = (key: 'passed' | 'failed' | 'skipped'): number => parsed.reduce((total, report) => total + report[key], 0);
  const failures = parsed.flatMap((report) =>
    report.failures.map(({ name, text, place }) => ({
      name,
      message: messageOf(text),
      place: place ?? locator.find(text),
    })),
  );
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped'), failures };
}

/** Without stack lines and indentation: what a person reads first. */
function messageOf(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*(?:at .+:\d+|at .+\)$|❯ )/.test(line));
  const indent = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  const message = lines.map((line) => line.slice(Number.isFinite(indent) ? indent : 0)).join('\n');
  return message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE - 1)}…`;
}
