// Failing tests as findings: each on its own, many with one cause as one.

import type { Citation } from '#protocol/finding.ts';
import type { NewFinding } from '#core/skills/source/findingList.ts';
import { clip } from '#core/skills/source/lines.ts';

export interface FailedTest {
  readonly name: string;
  readonly message: string;
  readonly citation?: Citation;
}

/** From so many on, tests that fail with the same words have one cause. */
const ALIKE = 4;
const NAMED = 5;
const NO_NETWORK =
  /ENOTFOUND|EAI_AGAIN|ENETUNREACH|UnknownHost|getaddrinfo|Name or service not known|name resolution|Network is unreachable|Max retries exceeded/i;

export function failureFindings(failures: readonly FailedTest[]): readonly (NewFinding & { readonly key: string })[] {
  return [...Map.groupBy(failures, causeOf).values()].flatMap((alike) => {
    const [{ message } = { message: '' }] = alike;
    return alike.length < ALIKE || message === '' ? alike.map(one) : [together(alike, message)];
  });
}

/** The first line, whatever its figures and addresses. */
function causeOf({ message }: FailedTest): string {
  return (message.split('\n', 1)[0] ?? '').replaceAll(/0x[0-9a-f]+|\d+/gi, '#');
}

function one({ name, message, citation }: FailedTest): NewFinding & { readonly key: string } {
  const claim = { rule: 'failing-test', severity: severityOf(message), category: 'tests', message: withHint(message) } as const;
  return { ...claim, title: clip(`Test fails: ${name}`, 200), citations: citation ? [citation] : [], key: name };
}

function together(alike: readonly FailedTest[], message: string): NewFinding & { readonly key: string } {
  const [cause = ''] = message.split('\n', 1);
  const names = alike.slice(0, NAMED).map(({ name }) => name);
  const more = alike.length > NAMED ? `\nand ${alike.length - NAMED} more` : '';
  return {
    rule: 'failing-tests',
    severity: severityOf(message),
    category: 'tests',
    title: clip(`${alike.length} tests fail alike: ${cause}`, 200),
    message: withHint(`${names.join('\n')}${more}\n\n${message}`),
    citations: alike.slice(0, NAMED).flatMap(({ citation }) => citation ?? []),
    key: causeOf({ name: '', message }),
  };
}

/** What fails for want of a network here may well pass where there is one. */
function severityOf(message: string): 'high' | 'medium' {
  return NO_NETWORK.test(message) ? 'medium' : 'high';
}

function withHint(message: string): string {
  return NO_NETWORK.test(message) ? `${message}\nThere is no network where tests run here: that may be all there is to it.` : message;
}
