// Agents and task steps for the tests of this folder.

import { type AgentDefinition, noModelWishes } from '#core/agents/definition.ts';
import type { TaskStep } from '#core/workflow/definition.ts';

export function agentDefinition(id: string, fields: Partial<AgentDefinition> = {}): AgentDefinition {
  return {
    id,
    name: id,
    role: 'Works.',
    description: 'd',
    specializations: [],
    capabilities: [],
    tools: [],
    skills: [],
    models: noModelWishes,
    limits: { maxTurns: 1, maxTokens: 1, timeoutMs: 1 },
    deliverable: 'findings',
    instructions: 'Work.',
    source: 'built-in',
    file: `/a/${id}.md`,
    ...fields,
  };
}

export function taskStep(fields: Partial<TaskStep>): TaskStep {
  return {
    kind: 'task',
    key: 'step',
    name: 'Step',
    dependsOn: [],
    when: null,
    continueOnError: false,
    timeoutMs: null,
    retry: { maxAttempts: 1, initialDelayMs: 1, maxDelayMs: 1 },
    agent: null,
    capability: null,
    action: null,
    with: {},
    prompt: null,
    provider: null,
    model: null,
    compensate: null,
    ...fields,
  };
}
