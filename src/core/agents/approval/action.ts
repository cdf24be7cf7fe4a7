// What a tool is about to do, exactly: shown to a person before it happens, and the same words that are recorded.

import { createHash } from 'node:crypto';
import { type JsonObject, stableStringify } from '#base/json.ts';
import type { Allowance } from '#protocol/allowance.ts';

export interface Action {
  readonly tool: string;
  /** Which class of risk has to be allowed. */
  readonly risk: Exclude<Allowance, 'tainted-egress'>;
  /** One line: "Run `npm test`". */
  readonly title: string;
  /** What exactly will happen: command, folder, names of environment variables, network, files. */
  readonly details: readonly { readonly label: string; readonly value: string }[];
  /** The same for exactly the same action, and for no other: what "always" is remembered by. */
  readonly exact: JsonObject;
  /** Data may leave the machine by it. */
  readonly egress: boolean;
  /** A boundary holds whatever the action does (a sandbox without network): in `auto` it needs no yes. */
  readonly contained: boolean;
  /** A person's list names it (a host that may be fetched from): no yes is needed while nothing untrusted came in. */
  readonly listed: boolean;
  /** False: every time anew (nothing else stands between the action and the machine). */
  readonly grantable: boolean;
}

/** 12 hex digits that tell one exact action from another. */
export function fingerprint(action: Pick<Action, 'tool' | 'exact'>): string {
  return createHash('sha256')
    .update(`${action.tool}\n${stableStringify(action.exact)}`)
    .digest('hex')
    .slice(0, 12);
}

/** Control, bidirectional, zero-width and other invisible characters, which would show a person something else than what runs. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029\u115F\u1160\u3164\uFFA0]/gu;

/** Text as it really is: what cannot be seen is spelled out as `\u{202e}`; line ends and tabs stay when `lines` is set. */
export function spelled(text: string, options: { readonly lines?: boolean } = {}): string {
  return text.replace(INVISIBLE, (char) => {
    if (options.lines === true && (char === '\n' || char === '\t')) return char;
    return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** Letters of more than one script in one word: `раypal` with Cyrillic letters. */
export function mixesScripts(text: string): boolean {
  return text
    .split(/[^\p{L}\p{N}]+/u)
    .some(
      (word) => /\p{Script=Latin}/u.test(word) && /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u.test(word),
    );
}
