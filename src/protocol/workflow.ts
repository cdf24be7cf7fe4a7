// Workflows and problems in files, as shown to people.

import type { JsonObject, Json } from '#base/json.ts';

/** One problem in a workflow or agent file. Lines and columns are 1-based, columns in UTF-16 code units. */
export interface FileProblem {
  readonly severity: 'error' | 'warning';
  /** Stable dotted code: `workflow.unknownKey`, `workflow.cycle`, … */
  readonly code: string;
  readonly message: string;
  /** What to do about it; may be empty. */
  readonly hint: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface InputSpec {
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean' | 'array' | 'object';
  readonly description: string;
  readonly required: boolean;
  readonly default: Json | undefined;
  readonly enum: readonly Json[] | undefined;
}

export interface WorkflowSummary {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly source: 'built-in' | 'workspace';
  /** Absolute path of its file. */
  readonly file: string;
  readonly steps: number;
  readonly inputs: readonly InputSpec[];
  /** It cannot run without a language model. */
  readonly needsModel: boolean;
  readonly problems: readonly FileProblem[];
}

export interface WorkflowCheck {
  readonly ok: boolean;
  readonly problems: readonly FileProblem[];
  /** The checked definition as JSON; null when there are errors. */
  readonly definition: JsonObject | null;
  /** Step keys by level: all of a level can run at the same time. */
  readonly levels: readonly (readonly string[])[];
}
