// What an agent may do without asking, and what a person allowed: risk classes, grants, and files that act.

import { z } from 'zod';
import type { JsonObject } from '#base/json.ts';

/**
 * What a tool can do to the world. `read`: looks at the workspace; `write-scratch`: changes its own drafts and proposals;
 * `execute`: runs a command in a scratch copy; `network`: asks another machine; `external`: uses a program of others, such
 * as an MCP server; `person`: asks a person.
 */
export type RiskClass = 'read' | 'write-scratch' | 'execute' | 'network' | 'external' | 'person';

/** A standing "always" for one exact action. */
export interface GrantView {
  readonly id: string;
  readonly tool: string;
  /** One line for people. */
  readonly title: string;
  /** What was allowed, to the letter. */
  readonly exact: JsonObject;
  readonly at: number;
  readonly reason: string;
}

/** A file of the workspace that acts once it is used: it is approved by its content. */
export interface ActingFile {
  /** Relative to the workspace. */
  readonly path: string;
  readonly kind: 'workflow' | 'agent' | 'mcp';
  /** SHA-256 (hex) of what it holds now. */
  readonly hash: string;
  readonly state: 'approved' | 'new' | 'changed';
}

export interface ApprovalMethods {
  /** What a person allowed for good, newest first. */
  'approvals.list': () => Promise<readonly GrantView[]>;
  /** Throws `approval.notFound`. */
  'approvals.revoke': (id: string) => Promise<void>;
  /** Workflow, agent and MCP files of the workspace, and whether they may act. */
  'trust.list': () => Promise<readonly ActingFile[]>;
  /** Approves these files as they are now; a hash that no longer fits gives `trust.changed`. Throws `workspace.untrusted`, `trust.notFound`. */
  'trust.approve': (files: readonly { readonly path: string; readonly hash: string }[]) => Promise<void>;
}

const id = z.string().min(1).max(200);

export const approvalSchemas = {
  'approvals.list': z.tuple([]),
  'approvals.revoke': z.tuple([id]),
  'trust.list': z.tuple([]),
  'trust.approve': z.tuple([
    z.array(z.strictObject({ path: z.string().min(1).max(1_000), hash: z.string().regex(/^[0-9a-f]{64}$/) })).max(1_000),
  ]),
} as const;
