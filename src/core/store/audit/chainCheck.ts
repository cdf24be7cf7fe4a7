// Checks a chain entry by entry, oldest first. Pure: the same for the store and for an exported file.

import type { AuditBreak, AuditHead, AuditVerification } from '#protocol/audit.ts';
import { GENESIS, hashOf, type StoredEntry } from '#core/store/audit/entry.ts';

/** The entry that says which older ones the retention policy removed. */
export const REMOVAL = 'audit.prune';

type Findings = Omit<AuditVerification, 'checkedAt' | 'durationMs'>;

/**
 * Proves that no entry between the first and the last was edited, removed, added or moved. That none is missing at the end is
 * proved by a head that was kept elsewhere; a chain that somebody rewrote as a whole, with the store's own note of its head, is
 * found by such a head alone.
 */
export class ChainCheck {
  readonly #expected: AuditHead | undefined;
  #entries = 0;
  #verified = 0;
  #late = 0;
  #first: StoredEntry | null = null;
  #last: StoredEntry | null = null;
  #seen: string | undefined;
  #removal: AuditHead | null = null;
  #broken: Findings['broken'] = null;

  /** `expected`: a head kept elsewhere, of this chain at an earlier time. */
  constructor(expected?: AuditHead) {
    this.#expected = expected;
  }

  add(entry: StoredEntry): void {
    this.#entries += 1;
    this.#first ??= entry;
    if (entry.late) this.#late += 1;
    // Also behind a break, when it is whole itself: else the break would seem to be at the start.
    if (entry.action === REMOVAL && hashOf(entry) === entry.hash) this.#removal = removalOf(entry);
    if (this.#broken !== null) return;
    this.#broken = this.#faultOf(entry);
    if (this.#broken !== null) return;
    if (entry.id === this.#expected?.id) this.#seen = entry.hash;
    this.#verified += 1;
    this.#last = entry;
  }

  /** Something in its place that is no entry at all. */
  unreadable(message: string): void {
    this.#entries += 1;
    this.#fail(this.#nextId(), 'edited', message);
  }

  /** `head`: what the store or the file itself says its newest entry is; null when it says nothing. */
  finish(head: AuditHead | null): Findings {
    const start = this.#faultOfStart();
    // Nothing that follows from a wrong start is verified, whatever else was found later.
    if (start !== null) [this.#broken, this.#verified, this.#last] = [start, 0, null];
    if (head !== null && (this.#last?.id ?? 0) < head.id) this.#fail(this.#nextId(), 'end', missing(this.#nextId(), head.id));
    else if (head !== null && this.#last !== null && this.#last.hash !== head.hash)
      this.#fail(this.#last.id, 'end', `Entry ${this.#last.id} is not the one that was noted as the newest (${head.id}).`);
    this.#compare();
    const { hash, id } = this.#last ?? { hash: '', id: 0 };
    return {
      entries: this.#entries,
      verified: this.#verified,
      since: this.#first?.at ?? null,
      head: id === 0 ? null : { id, hash },
      late: this.#late,
      removedTo: this.#first === null ? 0 : this.#first.id - 1,
      broken: this.#broken,
    };
  }

  #faultOf(entry: StoredEntry): Findings['broken'] {
    const { id } = entry;
    const wanted = this.#nextId();
    if (id > wanted && this.#last !== null) return { id: wanted, reason: 'missing', message: missing(wanted, id - 1) };
    if (id < wanted) return { id: wanted, reason: 'moved', message: `Entry ${id} stands where entry ${wanted} should be.` };
    if (hashOf(entry) !== entry.hash)
      return { id, reason: 'edited', message: `Entry ${id} was changed after it was written: its content does not give its hash.` };
    if (this.#last !== null && entry.prev !== this.#last.hash)
      return { id, reason: 'moved', message: `Entry ${id} does not follow the entry ${this.#last.id} that is before it.` };
    return null;
  }

  /** A chain begins with entry 1, or where an entry of its own says that the older ones were removed. */
  #faultOfStart(): Findings['broken'] {
    const first = this.#first;
    if (first === null) return null;
    const { id, prev } = first;
    if (id === 1)
      return prev === GENESIS ? null : { id, reason: 'start', message: 'Entry 1 names an entry before it; there cannot be one.' };
    const removal = this.#removal;
    const told = removal !== null && (removal.id >= id || (removal.id === id - 1 && removal.hash === prev));
    return told ? null : { id, reason: 'start', message: `${missing(1, id - 1)} No entry says that they were removed.` };
  }

  #compare(): void {
    const expected = this.#expected;
    if (expected === undefined || this.#broken !== null) return;
    if (expected.id > (this.#last?.id ?? 0)) this.#fail(this.#nextId(), 'end', missing(this.#nextId(), expected.id));
    else if (this.#seen !== expected.hash && expected.id >= (this.#first?.id ?? 1)) {
      const message = `The hash of entry ${expected.id} is not the one that was kept: entries up to there were written anew.`;
      this.#fail(this.#first?.id ?? 1, 'rewritten', message);
      [this.#verified, this.#last] = [0, null];
    }
  }

  #nextId(): number {
    return this.#last === null ? (this.#first?.id ?? 1) : this.#last.id + 1;
  }

  #fail(id: number, reason: AuditBreak, message: string): void {
    this.#broken ??= { id, reason, message };
  }
}

function missing(from: number, to: number): string {
  return from === to ? `Entry ${from} is missing.` : `Entries ${from} to ${to} are missing.`;
}

function removalOf(entry: StoredEntry): AuditHead | null {
  const { removedTo, hash } = JSON.parse(entry.data) as { readonly removedTo?: unknown; readonly hash?: unknown };
  return typeof removedTo === 'number' && typeof hash === 'string' ? { id: removedTo, hash } : null;
}
