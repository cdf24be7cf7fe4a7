// A proposal: an agent's change, not yet in the folder. Decided by hunk, file or whole.

import type { Citation } from '#protocol/finding.ts';

export type HunkStatus = 'pending' | 'accepted' | 'rejected';
export type ProposalStatus = 'open' | 'accepted' | 'rejected' | 'partial' | 'superseded';
export type FileChangeKind = 'modify' | 'create' | 'delete' | 'rename';

export interface HunkView {
  /** Stable within the proposal, 1-based per file: `1`, `2`, … */
  readonly id: string;
  /** 1-based first line and count in the base and in the proposed text; a count of 0 has its start before the line. */
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** Unified diff body: each line starts with ' ', '-' or '+'; `\\ No newline at end of file` as in git. */
  readonly lines: readonly string[];
  readonly status: HunkStatus;
  /** Why this change: one line, from the finding it fixes or the agent. */
  readonly reason: string;
  readonly citations: readonly Citation[];
  /** A person edited it: it is no longer what the agent wrote. */
  readonly amended?: true;
}

export interface ProposalFileView {
  readonly path: string;
  /** The path before a rename. */
  readonly oldPath: string | null;
  readonly kind: FileChangeKind;
  /** SHA-256 (hex) of the bytes the change was made against; null for a new file. */
  readonly baseHash: string | null;
  readonly added: number;
  readonly removed: number;
  readonly hunks: readonly HunkView[];
  /** `changed`: the file differs from the base and from what CAS last wrote; a clean rebase is tried on accept. */
  readonly disk: 'same' | 'changed' | 'missing';
  /** The proposed text was edited by a person. `agentText`: what the agent wrote can still be put back. */
  readonly amendment?: { readonly by: string; readonly at: number; readonly agentText: boolean };
}

/** What a person wants to be different, and the run that sees to it. */
export interface ChangeRequest {
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
  /** In their own words; may be empty when `drop` says it all. */
  readonly note: string;
  /** What to leave out: files, or hunks as they were numbered then. */
  readonly drop: readonly ProposalPart[];
  readonly runId: string;
}

export interface ProposalSummary {
  readonly id: string;
  readonly runId: string | null;
  readonly path: string | null;
  readonly agent: string;
  readonly title: string;
  readonly summary: string;
  readonly status: ProposalStatus;
  readonly createdAt: number;
  readonly files: number;
  readonly hunks: number;
  readonly hunksPending: number;
  readonly added: number;
  readonly removed: number;
  /** The proposal that took this one's place, after changes were asked for. */
  readonly replacedBy?: string;
  /** The proposal whose place this one took. */
  readonly replaces?: string;
  /** The last time changes were asked for; absent when nobody did. */
  readonly asked?: ChangeRequest;
}

export interface ProposalView extends Omit<ProposalSummary, 'files'> {
  readonly files: readonly ProposalFileView[];
  /** What QA found when it applied this proposal to a scratch copy; null when it was not checked. */
  readonly verification: {
    readonly passed: boolean;
    readonly checks: readonly { readonly name: string; readonly passed: boolean; readonly detail: string }[];
    /** The proposed text has changed since: edited by a person, or rebased. */
    readonly outdated?: true;
  } | null;
  readonly canUndo: boolean;
}

/** A file of a proposal, or one hunk of it. */
export interface ProposalPart {
  readonly path: string;
  readonly hunk?: string | undefined;
}

/**
 * Which part of a proposal a decision is about. No `path`: all of it; no `hunk`: the whole file. `parts`: these, in one
 * decision, all or nothing, taken back by one undo; `path` and `hunk` do not count then.
 */
export interface ProposalTarget {
  readonly proposalId: string;
  readonly path?: string;
  readonly hunk?: string;
  readonly parts?: readonly ProposalPart[];
  /** Files that act (build servers, hooks, agents) and that the person said yes to by name; `path` alone is such a yes, too. */
  readonly confirmed?: readonly string[];
}

export interface DecisionOutcome {
  readonly proposal: ProposalView;
  /** Workspace-relative paths written by this decision. */
  readonly written: readonly string[];
  /** Files that had changed since and into which the hunks were merged cleanly. */
  readonly rebased: readonly string[];
  /** The commit made, when one was asked for. */
  readonly commit: string | null;
}
