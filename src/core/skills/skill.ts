// A deterministic skill: reads the repository through ports, returns a typed result. Works without any model.

import type { z } from 'zod';
import type { ErrorView } from '#base/errors.ts';
import type { Clock } from '#base/clock.ts';
import type { Json } from '#base/json.ts';
import type { Finding } from '#protocol/finding.ts';
import type { ProposalPart, ProposalView } from '#protocol/proposal.ts';
import type { RunMode } from '#protocol/runEvents.ts';
import type { Log, ProcessGate, RunFolder, ScratchFactory, WorkspaceFiles } from '#core/ports.ts';

/** What an agent drafts: whole new contents per file; hunks are computed. */
export interface ProposalDraft {
  readonly title: string;
  readonly summary: string;
  readonly files: readonly DraftFile[];
  /** Notes put on the hunk that covers `line` of the base text (of the new text for a new file). */
  readonly notes: readonly {
    readonly path: string;
    readonly line: number;
    readonly reason: string;
    readonly citations: Finding['citations'];
  }[];
}

export type DraftFile =
  | { readonly kind: 'modify'; readonly path: string; readonly baseHash: string; readonly newText: string }
  | { readonly kind: 'create'; readonly path: string; readonly newText: string; readonly executable?: boolean }
  | { readonly kind: 'delete'; readonly path: string; readonly baseHash: string }
  | { readonly kind: 'rename'; readonly oldPath: string; readonly path: string; readonly baseHash: string; readonly newText: string };

/** The part of core/proposals a skill may use: it can draft, read and mark, never write to the workspace. */
/** `decided`: somebody did so meanwhile; `askedAgain`: another run is at it now. Then nothing has changed. */
export type Replacement = 'replaced' | 'decided' | 'askedAgain';

export interface ProposalDesk {
  create(draft: ProposalDraft, by: { readonly agent: string }): Promise<ProposalView>;
  /** Open proposals of this run, oldest first. */
  ofRun(): Promise<readonly ProposalView[]>;
  get(id: string): Promise<ProposalView>;
  text(id: string, path: string, side: 'base' | 'proposed'): Promise<string | null>;
  diff(id: string): Promise<string>;
  verify(id: string, verification: NonNullable<ProposalView['verification']>): Promise<void>;
  /** Replaced by a better one, or taken back: it can no longer be accepted. */
  supersede(id: string, reason: string): Promise<void>;
  /** Notes that this run is to change it. It can still be decided until it is replaced. Throws `proposal.decided`. */
  asked(id: string, request: { readonly note: string; readonly drop: readonly ProposalPart[] }): Promise<void>;
  /** What is left of it without these parts and what is decided, on the files as they are now; null when nothing is. Throws `proposal.conflict`. */
  draftWithout(id: string, drop: readonly ProposalPart[]): Promise<ProposalDraft | null>;
  /** A proposal of this run takes the place of the one this run was asked to change. Throws `proposal.notAsked`. */
  replace(id: string, byId: string): Promise<Replacement>;
}

export interface SkillContext {
  readonly runId: string;
  readonly path: string;
  readonly agent: string;
  readonly mode: RunMode;
  readonly files: WorkspaceFiles;
  readonly processes: ProcessGate;
  readonly scratch: ScratchFactory;
  readonly proposals: ProposalDesk;
  readonly runFolder: RunFolder;
  readonly resources: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  progress(message: string, done?: number, total?: number): void;
  /** Typed record of a tool run, kept with the run. */
  recordTool(record: {
    readonly title: string;
    readonly data: Json;
    readonly startedAt: number;
    readonly durationMs: number;
    readonly ok: boolean;
  }): Promise<void>;
  /** The run so far, for report writers: inputs, results by key, workflow name. */
  readonly run: {
    readonly workflow: string;
    readonly title: string;
    readonly inputs: Json;
    readonly results: Json;
    readonly failures: readonly { readonly path: string; readonly error: ErrorView }[];
  };
}

export interface SkillResult {
  /** Skill-specific JSON; findings belong in `output.findings`. */
  readonly output: Json;
  /** One line: "3 secrets in 2 files", "no test command found". */
  readonly summary: string;
}

export interface Skill<Args = unknown> {
  /** `<area>.<verb or noun>`: `git.history`, `secrets.scan`. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Checked before a run starts when no templates are in the arguments, else when the step starts. */
  readonly args: z.ZodType<Args>;
  /** Shape of `output`, for workflow authors and for the model that reasons over it. */
  readonly output: z.ZodType;
  /** `read`: files and git only; `scratch`: runs commands in a scratch copy; `propose`: may draft proposals; `report`: writes in the run's folder. */
  readonly risk: 'read' | 'scratch' | 'propose' | 'report';
  run(args: Args, context: SkillContext): Promise<SkillResult>;
}

/** Keeps a skill's own argument type while it stands in a list. */
export function defineSkill<Args>(skill: Skill<Args>): Skill {
  return skill;
}
