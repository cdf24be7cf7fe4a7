// A bench over a real folder with the ports of Node: commands really run, in a sandbox where there is one.

import { randomUUID } from 'node:crypto';
import { systemClock } from '#base/clock.ts';
import type { Json } from '#base/json.ts';
import { Approver } from '#core/agents/approval/approver.ts';
import { createSyntaxIntelligence } from '#core/agents/code/syntaxIntelligence.ts';
import type { Bench } from '#core/agents/tools/bench.ts';
import { ChangeSet } from '#core/agents/tools/changeSet.ts';
import { Notes } from '#core/agents/tools/notes.ts';
import { StepScratch } from '#core/agents/tools/stepScratch.ts';
import { performTool, type Tool, type ToolContext } from '#core/agents/tools/tool.ts';
import { allTools } from '#core/agents/tools/toolset.ts';
import type { DecisionRequest } from '#core/engine/executor.ts';
import { createSyntaxEngine } from '#core/skills/rules/engine.ts';
import type { Store } from '#core/store/store.ts';
import type { ToolHost } from '#core/toolPorts.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';
import { createFetchGate } from '#node/ports/fetchGate.ts';
import { createMcpHost } from '#node/ports/mcpHost.ts';
import { createProcessGate } from '#node/ports/processGate.ts';
import { createScratchFactory } from '#node/ports/scratchTree.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import type { Allowance } from '#protocol/allowance.ts';
import type { RunMode } from '#protocol/runEvents.ts';
import { testAgent } from '#test/support/agentFixtures.ts';
import { grammarsDir } from '#test/support/grammars.ts';
import { createSkillContext } from '#test/support/skillContext.ts';

export type Audited = Parameters<Store['audit']['append']>[0];

export function memoryValues(): Store['values'] {
  const scopes = new Map<string, Map<string, Json>>();
  const scoped = (scope: string): Map<string, Json> => {
    const known = scopes.get(scope) ?? new Map<string, Json>();
    scopes.set(scope, known);
    return known;
  };
  return {
    get: (scope, key) => Promise.resolve(scoped(scope).get(key)),
    set: (scope, key, value) => {
      scoped(scope).set(key, structuredClone<Json>(value));
      return Promise.resolve();
    },
    list: (scope) => Promise.resolve(new Map(scoped(scope))),
  };
}

export interface TestBenchOptions {
  readonly mode?: RunMode;
  readonly allowed?: readonly Allowance[];
  /** Answers what is asked; absent: nobody is there. */
  readonly answer?: (request: DecisionRequest) => string;
  readonly host?: Partial<ToolHost>;
  readonly values?: Store['values'];
  /** Why there is no sandbox; absent: the real one is tried. */
  readonly noSandbox?: string;
  readonly runId?: string;
}

export interface TestBench {
  readonly context: ToolContext & { readonly bench: Bench };
  readonly asked: DecisionRequest[];
  readonly audit: Audited[];
  readonly run: (id: string, args: unknown) => Promise<string>;
  /** Runs a tool that is in no list, such as one of an MCP server. */
  readonly perform: (tool: Tool, args: unknown) => Promise<string>;
  readonly dispose: () => Promise<void>;
}

export async function createTestBench(root: string, options: TestBenchOptions = {}): Promise<TestBench> {
  const { mode = 'auto', allowed = [], answer, noSandbox, runId = `run_${randomUUID()}`, values = memoryValues() } = options;
  const asked: DecisionRequest[] = [];
  const audit: Audited[] = [];
  const files = createWorkspaceFiles(root);
  const scratch = createScratchFactory(root);
  const processes = createProcessGate({
    trusted: () => true,
    unsandboxed: () => 'refuse',
    howToAllow: 'pass --allow-unsandboxed',
    ...(noSandbox !== undefined && { probe: () => Promise.resolve(noSandbox) }),
  });
  const step = { ...createSkillContext(files, { mode }), runId, clock: systemClock, processes, scratch };
  const host: ToolHost = {
    approvals: { canAsk: () => answer !== undefined, allowed: () => new Set(allowed), howToAllow: (what) => `pass --allow ${what}` },
    web: createFetchGate(),
    sieve: null,
    code: null,
    mcp: createMcpHost({ processes, scratch }),
    trust: { load: () => Promise.resolve(null), save: () => Promise.resolve() },
    grammarsDir: await grammarsDir(),
    own: nodeOwnFiles,
    settings: () => ({ webAllow: [], webSearch: null }),
    ...options.host,
  };
  const store = { values, audit: { append: (entry: Audited) => Promise.resolve(void audit.push(entry)) } };
  const approver = new Approver({ store, permissions: values, clock: systemClock, host: host.approvals });
  const decide = (request: DecisionRequest): Promise<{ choice: string; reason: string }> => {
    asked.push(request);
    return Promise.resolve({ choice: answer?.(request) ?? 'refuse', reason: '' });
  };
  const agent = testAgent();
  const approvals = approver.forStep({ runId, path: 'step', agent: agent.id, mode, context: { decide } });
  const changes = new ChangeSet(files);
  const stepScratch = new StepScratch(step);
  const engine = createSyntaxEngine({ grammarsDir: host.grammarsDir, own: nodeOwnFiles });
  const bench: Bench = {
    host,
    approvals,
    scratch: stepScratch,
    notes: new Notes(values),
    code: (read) => [...(host.code === null ? [] : [host.code]), createSyntaxIntelligence({ files, read, engine: () => engine })],
    mcpTools: [],
    secret: () => Promise.resolve(undefined),
    ask: answer === undefined ? null : (request) => approvals.ask(request),
  };
  const noSkill = (): never => {
    throw new Error('no skill in this test');
  };
  const context = { step, agent, skill: noSkill, changes, sees: false, proposed: () => {}, bench };
  const perform = async (tool: Tool, args: unknown): Promise<string> => {
    const result = await performTool(tool, tool.args.parse(args), context);
    return typeof result === 'string' ? result : result.text;
  };
  return {
    context,
    asked,
    audit,
    perform,
    run(id, args) {
      const tool = allTools.find((one) => one.id === id);
      return tool === undefined ? Promise.reject(new Error(`no tool ${id}`)) : perform(tool, args);
    },
    dispose: () => stepScratch.dispose(),
  };
}
