// Proposals: drafted by agents, decided by people by hunk, file or whole.

import type { RebaseOutcome } from '#protocol/review.ts';
import type { DecisionOutcome, ProposalSummary, ProposalTarget, ProposalView } from '#protocol/proposal.ts';
import type { ProposalDesk, ProposalDraft } from '#core/skills/skill.ts';
import { amend } from '#core/proposals/amend.ts';
import { Decisions, type Recovery } from '#core/proposals/decisions.ts';
import { prepareDraft } from '#core/proposals/draft.ts';
import { asked, draftWithout, replace } from '#core/proposals/asks.ts';
import { badDraft, noSuchTarget, otherRun } from '#core/proposals/errors.ts';
import { Ledger, type ProposalsDeps } from '#core/proposals/ledger.ts';
import { filePatch } from '#core/proposals/patch.ts';
import { loadTexts, place } from '#core/proposals/placement.ts';
import { rebase } from '#core/proposals/rebase.ts';
import { fromRow, newRecord, statusOf, summaryOf } from '#core/proposals/record.ts';
import { viewOf } from '#core/proposals/view.ts';

type TextSide = 'base' | 'proposed' | 'accepted';

/**
 * Ids may be unique prefixes; unknown ones give `proposal.notFound`. Decisions run one after another, in the order asked.
 * A decision is all or nothing over its files, and one that stands has an audit entry.
 */
export interface Proposals {
  /** Refusals: `proposal.stale`, `proposal.notText`, `proposal.tooLarge`, `proposal.badDraft`, `files.outside`. */
  create(
    draft: ProposalDraft,
    by: { readonly agent: string },
    run: { readonly runId: string; readonly path: string } | null,
  ): Promise<ProposalView>;
  /** Newest first. `open`: only those with hunks to decide. */
  list(filter?: { readonly runId?: string | undefined; readonly open?: boolean | undefined }): Promise<readonly ProposalSummary[]>;
  get(id: string): Promise<ProposalView>;
  /** Null: no such file on that side. `proposal.noSuchTarget` when the proposal does not touch `path`. */
  text(id: string, path: string, side: TextSide): Promise<string | null>;
  /** One patch that `git apply` takes on the base; all hunks, whatever was decided. */
  diff(id: string): Promise<string>;
  /**
   * Writes the pending hunks of the target at once; what was accepted before is left as it is, what was rejected stays out.
   * Edits made since are kept (`rebased`), or the whole decision is refused with `proposal.conflict` and nothing written.
   * With `commit`, the written paths are committed with a `CAS-Run` trailer, the person's own edits in those files included;
   * a commit that fails is logged and gives `commit: null`: the write stands.
   */
  accept(target: ProposalTarget, options?: { readonly commit?: boolean | undefined; readonly by?: string }): Promise<DecisionOutcome>;
  reject(target: ProposalTarget, options?: { readonly by?: string }): Promise<DecisionOutcome>;
  /** Takes back the last standing decision: files byte for byte as before it, hunks pending again. Later edits are kept, or it is refused. */
  undo(id: string, options?: { readonly by?: string }): Promise<DecisionOutcome>;
  /**
   * A person's own text in place of the proposed one; null puts back what the agent wrote. Hunks are cut anew, decisions stand.
   * Refusals: `proposal.decided` when nothing is pending or the edit reaches into a decided hunk, `proposal.notAmendable`,
   * `proposal.nothingLeft`, `proposal.notText`, `proposal.tooLarge`.
   */
  amend(request: { readonly id: string; readonly path: string; readonly text: string | null }, by?: string): Promise<ProposalView>;
  /** Onto the files as they are now, all or none: see rebase.ts. Throws `proposal.conflict`, `proposal.decided`. */
  rebase(
    request: { readonly id: string; readonly path?: string | undefined; readonly text?: string | undefined },
    by?: string,
  ): Promise<RebaseOutcome>;
  verify(id: string, verification: NonNullable<ProposalView['verification']>): Promise<void>;
  /** The pending hunks can no longer be accepted. A proposal that is already decided stays as it is. */
  supersede(id: string, reason: string, by?: string): Promise<void>;
  /** What a step of a run may do with proposals; it marks only those of its own run (`proposal.otherRun`). */
  deskFor(runId: string, path: string): ProposalDesk;
  /** Once when the store was opened, before any decision: restores the files of a decision that a crash cut short. */
  recover(): Promise<readonly Recovery[]>;
}

export function createProposals(deps: ProposalsDeps): Proposals {
  const ledger = new Ledger(deps);
  const decisions = new Decisions(ledger);
  return {
    create: (draft, by, run) => create(ledger, draft, { agent: by.agent, runId: run?.runId ?? null, path: run?.path ?? null }),
    list: (filter) => list(ledger, filter ?? {}),
    get: (id) => get(ledger, id),
    text: (id, path, side) => text(ledger, { id, path, side }),
    diff: (id) => diff(ledger, id),
    accept: (target, options) =>
      ledger.inTurn(() => decisions.accept(target, { commit: options?.commit ?? false, by: options?.by ?? 'person' })),
    reject: (target, options) => ledger.inTurn(() => decisions.reject(target, options?.by ?? 'person')),
    undo: (id, options) => ledger.inTurn(() => decisions.undo(id, options?.by ?? 'person')),
    amend: (request, by) => ledger.inTurn(() => amend(ledger, { ...request, by: by ?? 'person' })),
    rebase: ({ id, path, text }, by) => ledger.inTurn(() => rebase(ledger, { id, path, text, by: by ?? 'person' })),
    verify: (id, verification) => verify(ledger, id, verification),
    supersede: (id, reason, by) => supersede(ledger, { id, reason, by: by ?? 'engine' }),
    deskFor: (runId, path) => deskFor(ledger, runId, path),
    recover: () => ledger.inTurn(() => decisions.recover()),
  };
}

async function create(
  ledger: Ledger,
  draft: ProposalDraft,
  origin: { readonly agent: string; readonly runId: string | null; readonly path: string | null },
): Promise<ProposalView> {
  const title = draft.title.trim();
  if (title === '') throw badDraft('A proposal needs a title.');
  const drafted = await prepareDraft(ledger.files, draft);
  for (const one of drafted) for (const [hash, bytes] of one.blobs) await ledger.blobs.putBlob(hash, bytes);
  const { ids, clock } = ledger.deps;
  const files = drafted.map((one) => one.file);
  const record = newRecord({ id: ids.next('prp'), ...origin, title, summary: draft.summary, createdAt: clock.now(), files });
  await ledger.save(record);
  return viewOf(ledger, record);
}

async function list(ledger: Ledger, filter: NonNullable<Parameters<Proposals['list']>[0]>): Promise<readonly ProposalSummary[]> {
  const rows = await ledger.blobs.list({
    ...(filter.runId === undefined ? {} : { runId: filter.runId }),
    ...(filter.open === true ? { status: ['open'] } : {}),
  });
  return rows.map((row) => summaryOf(fromRow(row))).sort((a, b) => byAge(b, a));
}

function byAge(a: { readonly createdAt: number; readonly id: string }, b: { readonly createdAt: number; readonly id: string }): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}

async function get(ledger: Ledger, id: string): Promise<ProposalView> {
  return viewOf(ledger, await ledger.load(id));
}

async function text(ledger: Ledger, request: { id: string; path: string; side: TextSide }): Promise<string | null> {
  const record = await ledger.load(request.id);
  const { path, side } = request;
  const file = record.files.find((one) => one.path === path) ?? record.files.find((one) => one.oldPath === path);
  if (!file) throw noSuchTarget(record.id, path, undefined);
  const texts = await loadTexts(ledger.blobs, record.id, file);
  if (side === 'base') return texts.base;
  if (side === 'proposed') return texts.next;
  return place(file, texts, (hunk) => hunk.status === 'accepted')?.text ?? null;
}

async function diff(ledger: Ledger, id: string): Promise<string> {
  const record = await ledger.load(id);
  const parts: string[] = [];
  for (const file of record.files) parts.push(filePatch(file, await loadTexts(ledger.blobs, record.id, file)));
  return parts.join('');
}

function verify(ledger: Ledger, id: string, verification: NonNullable<ProposalView['verification']>): Promise<void> {
  return ledger.inTurn(async () => {
    const record = await ledger.load(id);
    await ledger.save({ ...record, verification: { passed: verification.passed, checks: [...verification.checks], outdated: false } });
  });
}

function supersede(ledger: Ledger, request: { id: string; reason: string; by: string }): Promise<void> {
  return ledger.inTurn(async () => {
    const record = await ledger.load(request.id);
    if (statusOf(record) !== 'open') return;
    await ledger.audit(request.by, 'proposal.supersede', record.id, { reason: request.reason });
    await ledger.save({ ...record, supersededBecause: request.reason });
  });
}

function deskFor(ledger: Ledger, runId: string, path: string): ProposalDesk {
  const own = async (id: string): Promise<string> => {
    const record = await ledger.load(id);
    if (record.runId !== runId) throw otherRun(record.id);
    return record.id;
  };
  return {
    create: (draft, by) => create(ledger, draft, { agent: by.agent, runId, path }),
    async ofRun() {
      const open = (await ledger.blobs.list({ runId, status: ['open'] })).map(fromRow).sort(byAge);
      return Promise.all(open.map((record) => viewOf(ledger, record)));
    },
    get: (id) => get(ledger, id),
    text: (id, file, side) => text(ledger, { id, path: file, side }),
    diff: (id) => diff(ledger, id),
    verify: async (id, verification) => verify(ledger, await own(id), verification),
    supersede: async (id, reason) => supersede(ledger, { id: await own(id), reason, by: path }),
    asked: (id, { note, drop }) => asked(ledger, id, { by: 'person', at: ledger.deps.clock.now(), note, drop: [...drop], runId }),
    draftWithout: async (id, drop) => draftWithout(ledger, await ledger.load(id), drop),
    replace: async (id, byId) => replace(ledger, { id, byId: await own(byId), runId, by: path }),
  };
}
