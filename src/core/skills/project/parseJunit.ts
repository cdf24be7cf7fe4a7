// JUnit XML: the report that pytest, Maven, Gradle, go-junit-report, jest-junit and most others can write.

import type { Locator } from '#core/skills/project/place.ts';
import type { TestFailure, TestReport } from '#core/skills/project/testReport.ts';

const MAX_MESSAGE = 1_000;
const ENTITIES: { readonly [name: string]: string } = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

export function isJunitFile(path: string): boolean {
  return (
    /(?:^|\/)(?:TEST-[^/]*|junit[^/]*|[^/]*-junit|test-results?[^/]*|report)\.xml$/i.test(path) ||
    /\/(?:surefire-reports|test-results)\/.*\.xml$/.test(path)
  );
}

/** Null when it is no JUnit report. Entities that a document type could define are not expanded. */
export function readJunit(xml: string, locator: Locator): TestReport | null {
  if (!/<testsuites?[\s>]/.test(xml)) return null;
  const failures: TestFailure[] = [];
  let [passed, failed, skipped] = [0, 0, 0];
  for (const [, head = '', , body = ''] of xml.matchAll(/<testcase\b((?:[^>"']|"[^"]*"|'[^']*')*?)(\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const trouble = /<(failure|error)\b((?:[^>"']|"[^"]*"|'[^']*')*?)(?:\/>|>([\s\S]*?)<\/\1>)/.exec(body);
    if (trouble !== null) {
      failed += 1;
      failures.push(failureOf(head, trouble, locator));
    } else if (/<skipped\b/.test(body)) skipped += 1;
    else passed += 1;
  }
  return { passed, failed, skipped, failures };
}

function failureOf(head: string, trouble: RegExpExecArray, locator: Locator): TestFailure {
  const [, , attributes = '', text = ''] = trouble;
  const message = [attribute(attributes, 'message'), plain(text)].filter((part) => part.trim() !== '').join('\n');
  const [file, line] = [attribute(head, 'file'), Number(attribute(head, 'line'))];
  const path = file === '' ? null : locator.resolve(file);
  const name = [attribute(head, 'classname'), attribute(head, 'name')].filter((part) => part !== '').join(' › ');
  return {
    name,
    message: message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE - 1)}…`,
    place: path !== null && line > 0 ? { path, line } : locator.find(message),
  };
}

function attribute(head: string, name: string): string {
  const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(head);
  return decoded(match?.[1] ?? match?.[2] ?? '');
}

function plain(text: string): string {
  return text
    .split(/(<!\[CDATA\[[\s\S]*?\]\]>)/)
    .map((part) => (part.startsWith('<![CDATA[') ? part.slice(9, -3) : decoded(part)))
    .join('')
    .trim();
}

function decoded(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
}
