// files.edit and files.propose: an agent changes files in memory, then puts the changes forward as one proposal.

import { z } from 'zod';
import type { Json } from '#base/json.ts';
import { checkCitations } from '#core/agents/citations.ts';
import { ChangeSet } from '#core/agents/tools/changeSet.ts';
import type { WorkspaceFiles } from '#core/ports.ts';
import type { ProposalDraft } from '#core/skills/skill.ts';
import { citationSchema } from '#protocol/finding.ts';
import { pathArg } from '#core/agents/tools/pathArg.ts';
import { defineTool } from '#core/agents/tools/tool.ts';
import { nothingToProposeError } from '#core/agents/tools/toolErrors.ts';

const editSchema = z
  .object({
    path: pathArg,
    action: z
      .enum(['replace', 'patch', 'create', 'write', 'delete', 'discard'])
      .describe('write: the whole file anew; discard: forgets your edits of this file'),
    search: z.string().min(1).optional().describe('replace: the text to replace, copied from the file, found once in it; no line numbers'),
    replace: z.string().optional().describe('replace: what stands there instead'),
    diff: z.string().min(1).optional().describe('patch: a unified diff of this one file; its hunks are found by their lines'),
    content: z.string().optional().describe('create, write: the whole file'),
    reason: z.string().min(1).max(300).describe('One line for the person who reviews this change'),
    citations: z
      .array(citationSchema.omit({ verified: true }))
      .max(10)
      .optional()
      .describe('Lines this change rests on'),
  })
  .refine(
    ({ action, search, replace }) => action !== 'replace' || (search !== undefined && replace !== undefined),
    'replace needs search and replace',
  )
  .refine(({ action, content }) => (action !== 'create' && action !== 'write') || content !== undefined, 'create and write need content')
  .refine(({ action, diff }) => action !== 'patch' || diff !== undefined, 'patch needs diff');

export const filesEdit = defineTool({
  id: 'files.edit',
  description: 'Edits one file in memory. Nothing is written: call files_propose when the change is whole.',
  args: editSchema,
  risk: 'write-scratch',
  title: ({ action, path }) => `${action} ${path}`,
  async run({ path, action, search = '', replace = '', diff = '', content = '', reason, citations = [] }, { changes }) {
    switch (action) {
      case 'replace':
        await changes.replace({ path, search, replace, reason, citations });
        break;
      case 'patch':
        await changes.patch({ path, diff, reason, citations });
        break;
      case 'write':
        await changes.overwrite(path, content, { reason, citations });
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
  risk: 'write-scratch',
  title: ({ title }) => title,
  async run({ title, summary }, { changes, step, proposed }) {
    const made = changes.draft(title, summary);
    if (made === null) throw nothingToProposeError();
    const draft = await withCheckedCitations(made, step.files);
    const view = await step.proposals.create(draft, { agent: step.agent });
    changes.clear();
    proposed({ id: view.id, title: view.title, files: view.files.length });
    return `Proposal ${view.id}: ${view.files.length} files, +${view.added} -${view.removed}.`;
  },
});

/** What a change is said to rest on is held against the files as they are, without the change. */
async function withCheckedCitations(draft: ProposalDraft, files: WorkspaceFiles): Promise<ProposalDraft> {
  const workspace = new ChangeSet(files);
  const notes = draft.notes.map(async (note) => {
    const { value } = await checkCitations({ citations: note.citations as unknown as Json }, (path) => workspace.read(path));
    return { ...note, citations: z.array(citationSchema).parse(value['citations']) };
  });
  return { ...draft, notes: await Promise.all(notes) };
}
