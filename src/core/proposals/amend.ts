// A person's edit of the proposed text before it is accepted, and its way back to what the agent wrote.

import type { ProposalView } from '#protocol/proposal.ts';
import { toSide } from '#core/proposals/draft.ts';
import { decided, nothingLeft, noSuchTarget, notAmendable } from '#core/proposals/errors.ts';
import type { Ledger } from '#core/proposals/ledger.ts';
import { loadText, loadTexts, type FileTexts } from '#core/proposals/placement.ts';
import { statusOf, type ProposalRecord, type StoredFile } from '#core/proposals/record.ts';
import { recut } from '#core/proposals/recut.ts';
import { viewOf } from '#core/proposals/view.ts';

export interface Amendment {
  readonly id: string;
  readonly path: string;
  /** Null: what the agent wrote. */
  readonly text: string | null;
  readonly by: string;
}

/** Hunks that are decided stay as they are: an edit that reaches into one gives `proposal.decided`. */
export async function amend(ledger: Ledger, { id, path, text, by }: Amendment): Promise<ProposalView> {
  const record = await ledger.load(id);
  const file = openFile(record, path);
  if (file.newHash === null) throw notAmendable(path);
  const was = await loadTexts(ledger.blobs, record.id, file);
  const agentHash = file.amendment === null ? file.newHash : file.amendment.agentHash;
  const agent = agentHash === null ? null : await loadText(ledger.blobs, record.id, agentHash);
  const wanted = text ?? agent ?? was.next ?? '';
  if (wanted === was.next) return viewOf(ledger, record);
  const side = toSide(path, wanted, file.newMode);
  const ofAgent = side.hash === agentHash;
  const next = withTexts(record, file, {
    was,
    now: { base: was.base, next: wanted },
    agent: agent ?? was.base ?? '',
    hashes: { baseHash: file.baseHash, newHash: side.hash },
    amendment: ofAgent ? null : { by, at: ledger.deps.clock.now(), agentHash },
  });
  await ledger.blobs.putBlob(side.hash, side.bytes);
  await ledger.audit(by, 'proposal.amend', record.id, { path, hash: side.hash, agentText: ofAgent });
  await ledger.save(next);
  return viewOf(ledger, next);
}

/** Throws `proposal.noSuchTarget`, and `proposal.decided` when nothing of it can be decided any more. */
export function openFile(record: ProposalRecord, path: string): StoredFile {
  const file = record.files.find((one) => one.path === path);
  if (!file) throw noSuchTarget(record.id, path, undefined);
  if (statusOf(record) !== 'open' || file.hunks.every(({ status }) => status !== 'pending')) {
    throw decided(record.id, `"${path}" is decided; take that decision back (undo) to change what is proposed.`);
  }
  return file;
}

export interface NewTexts {
  readonly was: FileTexts;
  readonly now: FileTexts;
  readonly agent: string;
  readonly hashes: Pick<StoredFile, 'baseHash' | 'newHash'>;
  readonly amendment: StoredFile['amendment'];
}

/** The record with other texts of one file. Throws `proposal.decided` for a decided hunk in the way, `proposal.nothingLeft`. */
export function withTexts(record: ProposalRecord, file: StoredFile, texts: NewTexts): ProposalRecord {
  const result = recut(file, texts);
  if (typeof result === 'number') {
    const message = `Hunk ${result + 1} of "${file.path}" is ${file.hunks[result]?.status}, and this would change it; take that decision back first.`;
    throw decided(record.id, message);
  }
  if (result.hunks.length === 0) throw nothingLeft(file.path);
  const changed: StoredFile = { ...file, ...texts.hashes, hunks: [...result.hunks], amendment: texts.amendment };
  return {
    ...record,
    files: record.files.map((one) => (one === file ? changed : one)),
    decisions: record.decisions.map((decision) => ({
      ...decision,
      hunks: decision.hunks.map((one) => (one.path === file.path ? { ...one, hunk: result.moved.get(one.hunk) ?? one.hunk } : one)),
    })),
    verification: record.verification && { ...record.verification, outdated: true },
  };
}
