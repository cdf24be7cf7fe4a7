// The bench of one step: what its tools share beyond files. Made when the step begins, put away when it ends.

import type { StepApprovals } from '#core/agents/approval/approver.ts';
import type { Notes } from '#core/agents/tools/notes.ts';
import type { StepScratch } from '#core/agents/tools/stepScratch.ts';
import type { Tool } from '#core/agents/tools/tool.ts';
import type { DecisionRequest } from '#core/engine/executor.ts';
import type { CodeIntelligence, ToolHost } from '#core/toolPorts.ts';

export interface Bench {
  readonly host: ToolHost;
  readonly approvals: StepApprovals;
  /** The copy in which this step's commands run. */
  readonly scratch: StepScratch;
  readonly notes: Notes;
  /** Who knows the code, best first; `read` gives a file with the step's edits. */
  readonly code: (read: (path: string) => Promise<string>) => readonly CodeIntelligence[];
  /** Of the MCP servers that this workspace configures and a person approved. */
  readonly mcpTools: readonly Tool[];
  /** A key of the person's secret storage; undefined when it is not set. */
  readonly secret: (name: string) => Promise<string | undefined>;
  /** Null: nobody can be asked here. */
  readonly ask: ((request: DecisionRequest) => Promise<{ readonly choice: string; readonly reason: string }>) | null;
}
