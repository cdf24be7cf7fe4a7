// Who works, and with what: agents and skills, which files may act, tools, and what the store knows of how agents did.

import { LearnedConfidence } from '#core/agents/learned.ts';
import { Toolbox } from '#core/agents/toolbox.ts';
import { loadDisabled } from '#core/api/agentMethods.ts';
import { skillNotFound } from '#core/api/resolve.ts';
import { createTeam, type Team } from '#core/api/team.ts';
import type { CompositionBase } from '#core/composition/base.ts';
import type { Skill } from '#core/skills/skill.ts';
import { ActingFiles } from '#core/trust/actingFiles.ts';

interface ComposedTeam extends Pick<Team, 'agents' | 'catalogue'> {
  readonly acting: ActingFiles;
  /** Absent where the host has no tools. */
  readonly toolbox: Toolbox | undefined;
  /** By id; throws `skill.notFound`. */
  readonly skill: (id: string) => Skill;
  readonly learned: LearnedConfidence;
}

/** Files are read; those whom a person turned off are off. What must be released is among the resources. */
export async function composeTeam(base: CompositionBase, shipped: readonly Skill[]): Promise<ComposedTeam> {
  const { ports, store, permissions, resources, changed } = base;
  const acting = new ActingFiles(ports);
  await acting.begin();
  const { skills, agents, catalogue } = await createTeam({ ports, skills: shipped, acting });
  const toolbox = ports.tools && new Toolbox({ host: ports.tools, ports, store, permissions, acting });
  const skill = (id: string): Skill => {
    const found = skills.get(id);
    if (found === undefined) throw skillNotFound(id, skills.keys());
    return found;
  };
  resources.add(agents);
  agents.setDisabled(await loadDisabled(store));
  const learned = new LearnedConfidence();
  learned.replace(await store.feedback.evidence());
  resources.add(agents.onChanged(() => changed('agents')));
  return { acting, agents, catalogue, toolbox, skill, learned };
}
