// files.edit and files.propose: an agent changes files in memory, then puts the changes forward as one proposal.

import { z } from 'zod';
import { citationSchema } from '#protocol/finding.ts';
import { pathArg } from '#core/agents/tools/pathArg.ts';
import { defineTool } from '#core/agents/tools/tool.ts';
import { nothingToProposeError } from '#core/agents/tools/toolErrors.ts';

const editSchema = z
  .object({
    path: pathArg,
    action: z.enum(['replace', 'create', 'delete', 'discard']).describe('discard forgets your edits of this file'),
    search: z.string().min(1).optional().describe('replace: the exact text to replace, found once in the file; no line numbers'),
    replace: z.string().optional().describe('replace: what stands there instead'),
    content: z.string().optional().describe('create: the whole new file'),
    reason: z.string().min(1).max(300).describe('One line for the person who reviews this change'),
    citations: z.array(citationSchema).max(10).optional().describe('Lines this change rests on'),
  })
  .refine(
    ({ action, search, replace }) => action !== 'replace' || (search !== undefined && replace !== undefined),
    'replace needs search and replace',
  )
  .refine(({ action, content }) => action !== 'create' || content !== undefined, 'create needs content');

export const filesEdit = defineTool({
  id: 'files.edit',
  description: 'Edits one file in memory. Nothing is written: call files_propose when the change is whole.',
  args: editSchema,
  risk: 'change',
  title: ({ action, path }) => `${action} ${path}`,
  async run({ path, action, search = '', replace = '', content = '', reason, citations = [] }, { changes }) {
    switch (action) {
      case 'replace':
        await changes.replace({ path, search, replace, reason, citations });
        break;
      case 'create':
        await changes.create(path, content, { reason, citations });
        break;
      case 'delete':
        await changes.remove(path, { reason, citations });
        break;
      case 'discard':
        changes.discard(path);
        break;
    }
    return `Done. Edited and not yet proposed: ${changes.paths.join(', ') || 'nothing'}.`;
  },
});

export const filesPropose = defineTool({
  id: 'files.propose',
  description: 'Puts all edits made so far forward as one proposal for a person to accept or reject by hunk.',
  args: z.object({ title: z.string().min(1).max(120), summary: z.string().min(1).max(4000) }),
  risk: 'change',
  title: ({ title }) => title,
  async run({ title, summary }, { changes, step, proposed }) {
    const draft = changes.draft(title, summary);
    if (draft === null) throw nothingToProposeError();
    const view = await step.proposals.create(draft, { agent: step.agent });
    changes.clear();
    proposed({ id: view.id, title: view.title, files: view.files.length });
    return `Proposal ${view.id}: ${view.files.length} files, +${view.added} -${view.removed}.`;
  },
});
