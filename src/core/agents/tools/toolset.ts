// All tools there are, and those one agent gets: what its file names, nothing else.

import type { AgentDefinition } from '#core/agents/definition.ts';
import type { Bench } from '#core/agents/tools/bench.ts';
import { codeActions, codeDefinitions, codeDiagnostics, codeReferences, codeSymbols } from '#core/agents/tools/codeTools.ts';
import { filesEdit, filesPropose } from '#core/agents/tools/filesEdit.ts';
import { filesList } from '#core/agents/tools/filesList.ts';
import { filesRead } from '#core/agents/tools/filesRead.ts';
import { filesSearch } from '#core/agents/tools/filesSearch.ts';
import { gitBlame, gitDiff, gitLog } from '#core/agents/tools/gitTools.ts';
import { proposalsShow, proposalsWithdraw } from '#core/agents/tools/proposalTools.ts';
import { memoryRead, memoryWrite } from '#core/agents/tools/memoryTools.ts';
import { shellRun } from '#core/agents/tools/shellRun.ts';
import { skillsRun } from '#core/agents/tools/skillsRun.ts';
import { testsRunTool } from '#core/agents/tools/testsRunTool.ts';
import { teamAsk, teamDelegate } from '#core/agents/tools/teamTools.ts';
import type { Tool } from '#core/agents/tools/tool.ts';
import { userAsk } from '#core/agents/tools/userAsk.ts';
import { webFetch, webSearch } from '#core/agents/tools/webTools.ts';

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
  shellRun,
  testsRunTool,
  codeSymbols,
  codeDefinitions,
  codeReferences,
  codeDiagnostics,
  codeActions,
  webFetch,
  webSearch,
  memoryRead,
  memoryWrite,
  userAsk,
  teamAsk,
  teamDelegate,
];

/**
 * In the order of `allTools`, then the MCP servers' tools that the agent names (`mcp.*`, `mcp.<server>`, `mcp.<server>.<tool>`).
 * Without a bench those that need one are left out. Names of tools that do not exist are ignored here; the registry
 * reports them when it loads the file.
 */
export function toolsFor(agent: AgentDefinition, bench: Pick<Bench, 'host' | 'mcpTools'> | null = null): readonly Tool[] {
  const named = new Set(agent.tools);
  const offered = allTools.filter(
    (tool) => named.has(tool.id) && (tool.available === undefined || (bench !== null && tool.available(bench.host))),
  );
  return [...offered, ...(bench?.mcpTools ?? []).filter((tool) => namesMcp(named, tool.id))];
}

function namesMcp(named: ReadonlySet<string>, id: string): boolean {
  const [area = '', server = ''] = id.split('.');
  return named.has('mcp.*') || named.has(`${area}.${server}`) || named.has(id);
}
