// proposals.show and proposals.withdraw: what this run has put forward so far.

import { z } from 'zod';
import { asData, defineTool, type ToolContext } from '#core/agents/tools/tool.ts';
import { notItsProposalError } from '#core/agents/tools/toolErrors.ts';

export const proposalsShow = defineTool({
  id: 'proposals.show',
  description: 'Lists the open proposals of this run, or shows the diff of one.',
  args: z.object({ id: z.string().max(100).optional() }),
  risk: 'read',
  title: ({ id }) => id ?? 'all',
  async run({ id }, context) {
    if (id !== undefined) {
      await requireOpen(id, context);
      return asData(`proposal ${id}`, await context.step.proposals.diff(id));
    }
    const all = await context.step.proposals.ofRun();
    const lines = all.map(
      (view) => `${view.id} by ${view.agent}: ${view.title} (${view.files.length} files, +${view.added} -${view.removed})`,
    );
    return asData('proposals', lines.join('\n') || 'none');
  },
});

export const proposalsWithdraw = defineTool({
  id: 'proposals.withdraw',
  description: 'Takes back an open proposal of this run that is wrong or has been replaced.',
  args: z.object({ id: z.string().max(100), reason: z.string().min(1).max(300) }),
  risk: 'write-scratch',
  title: ({ id }) => id,
  async run({ id, reason }, context) {
    await requireOpen(id, context);
    await context.step.proposals.supersede(id, reason);
    return `Proposal ${id} is withdrawn.`;
  },
});

async function requireOpen(id: string, { step }: ToolContext): Promise<void> {
  const open = await step.proposals.ofRun();
  if (!open.some((view) => view.id === id)) throw notItsProposalError(id);
}
