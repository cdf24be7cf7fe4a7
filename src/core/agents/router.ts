// Which agent does a task step: the one it names, else the best by capability, by skill, or by its words. Same agents and
// step, same answer.

import type { AgentDefinition } from '#core/agents/definition.ts';
import { agentDisabled, agentNotFound, noAgentFor } from '#core/agents/errors.ts';
import type { StepAssignment, StepExecutor } from '#core/engine/executor.ts';
import type { TaskStep } from '#core/workflow/definition.ts';

/** What the router needs of the registry. */
export interface AgentSource {
  /** In order of id. */
  readonly all: readonly AgentDefinition[];
  isDisabled(id: string): boolean;
}

export interface Candidate {
  readonly agent: AgentDefinition;
  /** Above 0, at most 1. */
  readonly confidence: number;
}

/** What outcomes and people have taught about a declared confidence. */
export interface Learned {
  confidence(agent: string, capability: string, declared: number): number;
}

const AS_DECLARED: Learned = { confidence: (_agent, _capability, declared) => declared };

interface Team {
  readonly agents: AgentSource;
  readonly learned: Learned;
}

/** To be given to the executor. Throws `agent.notFound` (with the nearest name) or `agent.disabled`. */
export function createAssign(agents: AgentSource, learned: Learned = AS_DECLARED): StepExecutor['assign'] {
  return ({ step }) => {
    if (step.agent !== null) return byName(agents, step.agent);
    if (step.capability !== null) return byCapability({ agents, learned }, step.capability, step.action);
    return step.action === null ? byWords({ agents, learned }, step) : bySkill(agents, step.action);
  };
}

/**
 * Enabled agents with a capability, best first: by confidence, then those that can run `action`, then the workspace's own,
 * then the more specialised one (fewer capabilities), then by id.
 */
export function candidatesFor({ agents, learned }: Team, capability: string, action: string | null = null): readonly Candidate[] {
  const found = enabled(agents).flatMap((agent): Candidate[] => {
    const match = agent.capabilities.find((one) => one.name === capability);
    return match ? [{ agent, confidence: learned.confidence(agent.id, capability, match.confidence) }] : [];
  });
  const runs = (one: Candidate): number => (action !== null && one.agent.skills.includes(action) ? 1 : 0);
  return found.sort((a, b) => b.confidence - a.confidence || runs(b) - runs(a) || byTrade(a.agent, b.agent));
}

function byName(agents: AgentSource, id: string): StepAssignment {
  const known = agents.all.map((agent) => agent.id);
  if (!known.includes(id)) throw agentNotFound(id, known);
  if (agents.isDisabled(id)) throw agentDisabled(id);
  return { agent: id, reason: 'named by the step' };
}

function byCapability(team: Team, capability: string, action: string | null): StepAssignment {
  const candidates = candidatesFor(team, capability, action);
  const [best] = candidates;
  if (!best) {
    const known = new Set(enabled(team.agents).flatMap((agent) => agent.capabilities.map((one) => one.name)));
    throw noAgentFor(`the capability \`${capability}\``, capability, known);
  }
  const rank = candidates.length === 1 ? 'only agent with' : `best of ${candidates.length} with`;
  return { agent: best.agent.id, reason: `${rank} ${capability} (${Number(best.confidence.toFixed(2))})` };
}

/** An agent lists its skills in the order of its trade: the one that names this skill earliest is closest to it. */
function bySkill(agents: AgentSource, skill: string): StepAssignment {
  const able = enabled(agents).filter((agent) => agent.skills.includes(skill));
  const [best] = able.sort((a, b) => a.skills.indexOf(skill) - b.skills.indexOf(skill) || byTrade(a, b));
  if (!best) throw noAgentFor(`the skill \`${skill}\``, skill, new Set(enabled(agents).flatMap((agent) => agent.skills)));
  return { agent: best.id, reason: able.length === 1 ? `only agent with skill ${skill}` : `best of ${able.length} with skill ${skill}` };
}

/** A prompt that names nothing: words of its key and name found among specializations and capabilities. */
function byWords({ agents, learned }: Team, step: Pick<TaskStep, 'key' | 'name'>): StepAssignment {
  const wanted = wordsOf(`${step.key} ${step.name}`);
  const scored = enabled(agents).map((agent) => ({ agent, ...score(agent, wanted, learned) }));
  const [best] = scored.sort((a, b) => b.points - a.points || byTrade(a.agent, b.agent));
  if (!best || best.points === 0) throw noAgentFor(`anything to do with "${step.name}"; name one with \`agent:\``, step.key, []);
  return { agent: best.agent.id, reason: `its trade matches the step's words: ${best.matched.join(', ')}` };
}

function score(
  agent: AgentDefinition,
  wanted: ReadonlySet<string>,
  learned: Learned,
): { readonly points: number; readonly matched: readonly string[] } {
  const points = new Map<string, number>();
  const add = (text: string, weight: number): void => {
    for (const word of wordsOf(text)) if (wanted.has(word)) points.set(word, Math.max(points.get(word) ?? 0, weight));
  };
  add(agent.id, 2);
  for (const text of agent.specializations) add(text, 1);
  for (const { name, confidence } of agent.capabilities) add(name, learned.confidence(agent.id, name, confidence));
  return { points: [...points.values()].reduce((sum, one) => sum + one, 0), matched: [...points.keys()].sort() };
}

/** Words that say nothing about a trade. */
const COMMON = new Set(
  'a all an and as at by do every find for from get in into it its make new of off on or out over run set the then this to up with'.split(
    ' ',
  ),
);

function wordsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [];
  return new Set(words.filter((word) => !COMMON.has(word)));
}

function enabled(agents: AgentSource): AgentDefinition[] {
  return agents.all.filter((agent) => !agents.isDisabled(agent.id));
}

function byTrade(a: AgentDefinition, b: AgentDefinition): number {
  const own = Number(b.source === 'workspace') - Number(a.source === 'workspace');
  return own || a.capabilities.length - b.capabilities.length || (a.id < b.id ? -1 : 1);
}
