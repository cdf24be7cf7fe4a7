// go test -v, cargo test, Maven Surefire.

import type { Locator } from '#core/skills/project/place.ts';
import { distinct, type ParsedFailure, type ParsedTests, sumOf } from '#core/skills/project/parsedTests.ts';

/** A parent fails with its subtest; only the deepest ones count. A package that does not build counts as one failure. */
export function parseGo(output: string, locator: Locator): ParsedTests | null {
  if (!/^(?:ok|FAIL|\?|---)\s/m.test(output) || !/^(?:ok {2}|FAIL|\?)\t\S+|^\s*--- (?:PASS|FAIL|SKIP): /m.test(output)) return null;
  const results = Array.from(output.matchAll(/^\s*--- (PASS|FAIL|SKIP): (\S+) \(/gm), ([, verdict = '', name = '']) => ({ verdict, name }));
  const isParent = (name: string): boolean => results.some((other) => other.name.startsWith(`${name}/`));
  const leaves = results.filter(({ name }) => !isParent(name));
  const failures = leaves.filter(({ verdict }) => verdict === 'FAIL').map(({ name }) => goFailure(output, name, locator));
  const broken = Array.from(output.matchAll(/^FAIL\t(\S+) \[(.+)\]$/gm), ([, name = '', reason = '']) => {
    const complaints = output.split(`# ${name}`)[1]?.split(/^(?:#|FAIL|ok|---) ?/m, 1)[0];
    return { name, text: complaints?.trim() ?? reason, place: null };
  });
  const amount = (verdict: string): number => leaves.filter((leaf) => leaf.verdict === verdict).length;
  return { passed: amount('PASS'), failed: amount('FAIL') + broken.length, skipped: amount('SKIP'), failures: [...failures, ...broken] };
}

/** What a test logged stands between its `=== RUN` and its verdict (-v), or below the verdict; the package comes after. */
function goFailure(output: string, name: string, locator: Locator): ParsedFailure {
  const lines = output.split('\n');
  const verdict = lines.findIndex((line) => line.trimStart().startsWith(`--- FAIL: ${name} (`));
  const run = lines.findLastIndex((line, index) => index < verdict && line.startsWith('=== RUN') && line.endsWith(` ${name}`));
  const after = lines.slice(verdict + 1);
  const below = after.slice(
    0,
    after.findIndex((line) => !/^\s{4}/.test(line)),
  );
  const text = [...lines.slice(run === -1 ? verdict : run + 1, verdict), ...below].filter((line) => /^\s/.test(line)).join('\n');
  const folder = /^FAIL\t(\S+)/
    .exec(after.find((line) => /^FAIL\t\S/.test(line)) ?? '')?.[1]
    ?.split('/')
    .at(-1);
  const [, file, line] = /^\s+(\S+\.go):(\d+): /m.exec(text) ?? [];
  const path = file === undefined ? null : (locator.resolve(file) ?? locator.resolve(file, folder));
  return { name, text, place: path === null ? null : { path, line: Number(line) } };
}

export function parseCargo(output: string): ParsedTests | null {
  const passed = sumOf(output, /^test result: \w+\. (\d+) passed;/gm);
  if (passed === null) return null;
  const sections = output.split(/^---- (?=.+ stdout ----$)/m).slice(1);
  const failures = sections.map((section) => {
    const [title = '', ...rest] = section.split('\n');
    return {
      name: title.replace(/ stdout ----$/, ''),
      text: rest.join('\n').split(/^(?:failures:|note: run with)/m, 1)[0] ?? '',
      place: null,
    };
  });
  return {
    passed,
    failed: sumOf(output, /^test result: \w+\. \d+ passed; (\d+) failed;/gm) ?? 0,
    skipped: sumOf(output, /^test result: .*; (\d+) ignored;/gm) ?? 0,
    failures: distinct(failures),
  };
}

export function parseMaven(output: string): ParsedTests | null {
  const totals = [...output.matchAll(/^\[\w+\] Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)$/gm)];
  if (totals.length === 0) return null;
  const sum = (group: number): number => totals.reduce((total, match) => total + Number(match[group]), 0);
  const failed = sum(2) + sum(3);
  const failures = Array.from(output.matchAll(/^\[ERROR\] {3}(\w+)\.(\w+):(\d+)(.*)$/gm), ([, type, method, line, text]) => ({
    name: `${type}.${method}`,
    text: `${type}.java:${line} ${text?.trim()}`,
    place: null,
  }));
  return { passed: sum(1) - failed - sum(4), failed, skipped: sum(4), failures: distinct(failures) };
}
