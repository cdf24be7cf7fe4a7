// API methods about feedback: taken, stored, told to the bus, and counted for those who did the work.

import { createHash } from 'node:crypto';
import { AppError } from '#base/errors.ts';
import type { LearnedConfidence } from '#core/agents/learned.ts';
import type { AgentRegistry } from '#core/agents/registry.ts';
import { resolveRun } from '#core/api/resolve.ts';
import type { Bus } from '#core/bus/bus.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Proposals } from '#core/proposals/proposals.ts';
import type { Store } from '#core/store/store.ts';
import type { FeedbackMethods, FeedbackNote, FeedbackOutcome, FeedbackShare, FeedbackTarget } from '#protocol/feedback.ts';

const LISTED = 500;

export interface FeedbackDeps {
  readonly ports: Pick<HostPorts, 'clock' | 'ids'>;
  readonly store: Store;
  readonly proposals: Pick<Proposals, 'get'>;
  readonly agents: Pick<AgentRegistry, 'all' | 'get'>;
  readonly learned: LearnedConfidence;
  readonly bus: Pick<Bus, 'publish'>;
  readonly changed: () => void;
}

/** What a note is about, and whom it counts for. */
interface Subject {
  readonly target: FeedbackTarget;
  readonly title: string;
  readonly shares: readonly FeedbackShare[];
  readonly runId: string | null;
  readonly agent: string | null;
}

export function feedbackMethods(deps: FeedbackDeps): FeedbackMethods {
  const { ports, store, learned, bus } = deps;
  const learn = async (): Promise<void> => {
    learned.replace(await store.feedback.evidence());
    deps.changed();
  };
  return {
    'feedback.give': async ({ target, rating, reason, text = '' }) => {
      const subject = await subjectOf(deps, target);
      const id = subject.target.kind === 'agent' ? ports.ids.next('fb') : idFor(subject.target);
      const { title, shares, runId, agent } = subject;
      const note: FeedbackNote = { id, at: ports.clock.now(), target: subject.target, title, rating, reason: reason ?? null, text, shares };
      await store.feedback.put(note);
      await learn();
      const about = { ...(runId !== null && { runId }), ...(agent !== null && { agent }) };
      await bus.publish({ type: 'feedback.given', payload: { rating: rating === 'up' ? 5 : 1, text, ...about } });
      return note;
    },
    'feedback.list': ({ limit = LISTED } = {}) => store.feedback.list(limit),
    'feedback.withdraw': async (id) => {
      if (!(await store.feedback.remove(id)))
        throw new AppError({ code: 'feedback.notFound', message: `There is no feedback ${id} in this workspace.`, details: { id } });
      await learn();
    },
    'feedback.outcome': async () => outcomes(deps),
  };
}

/** The same for the same run or proposal. */
function idFor({ kind, id }: FeedbackTarget): string {
  return `fb_${createHash('sha256').update(`${kind}/${id}`).digest('hex').slice(0, 16)}`;
}

async function subjectOf({ store, proposals, agents }: FeedbackDeps, target: FeedbackTarget): Promise<Subject> {
  switch (target.kind) {
    case 'run': {
      const run = await resolveRun(store, target.id);
      const worked = await store.feedback.workedIn(run.id);
      const shares = worked.map((one) => ({ ...one, share: 1 / worked.length }));
      return { target: { kind: 'run', id: run.id }, title: run.title, shares, runId: run.id, agent: null };
    }
    case 'proposal': {
      const { id, title, agent, runId, path } = await proposals.get(target.id);
      const worked = runId === null || path === null ? [] : await store.feedback.workedIn(runId, path);
      const own = worked.filter((one) => one.agent === agent);
      const shares = own.length === 0 ? [{ agent, capability: '', share: 1 }] : own.map((one) => ({ ...one, share: 1 / own.length }));
      return { target: { kind: 'proposal', id }, title, shares, runId, agent };
    }
    case 'agent': {
      const { id, name, capabilities } = agents.get(target.id);
      const { capability = '' } = target;
      if (capability !== '' && !capabilities.some((one) => one.name === capability)) throw capabilityNotFound(id, capability);
      const title = capability === '' ? name : `${name}: ${capability}`;
      return { target, title, shares: [{ agent: id, capability, share: 1 }], runId: null, agent: id };
    }
  }
}

function capabilityNotFound(agent: string, capability: string): AppError {
  const message = `Agent \`${agent}\` has no capability \`${capability}\`.`;
  return new AppError({ code: 'agent.noCapability', message, details: { agent, capability } });
}

function outcomes({ agents, learned }: FeedbackDeps): readonly FeedbackOutcome[] {
  const all = agents.all.flatMap((agent) =>
    learned.capabilitiesOf(agent).map(({ name: capability, confidence, declared, notes, runs }) => {
      const without = learned.withoutNotes(agent.id, capability, declared);
      return { agent: agent.id, name: agent.name, capability, without, confidence, notes, runs };
    }),
  );
  const change = (one: FeedbackOutcome): number => Math.abs(one.confidence - one.without);
  return all.filter(({ notes }) => notes > 0).sort((a, b) => change(b) - change(a));
}
