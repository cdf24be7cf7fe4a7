// Accept, reject, undo: planned against the disk, written all or nothing, audited. The only user of the write gate.

import { toErrorView, type ErrorView } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { DecisionOutcome, ProposalTarget } from '#protocol/proposal.ts';
import { planAccept, planUndo, select, withStatus, type Plan, type Selection } from '#core/proposals/decide.ts';
import { commitUnavailable, needsOwnYes, nothingToUndo } from '#core/proposals/errors.ts';
import { protectionOf } from '#core/proposals/protectedPaths.ts';
import { rollBack, writeAll, type JournalPorts, type RolledBack } from '#core/proposals/journal.ts';
import type { CommitPort, Ledger } from '#core/proposals/ledger.ts';
import { toRow, type Decision, type ProposalRecord } from '#core/proposals/record.ts';
import { viewOf } from '#core/proposals/view.ts';

const NO_CHANGES: Plan = { changes: [], blobs: new Map(), rebased: [] };

/** What became of one interrupted decision. With an `error` its journal stays, and is tried again at the next start. */
export interface Recovery extends RolledBack {
  readonly proposalId: string;
  readonly error: ErrorView | null;
}

interface AuditNote {
  readonly actor: string;
  readonly action: string;
  readonly data: Json;
}

export class Decisions {
  readonly #ledger: Ledger;
  readonly #ports: JournalPorts;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    const { files, writeGate, log } = ledger.deps;
    this.#ports = { blobs: ledger.blobs, files, gate: writeGate, log };
  }

  async accept(target: ProposalTarget, options: { readonly commit: boolean; readonly by: string }): Promise<DecisionOutcome> {
    const { commit } = this.#ledger.deps;
    if (options.commit && commit === undefined) throw commitUnavailable();
    const { record, plan } = await this.#decide(target, 'accept', options.by);
    return this.#outcome(record, plan, options.commit && commit ? await this.#commit(commit, record, plan) : null);
  }

  async reject(target: ProposalTarget, by: string): Promise<DecisionOutcome> {
    const { record, plan } = await this.#decide(target, 'reject', by);
    return this.#outcome(record, plan, null);
  }

  async undo(id: string, by: string): Promise<DecisionOutcome> {
    const record = await this.#ledger.load(id);
    const last = record.decisions.at(-1);
    if (!last) throw nothingToUndo(record.id);
    const plan = await planUndo(this.#ledger, record, last.changes);
    const next = { ...withStatus(record, last.hunks, 'pending'), decisions: record.decisions.slice(0, -1) };
    const data = { took: `proposal.${last.kind}`, written: [...pathsOf(plan)], rebased: [...plan.rebased] };
    await this.#carryOut(next, plan, { actor: by, action: 'proposal.undo', data });
    return this.#outcome(next, plan, null);
  }

  async recover(): Promise<readonly Recovery[]> {
    const recovered: Recovery[] = [];
    for (const row of await this.#ledger.blobs.openJournals()) {
      try {
        const result = await rollBack(this.#ports, row);
        const data = { restored: [...result.restored], leftAlone: [...result.leftAlone] };
        await this.#ledger.audit('engine', 'proposal.recover', row.proposalId, data);
        this.#ledger.deps.events.changed(row.proposalId);
        recovered.push({ proposalId: row.proposalId, ...result, error: null });
      } catch (error) {
        this.#ports.log.error('Files of an interrupted decision could not be restored.', { proposalId: row.proposalId }, error);
        recovered.push({ proposalId: row.proposalId, restored: [], leftAlone: [], error: toErrorView(error) });
      }
    }
    return recovered;
  }

  async #decide(target: ProposalTarget, kind: Decision['kind'], by: string): Promise<{ record: ProposalRecord; plan: Plan }> {
    const record = await this.#ledger.load(target.proposalId);
    const verb = kind === 'accept' ? 'accepted' : 'rejected';
    const selection = select(record, target, verb);
    if (selection.length === 0) return { record, plan: NO_CHANGES };
    if (kind === 'accept') this.#requireOwnYes(record, selection, target);
    const marked = withStatus(record, selection, verb);
    const plan = kind === 'accept' ? await planAccept(this.#ledger, record, marked) : NO_CHANGES;
    const at = this.#ledger.deps.clock.now();
    const decision: Decision = { kind, by, at, hunks: [...selection], changes: [...plan.changes] };
    const next = { ...marked, decisions: [...record.decisions, decision] };
    const hunks = selection.map((one) => `${one.path}#${one.hunk + 1}`);
    const data = { hunks, written: [...pathsOf(plan)], rebased: [...plan.rebased] };
    await this.#carryOut(next, plan, { actor: by, action: `proposal.${kind}`, data });
    return { record: next, plan };
  }

  /** A file that acts is accepted by its name, or confirmed by it: never as one of many. Throws `proposal.protected`. */
  #requireOwnYes(record: ProposalRecord, selection: Selection, { path: named, parts, confirmed = [] }: ProposalTarget): void {
    const path = parts === undefined ? named : undefined;
    const own = this.#ledger.deps.protects?.() ?? [];
    const touched = record.files.filter((file) => selection.some((one) => one.path === file.path));
    const unnamed = touched.filter((file) => file.path !== path && !confirmed.includes(file.path));
    const files = unnamed.flatMap((file) => {
      const reason = protectionOf(file.path, own) ?? protectionOf(file.oldPath ?? '', own);
      return reason === null ? [] : [{ path: file.path, reason }];
    });
    if (files.length > 0) throw needsOwnYes(record.id, files);
  }

  /** Writes what the plan says and makes `next` the state of the proposal, or leaves everything as it was. */
  async #carryOut(next: ProposalRecord, plan: Plan, note: AuditNote): Promise<void> {
    const ledger = this.#ledger;
    const audit = (): Promise<void> => ledger.audit(note.actor, note.action, next.id, note.data);
    if (plan.changes.length === 0) {
      await audit();
      await ledger.save(next);
      return;
    }
    for (const [hash, bytes] of plan.blobs) await ledger.blobs.putBlob(hash, bytes);
    const journal = { id: ledger.deps.ids.next('jrn'), proposalId: next.id, changes: plan.changes };
    await writeAll(this.#ports, journal, async () => {
      await audit();
      await ledger.blobs.endJournal(journal.id, toRow(next));
    });
    ledger.deps.events.changed(next.id);
  }

  async #outcome(record: ProposalRecord, plan: Plan, commit: string | null): Promise<DecisionOutcome> {
    return { proposal: await viewOf(this.#ledger, record), written: pathsOf(plan), rebased: plan.rebased, commit };
  }

  async #commit(commit: CommitPort, record: ProposalRecord, plan: Plan): Promise<string | null> {
    const paths = pathsOf(plan);
    if (paths.length === 0) return null;
    const run = record.runId === null ? {} : { 'CAS-Run': record.runId };
    const trailers = { ...run, 'CAS-Proposal': record.id, 'CAS-Agent': record.agent };
    try {
      return await commit({ paths, message: [record.title, record.summary].filter(Boolean).join('\n\n'), trailers });
    } catch (error) {
      const fields = { proposalId: record.id, paths: [...paths] };
      this.#ledger.deps.log.error('The accepted changes were written but could not be committed.', fields, error);
      return null;
    }
  }
}

function pathsOf(plan: Plan): readonly string[] {
  const paths = plan.changes.flatMap(({ from, to }) => [from?.path, to?.path]);
  return [...new Set(paths.filter((path) => path !== undefined))].sort();
}
