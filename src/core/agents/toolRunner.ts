// Runs the calls of one turn: those that only read side by side, those that change something one after the other.

import { z } from 'zod';
import { isAbort, toErrorView } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import type { AgentRecord, StepContext } from '#core/engine/executor.ts';
import type { LoopLimits } from '#core/agents/loopLimits.ts';
import { capped, performTool, type Tool, type ToolContext, wireName } from '#core/agents/tools/tool.ts';
import type { ChatPart, ImagePart } from '#core/llm/provider.ts';

export type ToolCallPart = Extract<ChatPart, { kind: 'toolCall' }>;
export type ToolResultPart = Extract<ChatPart, { kind: 'toolResult' }>;

export interface ToolRunnerPorts {
  readonly tools: readonly Tool[];
  readonly context: ToolContext;
  readonly step: StepContext;
  readonly limits: LoopLimits;
}

export interface CallResults {
  /** One answer per call, in the order of the calls. */
  readonly results: readonly ToolResultPart[];
  /** What was shown with them. */
  readonly images: readonly ImagePart[];
}

/** Rejects only with an AbortError or a failure to record. */
export async function runCalls(calls: readonly ToolCallPart[], ports: ToolRunnerPorts): Promise<CallResults> {
  const answered: { readonly result: ToolResultPart; readonly image?: ImagePart }[] = [];
  for (let at = 0; at < calls.length;) {
    const batch = batchFrom(calls, at, ports.tools);
    answered.push(...(await Promise.all(batch.map((call) => runCall(call, ports)))));
    at += batch.length;
  }
  return { results: answered.map(({ result }) => result), images: answered.flatMap(({ image }) => image ?? []) };
}

function batchFrom(calls: readonly ToolCallPart[], at: number, tools: readonly Tool[]): readonly ToolCallPart[] {
  const reads = (call: ToolCallPart | undefined): boolean => call !== undefined && findTool(call.name, tools)?.risk === 'read';
  let end = at + 1;
  while (reads(calls[at]) && reads(calls[end])) end += 1;
  return calls.slice(at, end);
}

function findTool(name: string, tools: readonly Tool[]): Tool | undefined {
  return tools.find((tool) => wireName(tool.id) === name);
}

async function runCall(
  call: ToolCallPart,
  ports: ToolRunnerPorts,
): Promise<{ readonly result: ToolResultPart; readonly image?: ImagePart }> {
  const answer = (text: string, isError: boolean): { readonly result: ToolResultPart } => ({
    result: { kind: 'toolResult', id: call.id, name: call.name, text, isError },
  });
  const tool = findTool(call.name, ports.tools);
  if (tool === undefined)
    return answer(`There is no tool ${call.name}. There are: ${ports.tools.map(({ id }) => wireName(id)).join(', ')}.`, true);
  if (ports.limits.repeats(call.name, call.args))
    return answer('You made this very call before and nothing has changed since: its answer is above.', true);
  const parsed = tool.args.safeParse(call.args);
  if (!parsed.success) return answer(`Invalid arguments.\n${z.prettifyError(parsed.error)}`, true);
  const { text, image, isError } = await runRecorded(tool, parsed.data, call.args, ports);
  if (tool.risk !== 'read' && !isError) ports.limits.changed();
  return { ...answer(text, isError), ...(image && { image }) };
}

async function runRecorded(
  tool: Tool,
  args: unknown,
  raw: JsonObject,
  ports: ToolRunnerPorts,
): Promise<{ readonly text: string; readonly image?: ImagePart | undefined; readonly isError: boolean }> {
  const { context, step } = ports;
  const { path, clock, agent } = context.step;
  const title = tool.title(args).slice(0, 200);
  const startedAt = clock.now();
  step.emit({ type: 'tool', path, tool: tool.id, phase: 'started', title, at: startedAt });
  const result = await outcomeOf(tool, args, context);
  step.emit({ type: 'tool', path, tool: tool.id, phase: 'ended', title, ok: result.error === null, at: clock.now() });
  const data = { tool: tool.id, args: boundedArgs(raw), characters: result.text.length, error: result.error };
  const record: AgentRecord = {
    agent,
    kind: 'tool',
    title: `${tool.id} ${title}`,
    data,
    startedAt,
    durationMs: clock.now() - startedAt,
    ok: result.error === null,
  };
  await step.record(record);
  return { text: result.text, image: result.image, isError: result.error !== null };
}

async function outcomeOf(
  tool: Tool,
  args: unknown,
  context: ToolContext,
): Promise<{ readonly text: string; readonly image?: ImagePart; readonly error: string | null }> {
  try {
    const answer = await performTool(tool, args, context);
    if (typeof answer === 'string') return { text: capped(answer), error: null };
    return { text: capped(answer.text), image: answer.image, error: null };
  } catch (error) {
    if (isAbort(error) || context.step.signal.aborted) throw error;
    const { code, message } = toErrorView(error);
    if (code === 'internal') context.step.log.error(`The tool ${tool.id} failed.`, {}, error);
    return { text: message, error: code };
  }
}

/** Whole files given as arguments are in the proposal already; the record keeps their beginning. */
function boundedArgs(args: JsonObject): JsonObject {
  const entries = Object.entries(args).map(([key, value]) => [
    key,
    typeof value === 'string' && value.length > 500 ? `${value.slice(0, 500)}…` : value,
  ]);
  return Object.fromEntries(entries) as JsonObject;
}
