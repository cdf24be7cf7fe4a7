// team.ask and team.delegate: another agent answers, judges, or does a part of the work; several at once when they are asked at once.

import { z } from 'zod';
import type { Desk } from '#core/agents/colleagues.ts';
import { asData, defineTool, type ToolContext } from '#core/agents/tools/tool.ts';
import { noColleaguesError } from '#core/agents/tools/toolErrors.ts';

const agent = z.string().describe('Id of a colleague.');

export const teamAsk = defineTool({
  id: 'team.ask',
  description:
    'Asks a colleague, who reads the files as they are with your edits and answers with citations, or judges your work. It knows nothing of your conversation: say all it needs.',
  args: z.object({
    agent,
    question: z.string().min(1).max(8_000),
    verdict: z.boolean().default(false).describe('True: it approves or rejects, with reasons.'),
  }),
  risk: 'read',
  title: ({ agent: id, question, verdict }) => `${verdict ? 'review by' : 'to'} ${id}: ${question.replaceAll(/\s+/g, ' ')}`,
  async run({ agent: id, question, verdict }, context) {
    const { deliverable } = await deskOf(context).send({ agent: id, prompt: question, kind: verdict ? 'verdict' : 'answer' });
    return asData(`${verdict ? 'verdict' : 'answer'} of ${id}`, JSON.stringify(deliverable, null, 1));
  },
});

export const teamDelegate = defineTool({
  id: 'team.delegate',
  description:
    'Gives a part of your task to a colleague, who does it with its own tools and hands over its own result; what it proposes becomes part of your result. It knows nothing of your conversation: say all it needs, and what is done when it is done.',
  args: z.object({ agent, task: z.string().min(1).max(8_000) }),
  risk: 'write-scratch',
  title: ({ agent: id, task }) => `to ${id}: ${task.replaceAll(/\s+/g, ' ')}`,
  async run({ agent: id, task }, context) {
    const { deliverable, summary, proposals } = await deskOf(context).send({ agent: id, prompt: task, kind: 'task' });
    for (const proposal of proposals) context.proposed(proposal);
    return asData(`result of ${id}: ${summary}`, JSON.stringify(deliverable, null, 1));
  },
});

function deskOf({ desk }: ToolContext): Desk {
  if (desk === undefined) throw noColleaguesError();
  return desk;
}
