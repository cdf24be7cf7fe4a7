// API methods about agent files.

import { newAgentText } from '#core/agents/agentText.ts';
import { agentExists, badAgentName } from '#core/agents/errors.ts';
import { idOf } from '#core/agents/foreign/foreignAgent.ts';
import type { AgentRegistry } from '#core/agents/registry.ts';
import type { AgentFileMethods } from '#protocol/agentFiles.ts';

export function agentFileMethods(agents: Pick<AgentRegistry, 'ids' | 'reports' | 'check'>): AgentFileMethods {
  return {
    'agents.problems': async () =>
      agents.reports.filter(({ source }) => source === 'workspace').map(({ file, problems }) => ({ file, problems })),
    'agents.check': async ({ text, file }) => agents.check(text, file),
    'agents.template': async ({ name }) => {
      const id = idOf(name);
      if (id === '') throw badAgentName(name);
      if (agents.ids.includes(id)) throw agentExists(id);
      return { path: `.cas/agents/${id}.md`, text: newAgentText({ id, name: name.trim() }) };
    },
  };
}
