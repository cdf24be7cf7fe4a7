// memory.read and memory.write: notes about this workspace, kept from run to run.

import { z } from 'zod';
import { asData, benchOf, defineTool } from '#core/agents/tools/tool.ts';
import { maskTokens } from '#core/skills/source/mask.ts';

const MAX_SHOWN = 20;

export const memoryRead = defineTool<{ query?: string | undefined }>({
  id: 'memory.read',
  description: 'Notes that agents wrote about this workspace, newest first.',
  args: z.object({ query: z.string().max(200).optional().describe('Only notes that hold all of these words.') }),
  risk: 'read',
  available: () => true,
  title: ({ query }) => query ?? 'all notes',
  async run({ query = '' }, context) {
    const { notes, approvals } = benchOf(context);
    const found = await notes.find(query, MAX_SHOWN);
    const lines: string[] = [];
    for (const { key, text, agent, at, learnedFrom } of found) {
      const from = learnedFrom.length === 0 ? '' : ` [learned from untrusted input: ${learnedFrom.join(', ')}]`;
      lines.push(`${key} (${agent}, ${new Date(at).toISOString().slice(0, 10)})${from}\n${text}`);
      if (learnedFrom.length > 0) await approvals.taint(`the note ${key}`);
    }
    return asData('memory', lines.join('\n\n') || 'no notes');
  },
});

export const memoryWrite = defineTool<{ key: string; text: string }>({
  id: 'memory.write',
  description: 'Keeps a note about this workspace for later runs: a convention, a decision, a trap. An empty text forgets it.',
  args: z.object({
    key: z
      .string()
      .regex(/^[\w./-]{1,100}$/)
      .describe('A short name; the same name replaces the note.'),
    text: z.string().max(4_000),
  }),
  risk: 'write-scratch',
  available: () => true,
  title: ({ key }) => key,
  async run({ key, text }, context) {
    const { notes, approvals } = benchOf(context);
    const { runId, clock } = context.step;
    const learnedFrom = await approvals.taints();
    await notes.write({ key, text: maskTokens(text), agent: context.agent.id, runId, at: clock.now(), learnedFrom });
    return text === '' ? `Forgot ${key}.` : `Noted ${key}.`;
  },
});
