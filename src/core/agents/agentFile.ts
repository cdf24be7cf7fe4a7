// One agent file, checked: the definition when it is right, every problem with its place and a hint when it is not.

import type { z } from 'zod';
import type { FileProblem } from '#protocol/workflow.ts';
import { AGENT_KEYS, agentSchema, MODEL_KEYS } from '#core/agents/agentSchema.ts';
import type { AgentDefinition } from '#core/agents/definition.ts';
import { readFrontMatter, type FrontMatter, type ValuePath } from '#core/agents/frontMatter.ts';
import { didYouMean } from '#core/workflow/nearest.ts';
import { valueAt } from '#core/workflow/shape.ts';

export interface AgentFileOptions {
  /** Absolute path. */
  readonly file: string;
  readonly source: AgentDefinition['source'];
  readonly knownTools: readonly string[];
  readonly knownSkills: readonly string[];
}

export interface CheckedAgent {
  /** Null when there are errors. */
  readonly agent: AgentDefinition | null;
  /** In order of place. */
  readonly problems: readonly FileProblem[];
}

/** Never throws, whatever the text. */
export function parseAgentFile(text: string, options: AgentFileOptions): CheckedAgent {
  const read = readFrontMatter(text);
  if (read.kind === 'broken') return { agent: null, problems: read.problems };
  const { front } = read;
  const parsed = agentSchema.safeParse(front.value);
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => shapeProblems(issue, front))),
    ...nameProblems(front, 'tools', options.knownTools),
    ...nameProblems(front, 'skills', options.knownSkills),
  ];
  if (front.body === '') {
    const message = 'The file has no instructions after its front matter.';
    problems.push(front.problem([], { code: 'agent.noInstructions', message, hint: 'Say how the agent works and what it delivers.' }));
  }
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  if (!parsed.success || problems.length > 0) return { agent: null, problems };
  const { capabilities, ...rest } = parsed.data;
  const agent: AgentDefinition = {
    ...rest,
    capabilities: Object.entries(capabilities).map(([name, confidence]) => ({ name, confidence })),
    instructions: front.body,
    source: options.source,
    file: options.file,
  };
  return { agent, problems };
}

function shapeProblems(issue: z.core.$ZodIssue, front: FrontMatter): readonly FileProblem[] {
  const path: ValuePath = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    const known =
      path[0] === 'limits'
        ? ['maxTurns', 'maxTokens', 'timeoutMs']
        : path[0] === 'models'
          ? path.length > 1
            ? ['provider', 'model']
            : MODEL_KEYS
          : AGENT_KEYS;
    return issue.keys.map((key) =>
      front.problem([...path, key], {
        code: 'agent.unknownKey',
        message: `\`${key}\` is not a key here.`,
        hint: didYouMean(key, known),
        at: 'key',
      }),
    );
  }
  const name = path.length === 0 ? 'The front matter' : `\`${path.join('.')}\``;
  if (issue.code === 'invalid_key') {
    const reason = issue.issues[0]?.message ?? 'not allowed';
    return [
      front.problem(path, {
        code: 'agent.type',
        message: `${name} is not a name that can stand here.`,
        hint: `Must be ${reason}.`,
        at: 'key',
      }),
    ];
  }
  if (issue.code === 'invalid_type' && issue.input === undefined && path.length > 0 && valueAt(front.value, path) === undefined) {
    return [front.problem(path, { code: 'agent.missing', message: `${name} is missing.`, hint: `Add \`${path.at(-1)}:\`.` })];
  }
  return [front.problem(path, { code: 'agent.type', message: `${name}: ${issue.message}.`, hint: '' })];
}

/** All tools of MCP servers, those of one server, or one: which there are differs from workspace to workspace. */
const MCP_TOOLS = /^mcp\.(?:\*|[\w-]+(?:\.[\w-]+)?)$/;

function nameProblems(front: FrontMatter, key: 'tools' | 'skills', known: readonly string[]): readonly FileProblem[] {
  const names = valueAt(front.value, [key]);
  if (!Array.isArray(names)) return []; // The schema says what is wrong with it.
  const kind = key === 'tools' ? 'tool' : 'skill';
  const code = key === 'tools' ? 'agent.unknownTool' : 'agent.unknownSkill';
  return names.flatMap((name: unknown, index) => {
    if (typeof name !== 'string' || known.includes(name) || (key === 'tools' && MCP_TOOLS.test(name))) return [];
    return [front.problem([key, index], { code, message: `There is no ${kind} \`${name}\`.`, hint: didYouMean(name, known) })];
  });
}
