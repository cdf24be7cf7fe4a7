// Collects findings with stable ids, sorts them and caps the list.

import { createHash } from 'node:crypto';
import type { Json } from '#base/json.ts';
import { type Finding, severitySchema } from '#protocol/finding.ts';

const MAX_FINDINGS = 2000;
const RANK = new Map(severitySchema.options.map((severity, index) => [severity, index]));

export type NewFinding = Omit<Finding, 'id' | 'skill'>;

/** Worst first, then by path, line and rule: the same findings always come in the same order. */
export function compareFindings(a: Finding, b: Finding): number {
  const [placeA, placeB] = [a.citations[0], b.citations[0]];
  return (
    (RANK.get(a.severity) ?? 0) - (RANK.get(b.severity) ?? 0) ||
    compareText(placeA?.path ?? '', placeB?.path ?? '') ||
    (placeA?.line ?? 0) - (placeB?.line ?? 0) ||
    (placeA?.column ?? 0) - (placeB?.column ?? 0) ||
    compareText(a.id, b.id)
  );
}

/** By code unit, not by locale: order must not depend on the machine. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export class FindingList {
  readonly #skill: string;
  readonly #findings: Finding[] = [];
  readonly #seen = new Map<string, number>();

  constructor(skill: string) {
    this.#skill = skill;
  }

  get size(): number {
    return this.#findings.length;
  }

  /** `key` tells claims apart that share path and excerpt; the id does not depend on line numbers, so it survives edits elsewhere. */
  add(finding: NewFinding, key = ''): Finding {
    const place = finding.citations[0];
    const normalised = (place?.excerpt ?? '').replace(/\s+/g, ' ').trim();
    const subject = `${place?.path ?? ''}\n${normalised}\n${key}`;
    const seen = this.#seen.get(`${finding.rule}\n${subject}`) ?? 0;
    this.#seen.set(`${finding.rule}\n${subject}`, seen + 1);
    const hash = createHash('sha256').update(seen === 0 ? subject : `${subject}\n${seen}`);
    const withId = { id: `${this.#skill}/${finding.rule}:${hash.digest('hex').slice(0, 12)}`, skill: this.#skill, ...finding };
    this.#findings.push(withId);
    return withId;
  }

  /** At most 2,000, worst first; `truncated` says how many more there were. */
  result(): { readonly findings: readonly Finding[]; readonly truncated: number } {
    const sorted = this.#findings.toSorted(compareFindings);
    return { findings: sorted.slice(0, MAX_FINDINGS), truncated: Math.max(0, sorted.length - MAX_FINDINGS) };
  }
}

/** Typed results to the JSON they are: drops `undefined` fields, which JSON has not. */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** "1 file", "3 files", "1,204 files". */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount.toLocaleString('en-US')} ${amount === 1 ? noun : plural}`;
}
