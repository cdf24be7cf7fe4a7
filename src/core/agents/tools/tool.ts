// What a tool is: something a model may ask for by name, with checked arguments and a bounded answer in text.

import { z } from 'zod';
import type { Json, JsonObject } from '#base/json.ts';
import type { Action } from '#core/agents/approval/action.ts';
import type { AgentDefinition } from '#core/agents/definition.ts';
import type { Bench } from '#core/agents/tools/bench.ts';
import type { Desk } from '#core/agents/colleagues.ts';
import type { GuideReader } from '#core/agents/workspaceGuides.ts';
import type { ChangeSet } from '#core/agents/tools/changeSet.ts';
import type { ImagePart, ToolSpec } from '#core/llm/provider.ts';
import type { Skill, SkillContext } from '#core/skills/skill.ts';
import type { RiskClass } from '#protocol/approval.ts';
import type { ToolHost } from '#core/toolPorts.ts';

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
  /** The way to other agents. Absent: there is none. */
  readonly desk?: Desk;
  /** What the workspace tells agents about a file. Absent: nothing. */
  readonly guide?: GuideReader;
  /** The model that asks takes images. */
  readonly sees: boolean;
  /** Notes what this step proposed; it becomes part of the deliverable. */
  readonly proposed: (proposal: { readonly id: string; readonly title: string; readonly files: number }) => void;
  /** What reaches further than files: approvals, commands, the web. Null: no tool that needs it is offered. */
  readonly bench: Bench | null;
}

/** Text for the model, and perhaps an image beside it. */
export type ToolAnswer = string | { readonly text: string; readonly image: ImagePart };

export interface Tool<Args = unknown> {
  /** `<area>.<verb>`, as agents name it. */
  readonly id: string;
  readonly description: string;
  readonly args: z.ZodType<Args>;
  /** `read` may run beside others; all else one at a time. */
  readonly risk: RiskClass;
  /** Whether this host can do it. Absent: everywhere. */
  readonly available?: (host: ToolHost) => boolean;
  /** One line for people: `src/a.ts 1-40`. */
  title(args: Args): string;
  /**
   * What it would do to the world, for whoever has to allow it; null: nothing that needs a yes. A tool whose risk is
   * `execute`, `network` or `external` has one.
   */
  action?(args: Args, context: ToolContext): Promise<Action | null>;
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

/** Runs a tool once what it would do is allowed. Throws `approval.refused`, and what the tool throws. */
export async function performTool(tool: Tool, args: unknown, context: ToolContext): Promise<ToolAnswer> {
  const action = (await tool.action?.(args, context)) ?? null;
  if (action !== null) await benchOf(context).approvals.approve(action);
  return tool.run(args, context);
}

/** For tools that are offered only where there is one. */
export function benchOf({ bench }: ToolContext): Bench {
  if (bench === null) throw new Error('A tool that needs a bench was offered without one.');
  return bench;
}

/** Head and tail of a long answer, with how much is missing between them and what to do about it. */
export function capped(text: string): string {
  if (text.length <= OUTPUT_CAP) return text;
  const [head, tail] = [Math.floor(OUTPUT_CAP * 0.7), Math.ceil(OUTPUT_CAP * 0.3)];
  const note = `\n[… ${text.length - OUTPUT_CAP} more characters left out here: ask for less at a time …]\n`;
  return text.slice(0, head) + note + text.slice(-tail);
}

/** Marks text from files, history and commands as data. The closing mark cannot be forged inside it. */
export function asData(source: string, text: string): string {
  return `<data source="${source.replaceAll('"', "'")}">\n${text.replaceAll(/<(\/?)data\b/gi, '‹$1data')}\n</data>`;
}
