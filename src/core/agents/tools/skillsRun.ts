// skills.run: a deterministic skill the agent names, run when the model asks for it.

import { z } from 'zod';
import { renderFound } from '#core/agents/prompts.ts';
import { asData, defineTool } from '#core/agents/tools/tool.ts';
import { skillNotAllowedError } from '#core/agents/tools/toolErrors.ts';

export const skillsRun = defineTool({
  id: 'skills.run',
  description: 'Runs one of your skills (a deterministic check of the repository) and returns what it found.',
  args: z.object({ skill: z.string().max(100), args: z.record(z.string(), z.json()).optional() }),
  risk: 'execute',
  title: ({ skill }) => skill,
  async run({ skill: id, args = {} }, context) {
    if (!context.agent.skills.includes(id)) throw skillNotAllowedError(id, context.agent.skills);
    const skill = context.skill(id);
    if (skill.risk === 'report') throw skillNotAllowedError(id, context.agent.skills);
    const result = await skill.run(skill.args.parse(args), context.step);
    return asData(id, `${result.summary}\n${renderFound(result.output)}`);
  },
});
