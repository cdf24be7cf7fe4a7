// In which order candidates are tried: what cannot do the work is left out, then the policy orders those nobody named.

import type { Candidate } from '#core/llm/candidate.ts';
import { type ModelTraits, noTraits, unmetTraits } from '#core/llm/modelTraits.ts';

/** `priority`: as wished, then as listed. The others: the cheapest, the fastest (p50), the fewest errors first; unknown last. */
export const routePolicies = ['priority', 'cost', 'latency', 'health'] as const;
export type RoutePolicy = (typeof routePolicies)[number];

/** What a call needs of a model. */
export interface CallNeeds {
  readonly tools: boolean;
  readonly images: boolean;
  /** Input as estimated, plus room for the output. */
  readonly contextTokens: number;
}

/** What is known of a candidate now; null: unknown. */
export interface CandidateFigures {
  readonly tools: boolean;
  readonly images: boolean;
  readonly contextTokens: number;
  /** It can be told how much to think. */
  readonly reasoning: boolean;
  /** Three parts input to one part output, in US dollars per million tokens. */
  readonly usdPerMTok: number | null;
  readonly p50Ms: number | null;
  readonly errorRate: number | null;
  readonly setAside: boolean;
}

export interface OrderOptions {
  readonly policy: RoutePolicy;
  readonly needs: CallNeeds;
  /** What the agent wishes of those nobody named. Default: nothing. */
  readonly traits?: ModelTraits;
  readonly figures: (candidate: Candidate) => CandidateFigures;
}

interface Ordered {
  readonly candidates: readonly Candidate[];
  readonly unfit: readonly Candidate[];
}

/** The reason of what a step asked for by name. */
export const NAMED = 'named by the step';
/** The reason of those that nobody named. */
export const UNNAMED = 'next available';
const BLIND = 'it takes no images';

/**
 * Named by the step stays first. Who is set aside comes last, whoever named it. The workspace's policy orders the others; where
 * it is `priority`, who meets the agent's wishes goes first of those nobody named, in the order the agent wishes. When nothing fits, all are tried; when all that
 * see have failed, those that do not are still better than a lost run.
 */
export function orderCandidates(candidates: readonly Candidate[], options: OrderOptions): Ordered {
  const known = candidates.map((candidate) => ({ candidate, figures: options.figures(candidate) }));
  const reasons = known.map(({ figures }) => unfitFor(figures, options.needs));
  const unfit = known.flatMap(({ candidate }, at) => (reasons[at] ? [{ ...candidate, reason: reasons[at] }] : []));
  const fit = unfit.length === known.length ? known : known.filter((_, at) => reasons[at] === null);
  const ranked = fit.map((one) => ({ ...one, ...rankOf(one.candidate, one.figures, options) }));
  ranked.sort((a, b) => aside(a) - aside(b) || named(b) - named(a) || (named(a) ? 0 : compareRanks(a, b)));
  const ordered = ranked.map((one) => ({ ...one.candidate, reason: reasonOf(one) }));
  const blind = fit === known ? [] : unfit.filter(({ reason }) => reason === BLIND);
  return {
    candidates: [...ordered, ...blind.map((one) => ({ ...one, reason: `last resort: ${BLIND}` }))],
    unfit: fit === known ? [] : unfit,
  };
}

const aside = ({ figures }: { readonly figures: CandidateFigures }): number => Number(figures.setAside);
const named = ({ candidate }: { readonly candidate: Candidate }): number => Number(candidate.reason === NAMED);

function compare(a: number | null, b: number | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null ? -1 : a - b;
}

function unfitFor(figures: CandidateFigures, needs: CallNeeds): string | null {
  if (needs.tools && !figures.tools) return 'it takes no tools';
  if (needs.images && !figures.images) return BLIND;
  if (figures.contextTokens >= needs.contextTokens) return null;
  return `its context of ${figures.contextTokens} tokens is too small for about ${needs.contextTokens}`;
}

/** Where a candidate stands among those the step did not name. */
interface Rank {
  /** By the workspace's policy; null: unknown, and last. */
  readonly rank: number | null;
  /** Some person or agent prefers it by name. */
  readonly preferred: boolean;
  readonly unmet: readonly string[];
  /** By the agent's policy, of those nobody named. */
  readonly wished: number | null;
  /** What the policy that counts for it measured. */
  readonly measured: string | null;
}

function rankOf(candidate: Candidate, figures: CandidateFigures, { policy, traits = noTraits }: OrderOptions): Rank {
  const preferred = candidate.reason !== UNNAMED;
  const own = policy === 'priority' && !preferred ? (traits.policy ?? 'priority') : 'priority';
  const [rank, wished] = [measure(figures, policy), measure(figures, own)];
  const measured =
    policy !== 'priority' ? `by ${policy}: ${rankText(rank, policy)}` : own !== 'priority' ? `by ${own}: ${rankText(wished, own)}` : null;
  return { rank, preferred, unmet: unmetTraits(traits, figures), wished, measured };
}

function compareRanks(a: Rank, b: Rank): number {
  const byPolicy = compare(a.rank, b.rank);
  if (byPolicy !== 0 || (a.preferred && b.preferred)) return byPolicy;
  return Number(b.preferred) - Number(a.preferred) || a.unmet.length - b.unmet.length || compare(a.wished, b.wished);
}

function measure(figures: CandidateFigures, policy: RoutePolicy): number | null {
  switch (policy) {
    case 'priority':
      return 0;
    case 'cost':
      return figures.usdPerMTok;
    case 'latency':
      return figures.p50Ms;
    case 'health':
      return figures.errorRate;
  }
}

function reasonOf({
  candidate,
  figures,
  measured,
  unmet,
}: Rank & { readonly candidate: Candidate; readonly figures: CandidateFigures }): string {
  const parts = [candidate.reason];
  if (measured !== null && candidate.reason !== NAMED) parts.push(measured);
  if (figures.setAside) parts.push('set aside: half of its calls failed');
  return [...parts, ...unmet].join('; ');
}

function rankText(rank: number | null, policy: Exclude<RoutePolicy, 'priority'>): string {
  if (rank === null) return 'unknown';
  if (policy === 'cost') return `$${rank.toFixed(2)} per million tokens`;
  return policy === 'latency' ? `p50 ${Math.round(rank)} ms` : `${(rank * 100).toFixed(0)} % errors`;
}
