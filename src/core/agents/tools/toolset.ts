// All tools there are, and those one agent gets: what its file names, nothing else.

import type { AgentDefinition } from '#core/agents/definition.ts';
import { filesEdit, filesPropose } from '#core/agents/tools/filesEdit.ts';
import { filesList } from '#core/agents/tools/filesList.ts';
import { filesRead } from '#core/agents/tools/filesRead.ts';
import { filesSearch } from '#core/agents/tools/filesSearch.ts';
import { gitBlame, gitDiff, gitLog } from '#core/agents/tools/gitTools.ts';
import { proposalsShow, proposalsWithdraw } from '#core/agents/tools/proposalTools.ts';
import { skillsRun } from '#core/agents/tools/skillsRun.ts';
import type { Tool } from '#core/agents/tools/tool.ts';

export const allTools: readonly Tool[] = [
  filesList,
  filesRead,
  filesSearch,
  filesEdit,
  filesPropose,
  gitLog,
  gitDiff,
  gitBlame,
  proposalsShow,
  proposalsWithdraw,
  skillsRun,
];

/** In the order of `allTools`. Names of tools that do not exist are ignored here; the registry reports them when it loads the file. */
export function toolsFor(agent: AgentDefinition): readonly Tool[] {
  const named = new Set(agent.tools);
  return allTools.filter((tool) => named.has(tool.id));
}
