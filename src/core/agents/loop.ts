// An agent with a model: it reads, searches, edits in memory and proposes, until it delivers its typed result.

import { abortError } from '#base/abort.ts';
import type { Clock } from '#base/clock.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { addUsage, type Usage } from '#protocol/usage.ts';
import { checkAnswer } from '#core/agents/answerCitations.ts';
import { checkCitations, type CheckedCitations } from '#core/agents/citations.ts';
import { type Chain, type Colleagues, Desk } from '#core/agents/colleagues.ts';
import { Conversation } from '#core/agents/conversation.ts';
import type { AgentDefinition } from '#core/agents/definition.ts';
import { deliverableSchema, finishDeliverable, summaryOf } from '#core/agents/deliverables.ts';
import { invalidDeliverableError, limitError, LoopLimits, MAX_INVALID } from '#core/agents/loopLimits.ts';
import { LoopRecords } from '#core/agents/loopRecords.ts';
import { askModel } from '#core/agents/modelTurn.ts';
import { finalCall, NUDGE_DELIVER, systemPrompt, taskMessage } from '#core/agents/prompts.ts';
import type { Inbox } from '#core/agents/steering.ts';
import { runCalls, type ToolCallPart, type ToolResultPart, type ToolRunnerPorts } from '#core/agents/toolRunner.ts';
import type { Bench } from '#core/agents/tools/bench.ts';
import { ChangeSet } from '#core/agents/tools/changeSet.ts';
import { parametersOf, type Tool, toolSpec, type ToolContext } from '#core/agents/tools/tool.ts';
import { toolsFor } from '#core/agents/tools/toolset.ts';
import type { GuideReader, WorkspaceGuides } from '#core/agents/workspaceGuides.ts';
import type { StepContext } from '#core/engine/executor.ts';
import type { CallAccount } from '#core/llm/account.ts';
import { withDetails } from '#core/llm/errors.ts';
import type { ModelAnswer } from '#core/llm/modelCall.ts';
import type { Models } from '#core/llm/models.ts';
import type { ToolSpec } from '#core/llm/provider.ts';
import type { ModelWishes } from '#core/llm/router.ts';
import { billedFor, knownTokens } from '#core/llm/usage.ts';
import type { Skill, SkillContext } from '#core/skills/skill.ts';

const DELIVER = 'deliver';
/** Where a deliverable speaks in words about the files as they are. */
const ANSWER_FIELDS: { readonly [deliverable: string]: string } = { findings: 'assessment', verdict: 'summary', document: 'markdown' };
/** Ms between two looks at a deadline that was put off. */
const RECHECK_MS = 50;

export interface AgentRun {
  readonly agent: AgentDefinition;
  /** The step's prompt, its templates filled in. */
  readonly prompt: string;
  /** Result of the step's action; null when it has none. */
  readonly found: Json;
  readonly stepTitle: string;
  readonly wishes: ModelWishes;
  readonly models: Models;
  /** Who pays. Default: nobody counts. */
  readonly account?: CallAccount;
  /** For tools that reach further than files. Default: none of them are offered. */
  readonly bench?: Bench;
  /** What the workspace tells agents. Default: nothing. */
  readonly guides?: WorkspaceGuides;
  /** What people say meanwhile. Default: nobody can. */
  readonly inbox?: Inbox;
  /** Who may be asked. Default: nobody. */
  readonly colleagues?: Colleagues;
  /** Set when another agent asks. */
  readonly chain?: Chain;
  /** Set when it is only asked: it reads these edits of who asks, and nothing it has changes anything. */
  readonly reading?: ChangeSet;
  readonly skill: (id: string) => Skill;
  readonly context: StepContext;
  readonly skillContext: SkillContext;
}

export interface AgentResult {
  /** Valid by the agent's deliverable schema; findings are Finding, `proposals` lists what was proposed, citations are checked. */
  readonly deliverable: JsonObject;
  readonly summary: string;
  readonly usage: readonly Usage[];
  readonly citations: { readonly checked: number; readonly verified: number };
}

/**
 * Runs one agent on one step. Throws `agent.limitReached`, `agent.invalidDeliverable`, an `llm.*` error, or an AbortError;
 * errors carry `details.usage` (Usage[]) for what was spent.
 */
export async function runAgent(run: AgentRun): Promise<AgentResult> {
  const spent: Usage[] = [];
  const chain = run.chain ?? { agents: [run.agent.id], errands: { count: 0 }, waits: [] };
  chain.waits.push(() => (run.account?.waitedMs ?? 0) + (run.bench?.approvals.waitedMs ?? 0));
  const limits = new LoopLimits(run.agent.limits, workingTime(run, chain));
  const clock = withDeadline(run, limits);
  try {
    return await new AgentLoop(
      { ...run, chain, context: { ...contextOf(run), signal: clock.signal }, skillContext: { ...run.skillContext, signal: clock.signal } },
      limits,
      spent,
    ).run();
  } catch (thrown) {
    if (run.context.signal.aborted) throw abortError();
    const error = clock.expired() ? limitError(run.agent.name, `${run.agent.limits.timeoutMs} ms`) : thrown;
    throw withDetails(error, { usage: addUsage([...spent, ...billedFor(error)]) });
  } finally {
    clock.dispose();
  }
}

/** Stands still while a person is asked about a budget, or for a yes, by any of those who work together. */
function workingTime({ skillContext: { clock } }: AgentRun, { waits }: Chain): Pick<Clock, 'now'> {
  return { now: () => clock.now() - waits.reduce((sum, waitedMs) => sum + waitedMs(), 0) };
}

/** Methods of a class would be lost by a spread. */
function contextOf({ context }: AgentRun): StepContext {
  return {
    signal: context.signal,
    emit: (signal) => context.emit(signal),
    record: (record) => context.record(record),
    once: (key, work) => context.once(key, work),
    proposalCreated: (proposal) => context.proposalCreated(proposal),
    decide: (request) => context.decide(request),
  };
}

function withDeadline(run: AgentRun, limits: LoopLimits): { readonly signal: AbortSignal; expired(): boolean; dispose(): void } {
  const deadline = new AbortController();
  const { clock } = run.skillContext;
  let timer = clock.setTimer(due, limits.leftMs);
  function due(): void {
    // Time in which the step waited for room in a budget came on top meanwhile.
    if (limits.leftMs > 0) timer = clock.setTimer(due, Math.max(limits.leftMs, RECHECK_MS));
    else deadline.abort();
  }
  return {
    signal: AbortSignal.any([run.context.signal, deadline.signal]),
    expired: () => deadline.signal.aborted,
    dispose: () => timer.dispose(),
  };
}

type Proposed = { readonly id: string; readonly title: string; readonly files: number };

class AgentLoop {
  readonly #run: AgentRun;
  readonly #limits: LoopLimits;
  readonly #spent: Usage[];
  readonly #tools: readonly Tool[];
  readonly #specs: readonly ToolSpec[];
  readonly #schema: ReturnType<typeof deliverableSchema>;
  readonly #changes: ChangeSet;
  readonly #proposed: Proposed[] = [];
  readonly #desk: Desk | undefined;
  readonly #records: LoopRecords;
  readonly #opening: Promise<string>;
  readonly #guide: GuideReader | undefined;
  #invalid = 0;

  constructor(run: AgentRun, limits: LoopLimits, spent: Usage[]) {
    this.#run = run;
    this.#limits = limits;
    this.#records = new LoopRecords({ ...run, agent: run.agent.id });
    this.#spent = spent;
    this.#schema = deliverableSchema(run.agent.deliverable);
    this.#changes = run.reading ?? new ChangeSet(run.skillContext.files);
    const desk = run.colleagues && new Desk(run, run.colleagues, { runAgent, changes: this.#changes, spent });
    this.#desk = desk?.open === true ? desk : undefined;
    this.#tools = toolsFor(run.agent, run.bench).filter((tool) => this.#mayUse(tool));
    const description = 'Hands over your result and ends your work. Call it once, when you are done.';
    this.#specs = [...this.#tools.map(toolSpec), { name: DELIVER, description, parameters: parametersOf(this.#schema) }];
    this.#opening = this.#open();
    this.#guide = run.guides?.forStep();
  }

  async run(): Promise<AgentResult> {
    const { agent, found, prompt, stepTitle, skillContext } = this.#run;
    const conversation = new Conversation(taskMessage({ workflow: skillContext.run.workflow, step: stepTitle, prompt, found }));
    for (;;) {
      await this.#hear(conversation);
      const exceeded = this.#limits.exceeded;
      if (exceeded !== null) throw limitError(agent.name, exceeded);
      const final = this.#limits.finalReason;
      if (final !== null) await this.#announceEnd(final, conversation);
      const forced = final !== null || conversation.mustDeliver;
      const answer = await this.#ask(conversation, forced);
      conversation.answered(answer.parts);
      const done = await this.#handle(answer, conversation, forced);
      if (done !== null) return done;
    }
  }

  #mayUse({ id, risk }: Tool): boolean {
    if (id.startsWith('team.') && this.#desk === undefined) return false;
    return this.#run.reading === undefined || risk === 'read';
  }

  /** What stands in the system prompt besides the agent's own instructions; the same in every turn. */
  async #open(): Promise<string> {
    const guides = (await this.#run.guides?.opening()) ?? '';
    const asks = this.#tools.some(({ id }) => id.startsWith('team.'));
    return [guides, asks ? (this.#desk?.listing ?? '') : ''].filter((part) => part !== '').join('\n\n');
  }

  /** A person's words stand in the conversation as theirs, unlike what stands in files. */
  async #hear(conversation: Conversation): Promise<void> {
    const { inbox } = this.#run;
    for (const text of inbox?.take() ?? []) {
      conversation.append(`A person who follows your work says:\n${text}`);
      this.#limits.changed();
      await this.#records.steered(text);
    }
  }

  async #ask(conversation: Conversation, forced: boolean): Promise<ModelAnswer> {
    this.#limits.turn();
    const request = {
      system: systemPrompt(this.#run.agent, await this.#opening),
      tools: this.#specs,
      toolChoice: forced ? { name: DELIVER } : ('auto' as const),
    };
    const answer = await askModel({ ...this.#run, limits: this.#limits }, conversation, request);
    this.#spent.push(...answer.usage);
    this.#limits.used(knownTokens(this.#spent));
    const calls = answer.calls.map(({ name }) => name);
    if (this.#limits.turns === 1 && answer.text.trim() !== '' && calls.some((name) => name !== DELIVER))
      await this.#records.plan(answer.text, calls);
    return answer;
  }

  async #handle(answer: ModelAnswer, conversation: Conversation, forced: boolean): Promise<AgentResult | null> {
    const delivery = answer.calls.find((call) => call.name === DELIVER);
    const others = answer.calls.filter((call) => call.name !== DELIVER);
    if (answer.calls.length === 0) {
      conversation.nudge(NUDGE_DELIVER);
      return null;
    }
    const { results, images } = forced ? { results: others.map(tooLate), images: [] } : await runCalls(others, this.#runnerPorts(answer));
    if (delivery === undefined) {
      conversation.results(results, images);
      return null;
    }
    const problem = this.#problemWith(delivery.args, others.length > 0 && results.some((result) => result.isError));
    if (problem === null) return this.#finish(delivery.args);
    await this.#records.sentBack(problem.critic, problem.text);
    if (problem.critic !== 'a person') this.#invalid += 1;
    if (this.#invalid >= MAX_INVALID) throw invalidDeliverableError(this.#run.agent.name, problem.text);
    const refusal: ToolResultPart = { kind: 'toolResult', id: delivery.id, name: DELIVER, text: problem.text, isError: true };
    conversation.results([...results, refusal], images);
    return null;
  }

  /** What is in the way of a result, and who says so. */
  #problemWith(args: JsonObject, failedBeside: boolean): { readonly critic: string; readonly text: string } | null {
    const parsed = this.#schema.safeParse(args);
    if (!parsed.success) {
      const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.message}`);
      return { critic: 'its form', text: `Not accepted:\n${issues.join('\n')}` };
    }
    if (this.#limits.finalReason !== null) return null;
    if (this.#run.inbox?.waiting === true)
      return { critic: 'a person', text: 'Not accepted yet: a person has just said something. Read it, then deliver again.' };
    if (failedBeside)
      return { critic: 'failed calls', text: 'Not accepted: a call you made beside it failed. Look at its answer, then deliver again.' };
    const { paths } = this.#changes;
    if (paths.length === 0 || this.#run.reading !== undefined) return null;
    const text = `Not accepted: your edits of ${paths.join(', ')} are not proposed. Call files_propose, or files_edit with action discard, then deliver again.`;
    return { critic: 'open edits', text };
  }

  /** What an agent claims in words about the files as they are is checked, too; a change set speaks of what they are to be. */
  async #checkWords({ value, check }: CheckedCitations, workspace: ChangeSet): Promise<CheckedCitations> {
    const field = ANSWER_FIELDS[this.#run.agent.deliverable];
    const text = field === undefined ? undefined : value[field];
    if (field === undefined || typeof text !== 'string') return { value, check };
    const { runId, proposals } = this.#run.skillContext;
    const hasRecord = async (id: string): Promise<boolean> =>
      id === runId ||
      proposals.get(id).then(
        () => true,
        () => false,
      );
    const words = await checkAnswer(text, { readText: (path) => workspace.read(path), hasRecord });
    const sum = { checked: check.checked + words.check.checked, verified: check.verified + words.check.verified };
    return { value: { ...value, [field]: words.text }, check: sum };
  }

  async #finish(args: JsonObject): Promise<AgentResult> {
    const { agent, skillContext } = this.#run;
    const startedAt = skillContext.clock.now();
    const workspace = new ChangeSet(skillContext.files); // Citations speak of the files as they are, without this step's edits.
    const cited = await checkCitations(this.#schema.parse(args), (path) => workspace.read(path));
    const { value, check } = await this.#checkWords(cited, workspace);
    const typed = finishDeliverable(agent.deliverable, value, agent.id);
    const deliverable = this.#proposed.length === 0 ? typed : { ...typed, proposals: this.#proposed };
    const summary = summaryOf(agent.deliverable, deliverable);
    await this.#records.delivered({
      title: `delivered ${agent.deliverable}: ${summary}`,
      data: {
        deliverable: agent.deliverable,
        citations: { ...check },
        turns: this.#limits.turns,
        unproposedEdits: [...this.#changes.paths],
      },
      startedAt,
      ok: check.verified === check.checked,
    });
    return { deliverable, summary, usage: addUsage(this.#spent), citations: check };
  }

  async #announceEnd(why: string, conversation: Conversation): Promise<void> {
    if (!conversation.announce(finalCall(why))) return;
    this.#run.context.emit({ type: 'progress', path: this.#run.skillContext.path, message: why });
    await this.#records.limited(why, { turns: this.#limits.turns });
  }

  #runnerPorts(asked: Pick<ModelAnswer, 'provider' | 'model'>): ToolRunnerPorts {
    const { agent, bench = null, models, skill, skillContext, context } = this.#run;
    const proposed = (proposal: Proposed): void => void this.#proposed.push(proposal);
    const toolContext: ToolContext = {
      step: skillContext,
      agent,
      skill,
      changes: this.#changes,
      sees: models.sees(asked),
      proposed,
      bench,
      ...(this.#guide && { guide: this.#guide }),
      ...(this.#desk && { desk: this.#desk }),
    };
    return { tools: this.#tools, context: toolContext, step: context, limits: this.#limits };
  }
}

/** Some models cannot be forced to one tool: what else they ask for at the end is not done. */
function tooLate(call: ToolCallPart): ToolResultPart {
  return { kind: 'toolResult', id: call.id, name: call.name, text: `Not run: only ${DELIVER} can be called now.`, isError: true };
}
