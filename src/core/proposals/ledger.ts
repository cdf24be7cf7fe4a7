// Stored proposals: loading, changing one at a time, the audit trail and the note that something changed.

import type { Clock } from '#base/clock.ts';
import type { IdSource } from '#base/ids.ts';
import type { Json } from '#base/json.ts';
import type { Log, WorkspaceFiles, WriteGate } from '#core/ports.ts';
import type { ProposalsRepository, Store } from '#core/store/store.ts';
import { notFound } from '#core/proposals/errors.ts';
import { fromRow, toRow, type ProposalRecord } from '#core/proposals/record.ts';

/** Commits the given paths (removed ones too), nothing else, and returns the commit's hash. */
export type CommitPort = (request: {
  readonly paths: readonly string[];
  readonly message: string;
  readonly trailers: { readonly [name: string]: string };
}) => Promise<string>;

export interface ProposalsDeps {
  readonly store: Pick<Store, 'proposals'> & { readonly audit: Pick<Store['audit'], 'append'> };
  readonly files: WorkspaceFiles;
  readonly writeGate: WriteGate;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  /** Absent outside a Git repository: asking for a commit is then refused before anything is written. */
  readonly commit?: CommitPort | undefined;
  /** Globs of files that need a yes of their own, besides those that always do. */
  readonly protects?: () => readonly string[];
  /** Told after every durable change of a proposal; must not throw. */
  readonly events: { changed(proposalId: string): void };
}

export class Ledger {
  readonly deps: ProposalsDeps;
  readonly blobs: ProposalsRepository;
  readonly files: WorkspaceFiles;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: ProposalsDeps) {
    this.deps = deps;
    this.blobs = deps.store.proposals;
    this.files = deps.files;
  }

  /** One at a time, in the order asked: a decision reads, plans and writes with no other in between. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => undefined); // The caller gets the failure; the next in line must not.
    return result;
  }

  /** By id or unique prefix; `proposal.notFound`. */
  async load(id: string): Promise<ProposalRecord> {
    const row = (await this.blobs.get(id)) ?? (await this.blobs.find(id));
    if (row === null) throw notFound(id);
    return fromRow(row);
  }

  async save(record: ProposalRecord): Promise<void> {
    await this.blobs.save(toRow(record));
    this.deps.events.changed(record.id);
  }

  async audit(actor: string, action: string, target: string, data: Json): Promise<void> {
    await this.deps.store.audit.append({ at: this.deps.clock.now(), actor, action, target, data });
  }
}
