// What is read from files alone: skills, agents and workflows. Needs no store, so it works beside any owner.

import { AgentRegistry } from '#core/agents/registry.ts';
import { allTools } from '#core/agents/tools/toolset.ts';
import { Catalogue } from '#core/api/catalogue.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { ActingFiles } from '#core/trust/actingFiles.ts';

export interface Team {
  readonly skills: ReadonlyMap<string, Skill>;
  /** Loaded; whoever created the team disposes it. */
  readonly agents: AgentRegistry;
  readonly catalogue: Catalogue;
}

export type TeamPorts = Pick<HostPorts, 'files' | 'log' | 'readOwnFile' | 'listOwnFolder' | 'resources' | 'trusted'>;

/** `acting`: says which files of the workspace may act. Default: all of a trusted one. */
export async function createTeam(options: {
  readonly ports: TeamPorts;
  readonly skills: readonly Skill[];
  readonly acting?: Pick<ActingFiles, 'state'>;
}): Promise<Team> {
  const { ports, acting } = options;
  const skills = new Map(options.skills.map((skill) => [skill.id, skill]));
  const knownTools = allTools.map((tool) => tool.id);
  const agents = new AgentRegistry({ ports, knownTools, knownSkills: [...skills.keys()], ...(acting && { acting }) });
  await agents.load();
  return { skills, agents, catalogue: new Catalogue({ ports, agents, skills, ...(acting && { acting }) }) };
}
