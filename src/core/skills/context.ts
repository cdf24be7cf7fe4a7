// What a skill sees of one step: the ports it may use, and nothing that writes to the workspace.

import { createHash } from 'node:crypto';
import type { AgentDefinition } from '#core/agents/definition.ts';
import type { StepContext, StepTask } from '#core/engine/executor.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Proposals } from '#core/proposals/proposals.ts';
import type { ProposalDesk, SkillContext } from '#core/skills/skill.ts';

export function skillContextFactory(deps: {
  readonly ports: HostPorts;
  readonly proposals: Proposals;
}): (task: StepTask, agent: AgentDefinition, context: StepContext) => SkillContext {
  const { ports, proposals } = deps;
  return (task, agent, context) => ({
    runId: task.runId,
    path: task.path,
    agent: agent.id,
    mode: task.mode,
    files: ports.files,
    processes: ports.processes,
    scratch: ports.scratch,
    proposals: announced(proposals.deskFor(task.runId, task.path), context),
    runFolder: ports.runFolder(task.runId),
    resources: ports.resources,
    clock: ports.clock,
    log: ports.log,
    signal: context.signal,
    progress: (message, done, total) =>
      context.emit({
        type: 'progress',
        path: task.path,
        message,
        ...(done !== undefined && { done }),
        ...(total !== undefined && { total }),
      }),
    recordTool: (record) => context.record({ agent: agent.id, kind: 'tool', ...record }),
    run: { workflow: task.workflow, title: task.step.name, inputs: task.inputs, results: task.results, failures: task.failures },
  });
}

/**
 * A proposal that was drafted becomes an event of the run. A step that is begun again after its process died drafts the same
 * again: it gets the proposal it made before, as long as nobody has decided about that.
 */
export function announced(desk: ProposalDesk, context: StepContext): ProposalDesk {
  const announce: ProposalDesk['create'] = async (draft, by) => {
    const view = await desk.create(draft, by);
    await context.proposalCreated({
      proposalId: view.id,
      title: view.title,
      files: view.files.length,
      added: view.added,
      removed: view.removed,
    });
    return view;
  };
  return {
    ...desk,
    async create(draft, by) {
      const hash = createHash('sha256')
        .update(JSON.stringify([draft, by.agent]))
        .digest('hex');
      const known = await desk.get(await context.once(`proposal ${hash}`, async () => (await announce(draft, by)).id));
      return known.status === 'open' ? known : announce(draft, by);
    },
  };
}
