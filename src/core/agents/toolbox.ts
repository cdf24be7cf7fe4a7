// Makes the bench of each step: approvals, a scratch copy, notes, who knows the code, and the MCP servers' tools.

import { Approver } from '#core/agents/approval/approver.ts';
import { createSyntaxIntelligence } from '#core/agents/code/syntaxIntelligence.ts';
import type { AgentDefinition } from '#core/agents/definition.ts';
import { type McpTools, openMcpTools } from '#core/agents/mcp/mcpTools.ts';
import { MCP_FILE } from '#core/agents/mcp/mcpConfig.ts';
import type { Bench } from '#core/agents/tools/bench.ts';
import { Notes } from '#core/agents/tools/notes.ts';
import { StepScratch } from '#core/agents/tools/stepScratch.ts';
import type { StepContext, StepTask } from '#core/engine/executor.ts';
import type { HostPorts } from '#core/ports.ts';
import type { SkillContext } from '#core/skills/skill.ts';
import { createSyntaxEngine, type SyntaxEngine } from '#core/skills/rules/engine.ts';
import type { Store } from '#core/store/store.ts';
import type { ToolHost } from '#core/toolPorts.ts';
import type { ActingFiles } from '#core/trust/actingFiles.ts';

export interface ToolboxDeps {
  readonly host: ToolHost;
  readonly ports: Pick<HostPorts, 'clock' | 'files' | 'secrets'>;
  readonly store: Pick<Store, 'values' | 'audit'>;
  /** What a person allowed for good, and what servers said of themselves when they were approved. */
  readonly permissions: Store['values'];
  readonly acting: ActingFiles;
}

export interface StepBench {
  readonly bench: Bench;
  /** Ends what the step's tools have started. */
  dispose(): Promise<void>;
}

export class Toolbox {
  readonly approver: Approver;
  readonly #deps: ToolboxDeps;
  readonly #notes: Notes;
  #engine: SyntaxEngine | null = null;

  constructor(deps: ToolboxDeps) {
    const { host, ports, store, permissions } = deps;
    this.#deps = deps;
    this.approver = new Approver({ store, permissions, clock: ports.clock, host: host.approvals });
    this.#notes = new Notes(store.values);
  }

  async forStep(step: {
    readonly task: StepTask;
    readonly agent: AgentDefinition;
    readonly context: StepContext;
    readonly skillContext: SkillContext;
  }): Promise<StepBench> {
    const { task, agent, context, skillContext } = step;
    const { host, ports } = this.#deps;
    const approvals = this.approver.forStep({ runId: task.runId, path: task.path, agent: agent.id, mode: task.mode, context });
    const scratch = new StepScratch(skillContext);
    const mcp = await this.#mcp(agent, task, skillContext);
    const { files } = ports;
    const syntax = (read: (path: string) => Promise<string>) => createSyntaxIntelligence({ files, read, engine: () => this.#syntax() });
    const canAsk = host.approvals.canAsk() && task.mode !== 'dry-run';
    return {
      bench: {
        host,
        approvals,
        scratch,
        notes: this.#notes,
        code: (read) => (host.code === null ? [syntax(read)] : [host.code, syntax(read)]),
        mcpTools: mcp.tools,
        secret: (name) => ports.secrets.get(name),
        ask: canAsk ? (request) => approvals.ask(request) : null,
      },
      async dispose() {
        await mcp.dispose();
        await scratch.dispose();
      },
    };
  }

  /** Servers start only for an agent that names their tools, and never in a dry run. */
  async #mcp(agent: AgentDefinition, task: StepTask, skillContext: SkillContext): Promise<McpTools> {
    const wants = agent.tools.some((tool) => tool.startsWith('mcp.'));
    if (!wants || task.mode === 'dry-run') return { tools: [], dispose: () => Promise.resolve() };
    const { host, permissions, ports, acting } = this.#deps;
    const deps = {
      host,
      values: permissions,
      secret: (name: string) => ports.secrets.get(name),
      approvedConfig: () => acting.approvedText(MCP_FILE),
    };
    return openMcpTools(deps, skillContext);
  }

  #syntax(): SyntaxEngine {
    this.#engine ??= createSyntaxEngine({ grammarsDir: this.#deps.host.grammarsDir, own: this.#deps.host.own });
    return this.#engine;
  }
}
