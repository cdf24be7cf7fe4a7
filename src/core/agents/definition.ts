// An agent as its file defines it. Loaded by registry.ts from Markdown with front matter.

import { type ModelTraits, noTraits } from '#core/llm/modelTraits.ts';
import type { ModelPreference } from '#core/llm/router.ts';

export interface AgentLimits {
  /** Model turns in one step. Default 24. */
  readonly maxTurns: number;
  /** Input plus output tokens in one step. Default 400,000. */
  readonly maxTokens: number;
  /** Ms for one attempt. Default 600,000. */
  readonly timeoutMs: number;
}

/** What it wishes of its models. A step's own wish goes first; what cannot be had falls back, and the record of the call says so. */
export interface AgentModels extends ModelTraits {
  /** By name, best first. */
  readonly prefer: readonly ModelPreference[];
}

export const noModelWishes: AgentModels = { ...noTraits, prefer: [] };

export interface AgentDefinition {
  readonly id: string;
  readonly name: string;
  /** One line: "Finds what can be exploited, and proves it." */
  readonly role: string;
  readonly description: string;
  readonly specializations: readonly string[];
  readonly capabilities: readonly { readonly name: string; readonly confidence: number }[];
  /** Tool ids it may use with a model: `files.read`, `files.search`, `files.propose`, `git.log`, … */
  readonly tools: readonly string[];
  /** Skill ids it may run. */
  readonly skills: readonly string[];
  readonly models: AgentModels;
  readonly limits: AgentLimits;
  /** Key of a schema in deliverables.ts: `findings`, `plan`, `changeSet`, `verdict`, `document`. */
  readonly deliverable: string;
  /** The Markdown body: how it works, what it must deliver, when it must stop. */
  readonly instructions: string;
  readonly source: 'built-in' | 'workspace';
  readonly file: string;
}
