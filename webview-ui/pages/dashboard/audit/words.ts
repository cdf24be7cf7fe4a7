// Entries of the audit trail in words: who, what, and what came of it. Actions that are not known here are shown as they are.

import type { AuditRecord } from '#protocol/audit.ts';
import type { Tone } from '#ui/components/Chip.tsx';
import type { IconName } from '#ui/components/icons.ts';
import { t } from '#ui/text.ts';

export interface Verdict {
  readonly icon: IconName;
  readonly tone: Tone | 'mute';
  readonly word: string;
}

interface Words {
  readonly what: string;
  readonly verdict: Verdict;
}

const ok = (word: string): Verdict => ({ icon: 'pass', tone: 'ok', word });
const bad = (word: string): Verdict => ({ icon: 'error', tone: 'bad', word });
const off = (word: string): Verdict => ({ icon: 'circle-slash', tone: 'mute', word });
const note = (word: string): Verdict => ({ icon: 'info', tone: 'run', word });
const recorded = (): Verdict => ok(t('Recorded'));

const known: { readonly [action: string]: () => Words } = {
  'proposal.accept': () => ({ what: t('accepted changes'), verdict: ok(t('Accepted')) }),
  'proposal.reject': () => ({ what: t('rejected changes'), verdict: bad(t('Rejected')) }),
  'proposal.undo': () => ({ what: t('took a decision back'), verdict: note(t('Taken back')) }),
  'proposal.supersede': () => ({ what: t('took a proposal back'), verdict: off(t('Superseded')) }),
  'proposal.recover': () => ({ what: t('rolled an interrupted decision back'), verdict: note(t('Restored')) }),
  'run.override': () => ({ what: t("replaced a step's result"), verdict: recorded() }),
  'run.cancel': () => ({ what: t('cancelled a run'), verdict: off(t('Cancelled')) }),
  'run.rollback': () => ({ what: t('took a run back'), verdict: recorded() }),
  'run.steer': () => ({ what: t('steered a run'), verdict: recorded() }),
  'dlq.redrive': () => ({ what: t('put a failed step back'), verdict: recorded() }),
  'dlq.discard': () => ({ what: t('discarded a failed step'), verdict: off(t('Discarded')) }),
  'agent.disable': () => ({ what: t('took an agent out of service'), verdict: off(t('Disabled')) }),
  'agent.enable': () => ({ what: t('put an agent into service'), verdict: ok(t('Enabled')) }),
  'breaker.open': () => ({ what: t('opened the circuit'), verdict: bad(t('Open')) }),
  'breaker.close': () => ({ what: t('closed the circuit'), verdict: ok(t('Closed')) }),
  'breaker.reset': () => ({ what: t('reset the circuits of an agent'), verdict: recorded() }),
  'budget.set': () => ({ what: t('set a budget'), verdict: recorded() }),
  'budget.remove': () => ({ what: t('took a budget away'), verdict: recorded() }),
  'trigger.on': () => ({ what: t('turned triggers on'), verdict: recorded() }),
  'trigger.off': () => ({ what: t('turned triggers off'), verdict: recorded() }),
  'key.add': () => ({ what: t('stored a key'), verdict: recorded() }),
  'key.remove': () => ({ what: t('removed a key'), verdict: recorded() }),
  'key.used': () => ({ what: t('used a key'), verdict: recorded() }),
  'key.refused': () => ({ what: t('had a key refused'), verdict: bad(t('Refused')) }),
  'key.changed': () => ({ what: t('saw another key'), verdict: recorded() }),
  'approval.allowed': () => ({ what: t('judged a command or request'), verdict: ok(t('Allowed')) }),
  'approval.refused': () => ({ what: t('judged a command or request'), verdict: bad(t('Denied')) }),
  'approval.revoked': () => ({ what: t('took a standing yes back'), verdict: off(t('Revoked')) }),
  'trust.approved': () => ({ what: t('approved a file that acts'), verdict: ok(t('Approved')) }),
  'proposal.amend': () => ({ what: t('edited a proposal'), verdict: recorded() }),
  'proposal.rebase': () => ({ what: t('rebased a proposal'), verdict: recorded() }),
  'proposal.ask': () => ({ what: t('asked for changes'), verdict: note(t('Asked')) }),
  'proposal.replace': () => ({ what: t('replaced a proposal'), verdict: off(t('Superseded')) }),
  'migration.create': () => ({ what: t('made a plan'), verdict: recorded() }),
  'migration.edit': () => ({ what: t('changed a plan'), verdict: recorded() }),
  'migration.hours': () => ({ what: t('wrote the hours of a run down'), verdict: recorded() }),
  'migration.clockStarted': () => ({ what: t('started a clock'), verdict: recorded() }),
  'migration.clockStopped': () => ({ what: t('stopped a clock'), verdict: recorded() }),
  'migration.clockDiscarded': () => ({ what: t('discarded the time of a clock'), verdict: off(t('Discarded')) }),
  'runtime.switch': () => ({ what: t('switched the runtime'), verdict: recorded() }),
  'owner.takeover': () => ({ what: t('took the workspace over'), verdict: recorded() }),
  'store.prune': () => ({ what: t('removed what the policy no longer keeps'), verdict: recorded() }),
  'store.restore': () => ({ what: t('restored the store'), verdict: recorded() }),
  'audit.prune': () => ({ what: t('removed old entries of this trail'), verdict: recorded() }),
  'audit.export': () => ({ what: t('exported this trail'), verdict: recorded() }),
};

export function wordsOf({ action, data }: Pick<AuditRecord, 'action' | 'data'>): Words {
  if (action === 'run.decide') return { what: t('answered a question'), verdict: answer(textOf(data, 'choice')) };
  return known[action]?.() ?? { what: action, verdict: recorded() };
}

/** Choices have ids of their workflow's making; these are the common ones. */
function answer(choice: string): Verdict {
  if (/^(approve|allow|accept|yes|continue)/.test(choice)) return ok(t('Approved'));
  if (/^(reject|deny|refuse|no|stop)$/.test(choice)) return bad(t('Denied'));
  return ok(choice === '' ? t('Answered') : choice);
}

/** A field of the entry's data as text; empty when it has none. */
export function textOf(data: AuditRecord['data'], field: string): string {
  const value =
    typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as { readonly [key: string]: unknown })[field] : undefined;
  return typeof value === 'string' ? value : '';
}

export function whoOf(actor: string): { readonly icon: IconName; readonly name: string } {
  if (actor === 'person') return { icon: 'account', name: t('You') };
  if (actor.startsWith('policy:')) return { icon: 'shield', name: t('Policy') };
  if (actor === 'engine') return { icon: 'pulse', name: t('CAS') };
  if (actor.startsWith('council')) return { icon: 'law', name: t('Council') };
  return { icon: 'robot', name: actor };
}
