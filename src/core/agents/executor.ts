// Does a task step: the agent's deterministic skill first, then, when a model is there, the agent reasons over what it found.

import type { Disposable } from '#base/disposable.ts';
import type { ErrorView } from '#base/errors.ts';
import { AppError, isAbort, toErrorView } from '#base/errors.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { AgentDefinition } from '#core/agents/definition.ts';
import type { StepAssignment, StepContext, StepExecutor, StepOutcome, StepTask } from '#core/engine/executor.ts';
import type { Log } from '#core/ports.ts';
import type { Skill, SkillContext, SkillResult } from '#core/skills/skill.ts';
import type { ExecutionRow, UsageRow } from '#core/store/store.ts';
import type { Clock } from '#base/clock.ts';
import type { Usage } from '#protocol/usage.ts';

/** What the model part of an agent delivered for one step. */
export interface Reasoned {
  /** The typed deliverable, citations checked. */
  readonly deliverable: JsonObject;
  readonly summary: string;
  readonly usage: readonly Usage[];
}

export interface ExecutorDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly agent: (id: string) => AgentDefinition;
  readonly assign: StepExecutor['assign'];
  readonly skill: (id: string) => Skill;
  readonly skillContext: (task: StepTask, agent: AgentDefinition, context: StepContext) => SkillContext;
  /** Whether any provider can be called now. */
  readonly hasModel: () => Promise<boolean>;
  /** Runs the agent's loop with a model. Failed attempts carry their usage in `details.usage`. */
  readonly reason: (request: {
    readonly task: StepTask;
    readonly agent: AgentDefinition;
    readonly context: StepContext;
    readonly skillContext: SkillContext;
    readonly found: Json;
  }) => Promise<Reasoned>;
  /** A place at the agent; tasks wait for it. Default: as many as come. */
  readonly enter?: (agent: string, options: { readonly signal: AbortSignal }) => Promise<Disposable>;
  readonly record: {
    execution(row: ExecutionRow): Promise<void>;
    /** Default: each call was recorded as it was made. */
    readonly usage?: (rows: readonly UsageRow[]) => Promise<void>;
  };
}

export function createAgentExecutor(deps: ExecutorDeps): StepExecutor {
  return {
    assign: deps.assign,
    async execute(task, assignment, context) {
      const place = await deps.enter?.(assignment.agent, { signal: context.signal });
      const startedAt = deps.clock.now();
      const settle = async (error: ErrorView | null, usage: readonly Usage[]): Promise<void> => {
        await deps.record.execution({
          agent: assignment.agent,
          runId: task.runId,
          path: task.path,
          startedAt,
          durationMs: deps.clock.now() - startedAt,
          ok: error === null,
          error,
          ...capabilityUsed(deps, task, assignment),
        });
        if (usage.length > 0) await deps.record.usage?.(usage.map((entry) => usageRow(task, assignment, entry, deps.clock.now())));
      };
      try {
        const outcome = await perform(deps, task, assignment, context);
        await settle(null, outcome.usage);
        return outcome;
      } catch (error) {
        // An abort is neither a success nor a failure of the agent: it leaves no mark on its health.
        if (!isAbort(error) && !context.signal.aborted) await settle(toErrorView(error), usageOf(error));
        throw error;
      } finally {
        place?.dispose();
      }
    },
  };
}

/** The one the step names, or the one that is called as its skill; a dry run proves nothing about any. */
function capabilityUsed({ agent }: ExecutorDeps, { step, mode }: StepTask, assignment: StepAssignment): Pick<ExecutionRow, 'capability'> {
  const name = step.capability ?? step.action;
  const known = mode !== 'dry-run' && name !== null && agent(assignment.agent).capabilities.some((one) => one.name === name);
  return known ? { capability: name } : {};
}

async function perform(deps: ExecutorDeps, task: StepTask, assignment: StepAssignment, context: StepContext): Promise<StepOutcome> {
  const agent = deps.agent(assignment.agent);
  const skillContext = deps.skillContext(task, agent, context);
  const skill = task.step.action === null ? null : deps.skill(task.step.action);
  const reasons = await shallReason(deps, task, skill !== null);
  // A report is written last, so that it holds what the writer had to say.
  if (skill?.risk === 'report' && reasons) {
    const reasoned = await deps.reason({ task, agent, context, skillContext, found: task.results });
    const results = { ...task.results, [task.step.key]: reasoned.deliverable };
    const written = await runSkill(skill, task, context, { ...skillContext, run: { ...skillContext.run, results } });
    return { output: merge(written.output, reasoned.deliverable), summary: written.summary, usage: reasoned.usage };
  }
  const found = skill && (await runSkill(skill, task, context, skillContext));
  if (!reasons) return found ? { ...found, usage: [] } : dryRunOutcome(task);
  const reasoned = await deps.reason({ task, agent, context, skillContext, found: found?.output ?? null });
  return {
    output: merge(found?.output ?? {}, reasoned.deliverable),
    summary: found ? `${found.summary}; ${reasoned.summary}` : reasoned.summary,
    usage: reasoned.usage,
  };
}

/** In a dry run no model is called: that would leave the process. A prompt without an action needs a model otherwise. */
async function shallReason(deps: ExecutorDeps, task: StepTask, hasAction: boolean): Promise<boolean> {
  if (task.prompt === null || task.mode === 'dry-run') return false;
  if (await deps.hasModel()) return true;
  if (hasAction) return false;
  throw noProvider(task.path);
}

export function noProvider(what: string): AppError {
  return new AppError({
    code: 'llm.noProvider',
    message: `${what} needs a language model and none is set up. Set ANTHROPIC_API_KEY or OPENAI_API_KEY, or run "CAS: Add API Key…" in the editor.`,
  });
}

async function runSkill(skill: Skill, task: StepTask, context: StepContext, skillContext: SkillContext): Promise<SkillResult> {
  const args = skill.args.safeParse(task.args);
  if (!args.success) {
    const [issue] = args.error.issues;
    const where = issue?.path.join('.') ?? '';
    throw new AppError({
      code: 'skill.badArguments',
      message: `${skill.id}: ${where === '' ? '' : `${where}: `}${issue?.message ?? 'bad arguments'}`,
    });
  }
  const startedAt = skillContext.clock.now();
  const result = await skill.run(args.data, skillContext);
  const durationMs = skillContext.clock.now() - startedAt;
  await context.record({
    agent: skillContext.agent,
    kind: 'tool',
    title: skill.id,
    data: { args: task.args, summary: result.summary },
    startedAt,
    durationMs,
    ok: true,
  });
  return result;
}

function dryRunOutcome(task: StepTask): StepOutcome {
  return { output: { wouldAsk: task.prompt }, summary: 'dry run: the model was not asked', usage: [] };
}

/** Lists of the same name are joined (findings, proposals); otherwise what the agent delivered stands above what its skill found. */
function merge(found: Json, delivered: JsonObject): Json {
  if (found === null || typeof found !== 'object' || Array.isArray(found)) return delivered;
  const merged: Record<string, Json> = { ...(found as JsonObject) };
  for (const [key, value] of Object.entries(delivered)) {
    const before = merged[key];
    merged[key] = Array.isArray(before) && Array.isArray(value) ? [...(before as Json[]), ...(value as Json[])] : value;
  }
  return merged;
}

function usageOf(error: unknown): readonly Usage[] {
  const usage = toErrorView(error).details['usage'];
  return Array.isArray(usage) ? usage : [];
}

function usageRow(task: StepTask, assignment: StepAssignment, usage: Usage, at: number): UsageRow {
  const { provider, model, inputTokens, cachedInputTokens, outputTokens, costMicroUsd } = usage;
  return {
    runId: task.runId,
    path: task.path,
    agent: assignment.agent,
    provider,
    model,
    at,
    inputTokens,
    cachedInputTokens,
    outputTokens,
    costMicroUsd,
  };
}
