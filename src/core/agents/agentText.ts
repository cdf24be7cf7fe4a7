// An agent as the text of its file: for a new one, and for one that was brought over from another assistant.

import { stringify } from 'yaml';
import { type AgentDefinition, type AgentModels, noModelWishes } from '#core/agents/definition.ts';
import type { ModelPreference } from '#core/llm/router.ts';

/** What a person begins with: right as it is, and every line is to be changed. */
export function newAgentText({ id, name }: Pick<AgentDefinition, 'id' | 'name'>): string {
  return agentText({
    id,
    name,
    role: 'Says in one line what it is responsible for.',
    description: 'Says when to give it work, and what comes back. People and the router choose by this.',
    specializations: [],
    capabilities: [{ name: 'code.review', confidence: 0.7 }],
    tools: ['files.list', 'files.read', 'files.search', 'git.log', 'git.diff'],
    skills: ['project.detect'],
    models: noModelWishes,
    limits: null,
    deliverable: 'findings',
    instructions: `You are a reviewer of this project. Write here what a good colleague would have to know.

## What you deliver
- Findings with file and line, the most severe first, each with what to do about it.

## How you work
1. Read what was changed and what it touches, before you judge.
2. Check each claim against the code; leave out what you cannot show.

## When you stop
- When everything in question was read once, or say what was not.`,
  });
}

/** `limits` null: the defaults. Keys that are empty are left out. */
export function agentText(
  agent: Omit<AgentDefinition, 'limits' | 'source' | 'file'> & { readonly limits: AgentDefinition['limits'] | null },
): string {
  const { id, name, role, description, capabilities, specializations, tools, skills, models, limits, instructions, deliverable } = agent;
  const lists = Object.entries({ specializations, tools, skills }).filter(([, list]) => list.length > 0);
  const front = {
    id,
    name,
    role,
    description,
    ...Object.fromEntries(lists),
    capabilities: Object.fromEntries(capabilities.map(({ name, confidence }) => [name, confidence])),
    ...modelLines(models),
    ...(limits !== null && { limits }),
    deliverable,
  };
  return `---\n${stringify(front, { lineWidth: 0 })}---\n${instructions.trim()}\n`;
}

/** What is wished, and nothing where nothing is. */
function modelLines({ prefer, policy, contextTokens: context, images, reasoning }: AgentModels): { readonly models?: object } {
  const models = {
    ...(prefer.length > 0 && { prefer: prefer.map(preferenceText) }),
    ...(policy !== null && { policy }),
    ...(context !== null && { context }),
    ...(images && { images }),
    ...(reasoning !== null && { reasoning }),
  };
  return Object.keys(models).length > 0 ? { models } : {};
}

/** As `preferenceOf` reads it; a model alone with a slash in its name would be read as a provider's. */
function preferenceText({ provider, model }: ModelPreference): string | { readonly model: string } {
  if (provider !== null) return `${provider}/${model}`;
  return model.includes('/') ? { model } : model;
}
