// Agents by the names people know, where the core gives their ids.

import type { Editor } from '#editor/editor.ts';
import type { ReviewSheet } from '#protocol/review.ts';

/** The id itself while the list of agents is not read. */
export function agentName({ model }: Pick<Editor, 'model'>, id: string): string {
  return model.get('agents')?.find((agent) => agent.id === id)?.name ?? id;
}

/** The sheet with names in place of ids. */
export function withNames(editor: Pick<Editor, 'model'>, sheet: ReviewSheet): ReviewSheet {
  const { proposal, verdicts } = sheet;
  return {
    ...sheet,
    proposal: { ...proposal, agent: agentName(editor, proposal.agent) },
    verdicts: verdicts.map((one) => ({ ...one, who: agentName(editor, one.who) })),
  };
}
