// Proposals over the workspace's files, once what a crash left half done is taken back.

import type { CompositionBase } from '#core/composition/base.ts';
import type { CommitPort } from '#core/proposals/ledger.ts';
import { createProposals, type Proposals } from '#core/proposals/proposals.ts';

/** Each decision that was taken back is in the log. Without `commit`, asking for a commit is refused. */
export async function composeProposals(base: CompositionBase, commit: CommitPort | undefined): Promise<Proposals> {
  const { ports, store, changed } = base;
  const { clock, ids, log } = ports;
  const proposals = createProposals({
    store,
    files: ports.files,
    writeGate: ports.writeGate,
    clock,
    ids,
    log,
    commit,
    protects: () => ports.settings().protectedPaths ?? [],
    events: { changed: () => changed('proposals') },
  });
  // Until the workspace is trusted nothing is written, not even back: a journal may have come with the folder.
  for (const recovered of ports.trusted() ? await proposals.recover() : [])
    log.warn('a decision that a crash cut short was taken back', {
      proposal: recovered.proposalId,
      restored: recovered.restored,
      leftAlone: recovered.leftAlone,
    });
  return proposals;
}
