// In which order candidates are tried: what cannot do the work is left out, then the policy orders those nobody named.

import type { Candidate } from '#core/llm/candidate.ts';

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
  /** Three parts input to one part output, in US dollars per million tokens. */
  readonly usdPerMTok: number | null;
  readonly p50Ms: number | null;
  readonly errorRate: number | null;
  readonly setAside: boolean;
}

export interface OrderOptions {
  readonly policy: RoutePolicy;
  readonly needs: CallNeeds;
  readonly figures: (candidate: Candidate) => CandidateFigures;
}

interface Ordered {
  readonly candidates: readonly Candidate[];
  readonly unfit: readonly Candidate[];
}

/** The reason of what a step asked for by name. */
export const NAMED = 'named by the step';
const BLIND = 'it takes no images';

/**
 * Named by the step stays first. Who is set aside comes last, whoever named it. When nothing fits, all are tried; when all that
 * see have failed, those that do not are still better than a lost run.
 */
export function orderCandidates(candidates: readonly Candidate[], options: OrderOptions): Ordered {
  const known = candidates.map((candidate) => ({ candidate, figures: options.figures(candidate) }));
  const reasons = known.map(({ figures }) => unfitFor(figures, options.needs));
  const unfit = known.flatMap(({ candidate }, at) => (reasons[at] ? [{ ...candidate, reason: reasons[at] }] : []));
  const fit = unfit.length === known.length ? known : known.filter((_, at) => reasons[at] === null);
  const ranked = fit.map((one) => ({ ...one, rank: rankOf(one.figures, options.policy) }));
  ranked.sort((a, b) => aside(a) - aside(b) || named(b) - named(a) || (named(a) ? 0 : compare(a.rank, b.rank)));
  const ordered = ranked.map(({ candidate, figures, rank }) => ({
    ...candidate,
    reason: reasonOf(candidate, figures, rank, options.policy),
  }));
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

function rankOf(figures: CandidateFigures, policy: RoutePolicy): number | null {
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

function reasonOf(candidate: Candidate, figures: CandidateFigures, rank: number | null, policy: RoutePolicy): string {
  const parts = [candidate.reason];
  if (policy !== 'priority' && candidate.reason !== NAMED) parts.push(`by ${policy}: ${rankText(rank, policy)}`);
  if (figures.setAside) parts.push('set aside: half of its calls failed');
  return parts.join('; ');
}

function rankText(rank: number | null, policy: Exclude<RoutePolicy, 'priority'>): string {
  if (rank === null) return 'unknown';
  if (policy === 'cost') return `$${rank.toFixed(2)} per million tokens`;
  return policy === 'latency' ? `p50 ${Math.round(rank)} ms` : `${(rank * 100).toFixed(0)} % errors`;
}
