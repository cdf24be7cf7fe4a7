// A workspace in memory with a write gate that can fail or die, and the proposals over it.

import assert from 'node:assert/strict';
import { AppError } from '#base/errors.ts';
import { createIdSource } from '#base/ids.ts';
import type { FileStat, Log, WorkspaceFiles, WriteGate } from '#core/ports.ts';
import { sha256Hex } from '#core/proposals/content.ts';
import type { CommitPort } from '#core/proposals/ledger.ts';
import { createProposals, type Proposals } from '#core/proposals/proposals.ts';
import type { DraftFile, ProposalDraft } from '#core/skills/skill.ts';
import type { ApplyJournalRow, AuditEntry, ProposalRow, ProposalsRepository } from '#core/store/store.ts';
import { FakeClock } from '#test/support/fakeClock.ts';

interface MemoryFile {
  readonly bytes: Uint8Array;
  readonly mode: number;
}

export type Tree = { readonly [path: string]: string };

/** A folder in memory. `ignoreCase`: as macOS and Windows, names that differ in case are one file. */
export class MemoryWorkspace implements WorkspaceFiles, WriteGate {
  readonly root = '/workspace';
  readonly #files = new Map<string, MemoryFile>();
  readonly #ignoreCase: boolean;
  /** Runs before each write or removal; what it throws is the gate's failure. */
  beforeWrite: (path: string, count: number) => void = () => {};
  #writes = 0;

  constructor(options: { ignoreCase?: boolean } = {}) {
    this.#ignoreCase = options.ignoreCase ?? false;
  }

  #name(path: string): string {
    if (path.startsWith('/') || path.split('/').includes('..'))
      throw new AppError({ code: 'files.outside', message: `${path} leads outside.` });
    if (!this.#ignoreCase) return path;
    return [...this.#files.keys()].find((name) => name.toLowerCase() === path.toLowerCase()) ?? path;
  }

  async read(path: string): Promise<Uint8Array> {
    const file = this.#files.get(this.#name(path));
    if (!file) throw new AppError({ code: 'files.notFound', message: `${path} does not exist.` });
    return Uint8Array.from(file.bytes);
  }

  async stat(path: string): Promise<FileStat | null> {
    const file = this.#files.get(this.#name(path));
    return file ? { kind: 'file', sizeBytes: file.bytes.length, modifiedAt: 0, mode: file.mode } : null;
  }

  async list(): Promise<readonly string[]> {
    return [...this.#files.keys()].sort();
  }

  async write(path: string, bytes: Uint8Array, options: { readonly mode: number | null }): Promise<void> {
    this.beforeWrite(path, (this.#writes += 1));
    const name = this.#name(path);
    this.#files.set(name, { bytes: Uint8Array.from(bytes), mode: options.mode ?? this.#files.get(name)?.mode ?? 0o644 });
  }

  async remove(path: string): Promise<void> {
    this.beforeWrite(path, (this.#writes += 1));
    this.#files.delete(this.#name(path));
  }

  /** As a person would, past the gate. */
  put(path: string, content: string | Uint8Array, mode = 0o644): void {
    this.#files.set(this.#name(path), { bytes: typeof content === 'string' ? Buffer.from(content) : content, mode });
  }

  drop(path: string): void {
    this.#files.delete(this.#name(path));
  }

  text(path: string): string | undefined {
    const file = this.#files.get(this.#name(path));
    return file && Buffer.from(file.bytes).toString('utf8');
  }

  hash(path: string): string {
    const file = this.#files.get(this.#name(path));
    assert.ok(file, `${path} is in the workspace`);
    return sha256Hex(file.bytes);
  }

  /** Every file with its bytes and mode, for whole-value comparison. */
  snapshot(): { [path: string]: string } {
    const entries = [...this.#files].map(
      ([path, file]) => [path, `${file.mode.toString(8)} ${Buffer.from(file.bytes).toString('latin1')}`] as const,
    );
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

export class MemoryProposalsRepository implements ProposalsRepository {
  readonly rows = new Map<string, ProposalRow>();
  readonly blobs = new Map<string, Uint8Array>();
  readonly journals = new Map<string, ApplyJournalRow>();
  /** What it throws makes ending a journal fail. */
  beforeEnd: () => void = () => {};

  async save(row: ProposalRow): Promise<void> {
    this.rows.set(row.id, row);
  }
  async get(id: string): Promise<ProposalRow | null> {
    return this.rows.get(id) ?? null;
  }
  async find(prefix: string): Promise<ProposalRow | null> {
    const found = [...this.rows.values()].filter((row) => row.id.startsWith(prefix));
    return found.length === 1 ? (found[0] ?? null) : null;
  }
  async list(filter: { readonly runId?: string; readonly status?: readonly string[] } = {}): Promise<readonly ProposalRow[]> {
    return [...this.rows.values()].filter(
      (row) =>
        (filter.runId === undefined || row.runId === filter.runId) && (filter.status === undefined || filter.status.includes(row.status)),
    );
  }
  async putBlob(hash: string, bytes: Uint8Array): Promise<void> {
    assert.equal(hash, sha256Hex(bytes));
    this.blobs.set(hash, bytes);
  }
  async getBlob(hash: string): Promise<Uint8Array | null> {
    return this.blobs.get(hash) ?? null;
  }
  async beginJournal(row: ApplyJournalRow): Promise<void> {
    this.journals.set(row.id, row);
  }
  async endJournal(id: string, row: ProposalRow): Promise<void> {
    this.beforeEnd();
    this.journals.delete(id);
    this.rows.set(row.id, row);
  }
  async dropJournal(id: string): Promise<void> {
    this.journals.delete(id);
  }
  async openJournals(): Promise<readonly ApplyJournalRow[]> {
    return [...this.journals.values()];
  }
}

export interface Bench {
  readonly workspace: MemoryWorkspace;
  readonly repository: MemoryProposalsRepository;
  readonly audit: AuditEntry[];
  readonly errors: string[];
  readonly changed: string[];
  readonly clock: FakeClock;
  readonly proposals: Proposals;
  /** Another process on the same store and folder. */
  reopen(): Proposals;
}

export function createBench(tree: Tree = {}, options: { ignoreCase?: boolean; commit?: CommitPort } = {}): Bench {
  const workspace = new MemoryWorkspace(options);
  for (const [path, text] of Object.entries(tree)) workspace.put(path, text);
  const repository = new MemoryProposalsRepository();
  const audit: AuditEntry[] = [];
  const errors: string[] = [];
  const changed: string[] = [];
  const clock = new FakeClock();
  let counter = 0;
  const ids = createIdSource({ now: () => clock.now(), random: () => ((counter += 1) % 1000) / 1000 });
  const log: Log = { debug() {}, info() {}, warn() {}, error: (message) => void errors.push(message) };
  const store = { proposals: repository, audit: { append: async (entry: AuditEntry) => void audit.push(entry) } };
  const events = { changed: (id: string) => void changed.push(id) };
  const reopen = (): Proposals =>
    createProposals({ store, files: workspace, writeGate: workspace, clock, ids, log, events, commit: options.commit });
  return { workspace, repository, audit, errors, changed, clock, proposals: reopen(), reopen };
}

export function draft(files: readonly DraftFile[], notes: ProposalDraft['notes'] = []): ProposalDraft {
  return { title: 'Tidy up', summary: 'Two small repairs.', files, notes };
}

export const by = { agent: 'developer' };
export const run = { runId: 'run_1', path: 'repair' };

/** A modify of `path` from what it is now. */
export function modify(bench: Bench, path: string, newText: string): DraftFile {
  return { kind: 'modify', path, baseHash: bench.workspace.hash(path), newText };
}

/** `l1` … `ln`, each with a newline. */
export function numbered(count: number, change: { readonly [line: number]: string } = {}): string {
  return Array.from({ length: count }, (_, at) => change[at + 1] ?? `l${at + 1}\n`).join('');
}
