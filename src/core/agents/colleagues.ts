// Agents that ask and task one another within one step: who may be asked, how deep and how often, and what comes back.

import { AppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import type { AgentDefinition } from '#core/agents/definition.ts';
import { agentDisabled, agentNotFound } from '#core/agents/errors.ts';
import type { AgentResult, AgentRun } from '#core/agents/loop.ts';
import type { AgentSource } from '#core/agents/router.ts';
import type { Bench } from '#core/agents/tools/bench.ts';
import type { ChangeSet } from '#core/agents/tools/changeSet.ts';
import type { StepContext } from '#core/engine/executor.ts';
import type { CallAccount } from '#core/llm/account.ts';
import { wishesOf } from '#core/llm/router.ts';
import { billedFor } from '#core/llm/usage.ts';
import type { SkillContext } from '#core/skills/skill.ts';
import type { Usage } from '#protocol/usage.ts';

/** How many agents may stand behind one another; the one that does the step is the first. */
const MAX_DEPTH = 3;
/** Questions and tasks of one step, all depths together. */
const MAX_ERRANDS = 8;

/** What a step has to offer to agents that work together on it. */
export interface Colleagues {
  readonly agents: AgentSource;
  /** Files, proposals and the like as they are for another agent of the same step. */
  readonly skillContext: (agent: AgentDefinition) => SkillContext;
  readonly account: (agent: AgentDefinition) => Promise<CallAccount>;
  /** Approvals, commands and servers in the name of that agent. Default: none. */
  readonly bench?: (
    agent: AgentDefinition,
    skillContext: SkillContext,
  ) => Promise<{ readonly bench: Bench; dispose(): Promise<void> } | undefined>;
}

/** Agents that stand behind one another in one step. */
export interface Chain {
  /** The first does the step, the last is at work. */
  readonly agents: readonly string[];
  /** How often anybody was asked. */
  readonly errands: { count: number };
  /** Ms that each has waited for people so far: the time limits of all of them stand still meanwhile. */
  readonly waits: (() => number)[];
}

export interface Errand {
  readonly agent: string;
  readonly prompt: string;
  /** `answer`: it only reads, and sees the edits of who asks; `verdict`: the same, approving or rejecting; `task`: its own trade with its own tools. */
  readonly kind: 'answer' | 'verdict' | 'task';
}

type Proposals = readonly { readonly id: string; readonly title: string; readonly files: number }[];

/** One agent's way to its colleagues. */
export class Desk {
  readonly #run: AgentRun;
  readonly #colleagues: Colleagues;
  readonly #ports: { readonly runAgent: (run: AgentRun) => Promise<AgentResult>; readonly changes: ChangeSet; readonly spent: Usage[] };
  readonly #chain: Chain;

  constructor(
    run: AgentRun,
    colleagues: Colleagues,
    ports: { readonly runAgent: (run: AgentRun) => Promise<AgentResult>; readonly changes: ChangeSet; readonly spent: Usage[] },
  ) {
    this.#run = run;
    this.#colleagues = colleagues;
    this.#ports = ports;
    this.#chain = run.chain ?? { agents: [run.agent.id], errands: { count: 0 }, waits: [] };
  }

  /** False at the depth where nobody further may be asked. */
  get open(): boolean {
    return this.#chain.agents.length < MAX_DEPTH;
  }

  /** Those who can be asked, as a part of a system prompt. */
  get listing(): string {
    const { agents } = this.#colleagues;
    const others = agents.all.filter(({ id }) => !agents.isDisabled(id) && !this.#chain.agents.includes(id));
    return `# Your colleagues\n${others.map(({ id, role }) => `- ${id}: ${role}`).join('\n')}`;
  }

  /** Throws `agent.notFound`, `agent.disabled`, `team.circle`, `team.tooMany`, and what the other's work throws. */
  async send(errand: Errand): Promise<{ readonly deliverable: JsonObject; readonly summary: string; readonly proposals: Proposals }> {
    const agent = this.#find(errand.agent);
    if (this.#chain.errands.count >= MAX_ERRANDS) throw tooMany();
    this.#chain.errands.count += 1;
    const { runAgent, spent } = this.#ports;
    const run = await this.#runOf(agent, errand);
    const own = await this.#colleagues.bench?.(agent, run.skillContext);
    try {
      const result = await runAgent({ ...run, ...(own && { bench: own.bench }) });
      spent.push(...result.usage);
      const proposals = (result.deliverable['proposals'] ?? []) as unknown as Proposals;
      return { deliverable: result.deliverable, summary: result.summary, proposals };
    } catch (thrown) {
      spent.push(...billedFor(thrown));
      throw thrown;
    } finally {
      await own?.dispose();
    }
  }

  #find(id: string): AgentDefinition {
    const { agents } = this.#colleagues;
    const agent = agents.all.find((one) => one.id === id);
    if (agent === undefined)
      throw agentNotFound(
        id,
        agents.all.map((one) => one.id),
      );
    if (agents.isDisabled(id)) throw agentDisabled(id);
    if (this.#chain.agents.includes(id)) throw circle(id);
    return agent;
  }

  async #runOf(agent: AgentDefinition, errand: Errand): Promise<AgentRun> {
    const { inbox: _inbox, found: _found, bench: _bench, ...run } = this.#run;
    const asked = errand.kind === 'task' ? agent : { ...agent, deliverable: errand.kind === 'verdict' ? 'verdict' : 'document' };
    return {
      ...run,
      agent: asked,
      prompt: `${this.#run.agent.name} (${this.#run.agent.id}) ${errand.kind === 'task' ? 'gives you this task' : 'asks you'}:\n${errand.prompt}`,
      found: null,
      wishes: wishesOf(run.wishes, agent.models),
      account: await this.#colleagues.account(agent),
      context: quiet(run.context),
      skillContext: { ...this.#colleagues.skillContext(agent), signal: run.context.signal },
      chain: { ...this.#chain, agents: [...this.#chain.agents, agent.id] },
      ...(errand.kind !== 'task' && { reading: this.#ports.changes }),
    };
  }
}

/** What it streams is not what the agent of the step says; its tools and records are seen. */
function quiet(context: StepContext): StepContext {
  return {
    signal: context.signal,
    emit: (signal) => (signal.type === 'text' || signal.type === 'reasoning' ? undefined : context.emit(signal)),
    record: (record) => context.record(record),
    once: (key, work) => context.once(key, work),
    proposalCreated: (proposal) => context.proposalCreated(proposal),
    decide: (request) => context.decide(request),
  };
}

const circle = (id: string): AppError =>
  new AppError({ code: 'team.circle', message: `${id} waits for this very answer: it cannot be asked.`, details: { agent: id } });

const tooMany = (): AppError =>
  new AppError({
    code: 'team.tooMany',
    message: `This step has asked its colleagues ${MAX_ERRANDS} times: decide with what there is.`,
    details: { limit: MAX_ERRANDS },
  });
