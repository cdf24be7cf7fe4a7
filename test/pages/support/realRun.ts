// Real rows: a whole code review of the repository, and what a person decided about it.

import { setTimeout as sleep } from 'node:timers/promises';
import type { CoreApi } from '#protocol/api.ts';

export async function reviewOnce(api: CoreApi): Promise<string> {
  const { runId } = await api.call('runs.start', { workflow: 'code-review', mode: 'auto' });
  for (let waits = 0; waits < 600; waits += 1) {
    const { endedAt } = await api.call('runs.get', runId);
    if (endedAt !== null) return runId;
    await sleep(100);
  }
  throw new Error(`run ${runId} did not end`);
}

/** A hunk accepted, a budget, a note, an agent out of service and back. */
export async function decide(api: CoreApi, runId: string): Promise<void> {
  const [proposal] = await api.call('proposals.list', { runId });
  if (proposal === undefined) throw new Error('the review proposed nothing');
  await api.call('proposals.accept', { target: { proposalId: proposal.id } });
  await api.call('budgets.set', { scope: { kind: 'day' }, budget: { costMicroUsd: 2_000_000 } });
  await api.call('feedback.give', {
    target: { kind: 'run', id: runId },
    rating: 'down',
    reason: 'incomplete',
    text: 'It missed the lint.',
  });
  await api.call('agents.setEnabled', { id: 'marketer', enabled: false });
}
