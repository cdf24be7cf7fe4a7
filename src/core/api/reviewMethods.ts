// API methods of a review: the sheet a person decides by, edits before accepting, a rebase, and asking for changes.

import { z } from 'zod';
import { noProvider } from '#core/agents/executor.ts';
import { assertTrusted } from '#core/api/runDeps.ts';
import type { HostPorts } from '#core/ports.ts';
import { decided, emptyRequest, noSuchTarget } from '#core/proposals/errors.ts';
import type { Proposals } from '#core/proposals/proposals.ts';
import { riskOf } from '#core/proposals/risk.ts';
import type { Store } from '#core/store/store.ts';
import type { Step, WorkflowDefinition } from '#core/workflow/definition.ts';
import type { CoreMethods } from '#protocol/api.ts';
import type { ProposalPart, ProposalView } from '#protocol/proposal.ts';
import type { ReviewMethods, ReviewSheet, VerdictLine } from '#protocol/review.ts';

export interface ReviewDeps {
  readonly ports: HostPorts;
  readonly store: Store;
  readonly proposals: Proposals;
  readonly providers: () => Promise<readonly string[]>;
  /** Starts the built-in workflow `rework`, or the workspace's own of that name, changed by `adapt`. */
  readonly start: (
    request: Parameters<CoreMethods['runs.start']>[0],
    adapt: (definition: WorkflowDefinition) => WorkflowDefinition,
  ) => Promise<{ readonly runId: string }>;
}

export const REWORK = 'rework';

export function reviewMethods(deps: ReviewDeps): ReviewMethods {
  const { ports, proposals } = deps;
  return {
    'proposals.sheet': async (id) => sheet(deps, await proposals.get(id)),
    'proposals.amend': async (request) => {
      assertTrusted(ports);
      return proposals.amend(request);
    },
    'proposals.rebase': async (request) => {
      assertTrusted(ports);
      return proposals.rebase(request);
    },
    'proposals.ask': async ({ id, note, drop }) => {
      assertTrusted(ports);
      return ask(deps, await proposals.get(id), { note: note.trim(), drop: drop ?? [] });
    },
  };
}

async function ask(
  deps: ReviewDeps,
  proposal: ProposalView,
  { note, drop }: { readonly note: string; readonly drop: readonly ProposalPart[] },
): Promise<{ readonly runId: string }> {
  if (proposal.status !== 'open') throw decided(proposal.id, 'It is decided already, so it cannot be drafted anew.');
  if (note === '' && drop.length === 0) throw emptyRequest(proposal.id);
  for (const { path, hunk } of drop) {
    const file = proposal.files.find((one) => one.path === path);
    if (!file || (hunk !== undefined && !file.hunks.some((one) => one.id === hunk))) throw noSuchTarget(proposal.id, path, hunk);
  }
  const hasModel = (await deps.providers()).length > 0;
  if (!hasModel && note !== '' && drop.length === 0) throw noProvider('A note in words');
  const inputs = { proposal: proposal.id, note, drop: drop.map(({ path, hunk }) => ({ path, ...(hunk !== undefined && { hunk }) })) };
  const title = `Changes to: ${proposal.title}`.slice(0, 200);
  return deps.start({ workflow: REWORK, inputs, mode: 'auto', title }, (definition) => draftedBy(definition, proposal.agent));
}

/** The agent that drafted the old proposal drafts the new one. */
function draftedBy(definition: WorkflowDefinition, agent: string): WorkflowDefinition {
  const assign = (steps: readonly Step[]): readonly Step[] =>
    steps.map((step) => {
      if (step.kind === 'loop' || step.kind === 'map') return { ...step, steps: assign(step.steps) };
      return step.kind === 'task' && step.action === 'change.rework' ? { ...step, agent } : step;
    });
  return { ...definition, steps: assign(definition.steps) };
}

async function sheet({ store, providers }: ReviewDeps, proposal: ProposalView): Promise<ReviewSheet> {
  const run = proposal.runId === null ? null : await store.runs.get(proposal.runId);
  const verdicts = run === null ? [] : await verdictsOn(store, run.id, proposal.id);
  const sums = run === null ? [] : await store.costs.sums({ runIds: [run.id] });
  const calls = sums.reduce((total, sum) => total + sum.calls, 0);
  const unknown = sums.some(({ unknownCost }) => unknownCost > 0);
  const spent = sums.reduce((total, { costMicroUsd }) => total + costMicroUsd, 0);
  return {
    proposal,
    run: run && { id: run.id, title: run.title, workflow: run.workflow },
    risk: riskOf(proposal, verdicts),
    verdicts,
    cost: calls === 0 ? null : { calls, microUsd: unknown ? null : spent },
    hasModel: (await providers()).length > 0,
  };
}

/** What steps that ran after the proposal was drafted had to say: gates, and agents that deliver a verdict. The last word of each counts. */
async function verdictsOn(store: Store, runId: string, proposalId: string): Promise<readonly VerdictLine[]> {
  const types = ['proposal.created', 'step.assigned', 'step.succeeded', 'step.failed'] as const;
  const events = await store.runs.events(runId, { types });
  const drafted = events.find((event) => event.type === 'proposal.created' && event.proposalId === proposalId)?.seq ?? Infinity;
  const agents = new Map<string, string>();
  const last = new Map<string, VerdictLine>();
  for (const event of events) {
    if (event.type === 'step.assigned') agents.set(event.path, event.agent);
    if (event.seq < drafted || !('path' in event)) continue;
    const who = agents.get(event.path) ?? event.path;
    if (event.type === 'step.succeeded') {
      const said = verdictIn(event.output);
      if (said !== null) last.set(event.path, { who, ...said });
    }
    if (event.type === 'step.failed' && event.error.code === 'gate.refused' && event.retryAt === null) {
      last.set(event.path, { who, verdict: 'objects', text: event.error.message, notes: [] });
    }
  }
  return [...last.values()];
}

function verdictIn(output: unknown): Omit<VerdictLine, 'who'> | null {
  if (typeof output !== 'object' || output === null) return null;
  const { verdict, summary, reasons, passed, by, reason } = output as { readonly [name: string]: unknown };
  if (verdict === 'approve' || verdict === 'reject') {
    const text = typeof summary === 'string' ? summary : '';
    return { verdict: verdict === 'approve' ? 'approves' : 'objects', text, notes: notesIn(reasons) };
  }
  const isGate = passed === true && typeof by === 'string' && typeof reason === 'string';
  return isGate ? { verdict: 'approves', text: reason, notes: [] } : null;
}

const reasonsSchema = z.array(
  z.object({ text: z.string(), citations: z.array(z.object({ path: z.string(), line: z.number() })).default([]) }),
);

function notesIn(reasons: unknown): VerdictLine['notes'] {
  const parsed = reasonsSchema.safeParse(reasons);
  if (!parsed.success) return [];
  return parsed.data.flatMap(({ text, citations }) => citations.map(({ path, line }) => ({ path, line, text })));
}
