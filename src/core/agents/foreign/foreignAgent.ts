// Agents as other assistants keep them in a repository: `.claude/agents/*.md` (https://code.claude.com/docs/en/sub-agents) and
// `.github/agents/*.agent.md` (https://docs.github.com/copilot/reference/custom-agents-configuration), both read 2026-11.

import { z } from 'zod';
import type { CheckedAgent } from '#core/agents/agentFile.ts';
import { agentSchema } from '#core/agents/agentSchema.ts';
import type { AgentDefinition } from '#core/agents/definition.ts';
import { mapModel } from '#core/agents/foreign/mapModel.ts';
import { mapTools, READ_AND_PROPOSE } from '#core/agents/foreign/mapTools.ts';
import { readFrontMatter, type FrontMatter } from '#core/agents/frontMatter.ts';
import type { FileProblem } from '#protocol/workflow.ts';

export interface ForeignOptions {
  /** Absolute path. */
  readonly file: string;
  /** Name of the file without its endings: the agent's id where it has no usable name. */
  readonly fileName: string;
  readonly knownTools: readonly string[];
}

const words = z.union([z.string(), z.array(z.string())]);
const foreignSchema = z.looseObject({
  name: z.string().trim().min(1).optional(),
  description: z.string().trim().min(1),
  tools: words.nullish(),
  model: words.nullish(),
  effort: z.string().nullish(),
});

/** Keys that say nothing about what the agent may do, or that we follow. The others are told. */
const FOLLOWED: ReadonlySet<string> = new Set([
  'name',
  'description',
  'tools',
  'model',
  'effort',
  'color',
  'argument-hint',
  'user-invocable',
  'target',
  'mode',
  'hidden',
  'invokable',
  'version',
  'disable-model-invocation',
]);

/** Never throws. Warnings say what has no counterpart here; the agent is used all the same. */
export function parseForeignAgent(text: string, options: ForeignOptions): CheckedAgent {
  const read = readFrontMatter(text);
  if (read.kind === 'broken') return { agent: null, problems: read.problems };
  const { front } = read;
  const parsed = foreignSchema.safeParse(front.value);
  if (!parsed.success) return { agent: null, problems: parsed.error.issues.map((issue) => problemOf(issue, front)) };
  if (front.body === '') return { agent: null, problems: [front.problem([], EMPTY)] };
  const { name = options.fileName, description, tools, model, effort } = parsed.data;
  const mapped =
    tools === undefined || tools === null ? { tools: READ_AND_PROPOSE, unmapped: [] } : mapTools(listOf(tools), options.knownTools);
  const { models, unmapped } = mapModel(listOf(model ?? []), effort);
  const agent = definitionOf({ name, description, tools: mapped.tools, models, instructions: front.body }, options);
  const unused = Object.keys(parsed.data).filter((key) => !FOLLOWED.has(key));
  const problems = [
    ...mapped.unmapped.map((tool) => front.problem(['tools'], noCounterpart(`The tool \`${tool}\``))),
    ...unmapped.map((name) => front.problem(['model'], noCounterpart(`The model \`${name}\``))),
    ...unused.map((key) => front.problem([key], { ...noCounterpart(`\`${key}\``), at: 'key' as const })),
  ];
  return { agent, problems: problems.map((problem) => ({ ...problem, severity: 'warning' as const })) };
}

/** The definition that agents from elsewhere become, also when they are imported. */
export function definitionOf(
  from: Pick<AgentDefinition, 'name' | 'description' | 'tools' | 'models' | 'instructions'>,
  { file, fileName }: Pick<ForeignOptions, 'file' | 'fileName'>,
): AgentDefinition {
  const id = idOf(from.name) || idOf(fileName) || 'agent';
  const proposes = from.tools.includes('files.propose');
  return {
    id,
    name: from.name.slice(0, 200),
    role: firstSentence(from.description),
    description: from.description.slice(0, 1_000),
    specializations: [],
    // It never said what it can do in our words; its own id is a name that a step can ask for.
    capabilities: [{ name: `${id.replaceAll(/-+(\w?)/g, (_, next: string) => next.toUpperCase())}.do`, confidence: 0.5 }],
    tools: from.tools,
    skills: [],
    models: from.models,
    limits: agentSchema.shape.limits.parse(undefined),
    deliverable: proposes ? 'changeSet' : 'document',
    instructions: from.instructions,
    source: 'workspace',
    file,
  };
}

/** Lower-case letters, digits and dashes, a letter first, at most 40; '' when nothing of the name is left. */
export function idOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return plain
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
}

function firstSentence(text: string): string {
  const [line = ''] = text.split('\n', 1);
  return (/^.*?[.!?](?=\s|$)/.exec(line)?.[0] ?? line).slice(0, 200);
}

export function listOf(value: string | readonly string[]): readonly string[] {
  const list = typeof value === 'string' ? value.split(',') : value;
  return list.map((one) => one.trim()).filter((one) => one !== '');
}

const EMPTY = {
  code: 'agent.noInstructions',
  message: 'The file has no instructions after its front matter.',
  hint: 'Say how the agent works and what it delivers.',
};

function noCounterpart(what: string): Pick<FileProblem, 'code' | 'message' | 'hint'> {
  return {
    code: 'agent.noCounterpart',
    message: `${what} has no counterpart here and is left out.`,
    hint: 'Run `cas import` to make it an agent of CAS, and choose from its tools.',
  };
}

function problemOf(issue: z.core.$ZodIssue, front: FrontMatter): FileProblem {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const name = path.length === 0 ? 'The front matter' : `\`${path.join('.')}\``;
  return front.problem(path, { code: 'agent.type', message: `${name}: ${issue.message}.`, hint: '' });
}
