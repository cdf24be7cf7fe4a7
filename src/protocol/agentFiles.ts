// Agent files as people write them: what is wrong with one, and a beginning for a new one.

import { z } from 'zod';
import type { FileProblem } from '#protocol/workflow.ts';

/** An agent file that is not used, or not wholly. */
export interface AgentFileProblems {
  /** Absolute path. */
  readonly file: string;
  readonly problems: readonly FileProblem[];
}

export interface NewAgentFile {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  /** A whole file that is right as it is. */
  readonly text: string;
}

export interface AgentFileMethods {
  /** Of all agent files of the workspace, those of other assistants too. */
  'agents.problems': () => Promise<readonly AgentFileProblems[]>;
  /** Checks a text as that file; `file` is an absolute path, which says whose conventions hold. Nothing is loaded. */
  'agents.check': (request: { readonly text: string; readonly file: string }) => Promise<readonly FileProblem[]>;
  /** A beginning for a new agent. Throws `agent.exists` for an id that is taken, `agent.badName` for a name without any letter. */
  'agents.template': (request: { readonly name: string }) => Promise<NewAgentFile>;
}

export const agentFileArguments = {
  'agents.problems': z.tuple([]),
  'agents.check': z.tuple([z.strictObject({ text: z.string().max(1_000_000), file: z.string() })]),
  'agents.template': z.tuple([z.strictObject({ name: z.string().min(1).max(200) })]),
} as const;
