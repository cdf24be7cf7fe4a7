// How agents do a step: the executor, and the loop with a model that it hands over to.

import { createAgentExecutor, type ExecutorDeps } from '#core/agents/executor.ts';
import type { LearnedConfidence } from '#core/agents/learned.ts';
import { runAgent } from '#core/agents/loop.ts';
import type { AgentRegistry } from '#core/agents/registry.ts';
import { createAssign } from '#core/agents/router.ts';
import { Steering } from '#core/agents/steering.ts';
import type { Toolbox } from '#core/agents/toolbox.ts';
import { WorkspaceGuides } from '#core/agents/workspaceGuides.ts';
import type { RunSpending } from '#core/api/spending/spending.ts';
import type { CompositionBase } from '#core/composition/base.ts';
import type { StepExecutor } from '#core/engine/executor.ts';
import type { RunQueue } from '#core/engine/queue.ts';
import type { Models } from '#core/llm/models.ts';
import { wishesOf } from '#core/llm/router.ts';
import type { Proposals } from '#core/proposals/proposals.ts';
import { skillContextFactory } from '#core/skills/context.ts';
import type { Skill } from '#core/skills/skill.ts';

interface AgentWorkDeps extends Omit<CompositionBase, 'resources'> {
  readonly agents: AgentRegistry;
  readonly learned: LearnedConfidence;
  /** By id; throws for unknown ones. */
  readonly skill: (id: string) => Skill;
  /** Absent where the host has no tools. */
  readonly toolbox: Toolbox | undefined;
  readonly models: Models;
  readonly spending: RunSpending;
  readonly proposals: Proposals;
  readonly queue: RunQueue;
}

interface AgentWork {
  readonly executor: StepExecutor;
  /** Reaches the agents that work now. */
  readonly steering: Steering;
}

export function composeAgentWork(deps: AgentWorkDeps): AgentWork {
  const { ports, store, changed, agents, learned, skill, models, proposals, queue } = deps;
  const { clock, log } = ports;
  const guides = new WorkspaceGuides({ files: ports.files, trusted: ports.trusted, log });
  const steering = new Steering();
  const skillContextOf = skillContextFactory({ ports, proposals });
  const executor = createAgentExecutor({
    clock,
    log,
    agent: (id) => agents.get(id),
    assign: createAssign(agents, learned),
    skill,
    skillContext: skillContextOf,
    hasModel: async () => (await models.available()).length > 0,
    enter: (agent, wait) => queue.enter('agent', agent, wait),
    reason: reasonWith({ ...deps, guides, steering, skillContextOf }),
    record: {
      async execution(row) {
        await store.agents.recordExecution(row);
        learned.ran(row);
        changed('agents');
      },
    },
  });
  return { executor, steering };
}

interface ReasonDeps extends AgentWorkDeps {
  readonly guides: WorkspaceGuides;
  readonly steering: Steering;
  readonly skillContextOf: ReturnType<typeof skillContextFactory>;
}

/** The agent's loop for one step. Its inbox and its tools are released however it ends, an abort included. */
function reasonWith(deps: ReasonDeps): ExecutorDeps['reason'] {
  const { agents, skill, toolbox, models, spending, guides, steering, skillContextOf } = deps;
  return async ({ task, agent, context, skillContext, found }) => {
    const wishes = wishesOf(task.step, agent.models);
    const account = await spending.account(task, agent.id, context);
    const asked = { prompt: task.prompt ?? '', found, stepTitle: task.step.name, wishes };
    const step = await toolbox?.forStep({ task, agent, context, skillContext });
    const inbox = steering.open(task.runId, task.path);
    try {
      return await runAgent({
        ...asked,
        agent,
        models,
        account,
        guides,
        inbox,
        colleagues: {
          agents,
          skillContext: (other) => skillContextOf(task, other, context),
          account: (other) => spending.account(task, other.id, context),
          bench: async (other, own) => toolbox?.forStep({ task, agent: other, context, skillContext: own }),
        },
        skill,
        context,
        skillContext,
        ...(step && { bench: step.bench }),
      });
    } finally {
      inbox.dispose();
      await step?.dispose();
    }
  };
}
