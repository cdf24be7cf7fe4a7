// An agent, a step and their records, for tests of the agent loop and its tools.

import { systemClock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import type { StepSignal } from '#protocol/runEvents.ts';
import { type AgentDefinition, noModelWishes } from '#core/agents/definition.ts';
import type { AgentRun } from '#core/agents/loop.ts';
import { ChangeSet } from '#core/agents/tools/changeSet.ts';
import type { Tool, ToolContext } from '#core/agents/tools/tool.ts';
import { allTools } from '#core/agents/tools/toolset.ts';
import type { AgentRecord, StepContext } from '#core/engine/executor.ts';
import type { Models } from '#core/llm/models.ts';
import { noWishes } from '#core/llm/router.ts';
import type { Skill } from '#core/skills/skill.ts';
import { createSkillContext, type TestWorkspace } from '#test/support/skillContext.ts';

export function testAgent(more: Partial<AgentDefinition> = {}): AgentDefinition {
  return {
    id: 'security',
    name: 'Security',
    role: 'Finds what can be exploited, and proves it.',
    description: '',
    specializations: [],
    capabilities: [],
    tools: allTools.map((tool) => tool.id),
    skills: [],
    models: noModelWishes,
    limits: { maxTurns: 8, maxTokens: 400_000, timeoutMs: 600_000 },
    deliverable: 'findings',
    instructions: 'Read before you judge.',
    source: 'built-in',
    file: '/agents/security.md',
    ...more,
  };
}

export interface RecordedStep extends StepContext {
  readonly records: AgentRecord[];
  readonly signals: StepSignal[];
}

export function recordedStep(signal = new AbortController().signal): RecordedStep {
  const records: AgentRecord[] = [];
  const signals: StepSignal[] = [];
  return {
    signal,
    records,
    signals,
    emit: (emitted) => void signals.push(emitted),
    record: async (record) => void records.push(record),
    once: (key, work) => work(key),
    proposalCreated: async () => {},
    decide: () => Promise.reject(new AppError({ code: 'test.refused', message: 'Nobody is there to decide.' })),
  };
}

export type TestRun = AgentRun & { readonly context: RecordedStep; readonly skillContext: ReturnType<typeof createSkillContext> };

export function agentRun(
  workspace: TestWorkspace,
  models: Models,
  more: Partial<AgentRun> & { readonly context?: RecordedStep } = {},
): TestRun {
  const context = more.context ?? recordedStep();
  const skillContext = { ...createSkillContext(workspace.files, { signal: context.signal }), clock: systemClock };
  return {
    agent: testAgent(),
    prompt: 'Review a.ts.',
    found: null,
    stepTitle: 'Review',
    wishes: noWishes,
    models,
    skill: noSkill,
    ...more,
    context,
    skillContext,
  };
}

export function toolContext(
  workspace: TestWorkspace,
  more: Partial<ToolContext> = {},
): ToolContext & { readonly step: ReturnType<typeof createSkillContext> } {
  const step = { ...createSkillContext(workspace.files), clock: systemClock };
  return {
    agent: testAgent(),
    skill: noSkill,
    changes: new ChangeSet(workspace.files),
    sees: false,
    proposed: () => {},
    bench: null,
    ...more,
    step,
  };
}

/** Runs a tool as the loop does: arguments through its schema. */
export async function runTool(id: string, args: unknown, context: ToolContext): Promise<string> {
  const tool: Tool | undefined = allTools.find((other) => other.id === id);
  if (tool === undefined) throw new Error(`no tool ${id}`);
  const answer = await tool.run(tool.args.parse(args), context);
  return typeof answer === 'string' ? answer : answer.text;
}

function noSkill(id: string): Skill {
  throw new AppError({ code: 'skill.notFound', message: `There is no skill ${id}.` });
}
