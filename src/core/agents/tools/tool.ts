// What a tool is: something a model may ask for by name, with checked arguments and a bounded answer in text.

import { z } from 'zod';
import type { Json, JsonObject } from '#base/json.ts';
import type { AgentDefinition } from '#core/agents/definition.ts';
import type { ChangeSet } from '#core/agents/tools/changeSet.ts';
import type { ImagePart, ToolSpec } from '#core/llm/provider.ts';
import type { Skill, SkillContext } from '#core/skills/skill.ts';

/** Characters of an answer that reach the model; what is beyond is counted. */
export const OUTPUT_CAP = 32_768;

export interface ToolContext {
  /** Files, proposals, clock and abort signal of the step. */
  readonly step: SkillContext;
  readonly agent: AgentDefinition;
  /** Throws `skill.notFound`. */
  readonly skill: (id: string) => Skill;
  /** Edits of this step that are not yet a proposal. */
  readonly changes: ChangeSet;
  /** The model that asks takes images. */
  readonly sees: boolean;
  /** Notes what this step proposed; it becomes part of the deliverable. */
  readonly proposed: (proposal: { readonly id: string; readonly title: string; readonly files: number }) => void;
}

/** Text for the model, and perhaps an image beside it. */
export type ToolAnswer = string | { readonly text: string; readonly image: ImagePart };

export interface Tool<Args = unknown> {
  /** `<area>.<verb>`, as agents name it. */
  readonly id: string;
  readonly description: string;
  readonly args: z.ZodType<Args>;
  /** `read`: may run beside others; `scratch`: runs commands in a scratch copy; `change`: changes the step's edits or proposals, one at a time. */
  readonly risk: 'read' | 'scratch' | 'change';
  /** One line for people: `src/a.ts 1-40`. */
  title(args: Args): string;
  /** The answer for the model. What is thrown becomes an error answer for it, except an abort. */
  run(args: Args, context: ToolContext): Promise<ToolAnswer>;
}

/** Keeps a tool's own argument type while it stands in a list. */
export function defineTool<Args>(tool: Tool<Args>): Tool {
  return tool;
}

/** Vendors allow no dots in tool names. */
export function wireName(id: string): string {
  return id.replaceAll('.', '_');
}

export function toolSpec(tool: Tool): ToolSpec {
  return { name: wireName(tool.id), description: tool.description, parameters: parametersOf(tool.args) };
}

/** JSON Schema of what the model must send. */
export function parametersOf(schema: z.ZodType): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' }) as { readonly [key: string]: Json };
  return rest;
}

/** The head of a long answer, with how much is missing and what to do about it. */
export function capped(text: string): string {
  if (text.length <= OUTPUT_CAP) return text;
  const note = `\n[${text.length - OUTPUT_CAP} more characters left out: ask for less at a time]`;
  return text.slice(0, OUTPUT_CAP) + note;
}

/** Marks text from files, history and commands as data. The closing mark cannot be forged inside it. */
export function asData(source: string, text: string): string {
  return `<data source="${source.replaceAll('"', "'")}">\n${text.replaceAll(/<(\/?)data\b/gi, '‹$1data')}\n</data>`;
}
