// user.ask: a question to the person. Where nobody is there the agent is told so and goes on by its own judgement.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { spelled } from '#core/agents/approval/action.ts';
import { asData, benchOf, defineTool } from '#core/agents/tools/tool.ts';
import { nobodyToAskError } from '#core/agents/tools/toolErrors.ts';

const argsSchema = z.object({
  question: z.string().min(1).max(300).describe('One line; what only a person can decide.'),
  detail: z.string().max(2_000).optional(),
  options: z.array(z.string().min(1).max(100)).min(2).max(6).describe('Possible answers.'),
});

export const userAsk = defineTool<z.infer<typeof argsSchema>>({
  id: 'user.ask',
  description: 'Asks the person who started this run and waits for the answer. For what cannot be found out otherwise.',
  args: argsSchema,
  risk: 'person',
  available: (host) => host.approvals.canAsk(),
  title: ({ question }) => question,
  async run({ question, detail = '', options }, context) {
    const { ask } = benchOf(context);
    if (ask === null) throw nobodyToAskError();
    const labels = options.map((option) => spelled(option));
    const print = createHash('sha256')
      .update(JSON.stringify([question, detail, options]))
      .digest('hex')
      .slice(0, 8);
    const { choice, reason } = await ask({
      kind: 'question',
      title: `${spelled(question)} [${print}]`,
      detail: `${context.agent.name} asks. ${spelled(detail, { lines: true })}`.trim(),
      options: labels.map((label, index) => ({ id: `answer-${index + 1}`, label })),
    });
    const answer = labels[Number(choice.slice('answer-'.length)) - 1] ?? choice;
    return asData('the person', reason === '' ? answer : `${answer}\n${reason}`);
  },
});
