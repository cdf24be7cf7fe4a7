// What a person does with a proposal besides yes and no: edit it, move it onto changed files, ask for changes, weigh it.

import { z } from 'zod';
import type { ProposalPart, ProposalView } from '#protocol/proposal.ts';

export interface RebaseOutcome {
  readonly proposal: ProposalView;
  /** Files that stand on what is on disk now; empty when none had changed. */
  readonly rebased: readonly string[];
}

export type RiskLevel = 'low' | 'medium' | 'high';

/** One thing that raises the risk, with its figures; `high` ones make Accept All ask first. */
export interface RiskReason {
  readonly code: (typeof riskCodes)[number];
  readonly level: RiskLevel;
  /** Files it is about, at most 20. */
  readonly paths: readonly string[];
  /** Lines, files, checks or hunks: what the code says. */
  readonly count: number;
}

export const riskCodes = [
  'checksFailed',
  'objected',
  'notChecked',
  'checksOutdated',
  'changedSince',
  'protectedPaths',
  'deletesFiles',
  'manyFiles',
  'manyLines',
  'noTestTouched',
] as const;

/** Who looked at it, and what came of that. */
export interface VerdictLine {
  readonly who: string;
  readonly verdict: 'approves' | 'objects' | 'note';
  readonly text: string;
  /** What it rests on, with the lines it names; empty when it names none. */
  readonly notes: readonly { readonly path: string; readonly line: number; readonly text: string }[];
}

export interface ReviewSheet {
  readonly proposal: ProposalView;
  /** Null: drafted outside a run, or the run is no longer kept. */
  readonly run: { readonly id: string; readonly title: string; readonly workflow: string } | null;
  /** The worst of the reasons; `low` without one. */
  readonly risk: { readonly level: RiskLevel; readonly reasons: readonly RiskReason[] };
  readonly verdicts: readonly VerdictLine[];
  /** Model calls of the run up to now, all its proposals together; null when it called none. `microUsd` null: a price is unknown. */
  readonly cost: { readonly calls: number; readonly microUsd: number | null } | null;
  /** A model can be called now, so a note in words can be read. */
  readonly hasModel: boolean;
}

export interface ReviewMethods {
  /** Everything a person needs to decide, computed now. */
  'proposals.sheet': (id: string) => Promise<ReviewSheet>;
  /**
   * A person's own text in place of the proposed one; null puts back what the agent wrote. Hunks are cut anew; what is decided
   * stays. Throws `proposal.decided`, `proposal.notAmendable`, `proposal.nothingLeft`, `proposal.notText`, `proposal.tooLarge`.
   */
  'proposals.amend': (request: { readonly id: string; readonly path: string; readonly text: string | null }) => Promise<ProposalView>;
  /**
   * Moves it onto the files as they are now; writes none of them. `text`: what the person made of both sides of `path`.
   * Throws `proposal.conflict`, `proposal.decided`.
   */
  'proposals.rebase': (request: { readonly id: string; readonly path?: string; readonly text?: string }) => Promise<RebaseOutcome>;
  /**
   * Gives it back to the agent that drafted it: a run that drafts it anew, checks it, and puts the new proposal in its place.
   * A note in words needs a model (`llm.noProvider`); leaving parts out (`drop`) does not. Throws `proposal.decided`,
   * `proposal.emptyRequest`.
   */
  'proposals.ask': (request: {
    readonly id: string;
    readonly note: string;
    readonly drop?: readonly ProposalPart[];
  }) => Promise<{ readonly runId: string }>;
}

const id = z.string().min(1).max(200);
const path = z.string().min(1).max(4_096);
const text = z.string().max(10 * 1024 * 1024);

export const partsSchema = z.array(z.strictObject({ path, hunk: z.string().max(20).optional() })).max(10_000);

/** One tuple schema per method; unknown fields are refused. */
export const reviewSchemas = {
  'proposals.sheet': z.tuple([id]),
  'proposals.amend': z.tuple([z.strictObject({ id, path, text: text.nullable() })]),
  'proposals.rebase': z.tuple([z.strictObject({ id, path: path.optional(), text: text.optional() })]),
  'proposals.ask': z.tuple([z.strictObject({ id, note: z.string().max(10_000), drop: partsSchema.optional() })]),
} as const satisfies { readonly [M in keyof ReviewMethods]: z.ZodType };
