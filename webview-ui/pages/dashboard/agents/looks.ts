// Agents in words and glyphs.

import type { AgentView, BreakerStatus } from '#protocol/agent.ts';
import { menuContext } from '#ui/components/menuContext.ts';
import type { AgentTool } from '#protocol/agentDetail.ts';
import type { Tone } from '#ui/components/Chip.tsx';
import type { IconName } from '#ui/components/icons.ts';
import type { State } from '#ui/components/StateGlyph.tsx';
import { t } from '#ui/text.ts';

/** Under this many runs a confidence is mostly what its file declares. */
export const FEW_RUNS = 20;

/** The last thing it did failed, or a circuit is not closed. */
export function needsALook({ health, disabled }: AgentView): boolean {
  const lastFailed = health.lastError !== null && health.lastRunAt !== null && health.lastError.at >= health.lastRunAt;
  return !disabled && (health.breaker !== 'closed' || lastFailed);
}

export interface HealthLook {
  readonly state: State;
  readonly tone: Tone;
  readonly word: string;
}

export function healthOf(agent: AgentView): HealthLook {
  if (agent.disabled) return { state: 'none', tone: 'plain', word: t('Disabled') };
  if (agent.health.breaker === 'open') return { state: 'failed', tone: 'bad', word: t('Down') };
  if (agent.health.breaker === 'half-open') return { state: 'partial', tone: 'warn', word: t('Degraded') };
  if (needsALook(agent)) return { state: 'failed', tone: 'bad', word: t('Last step failed') };
  if (agent.health.executions === 0) return { state: 'queued', tone: 'plain', word: t('Not run yet') };
  return { state: 'ok', tone: 'ok', word: t('Healthy') };
}

export const breakerWord = (status: BreakerStatus): string =>
  ({ closed: t('closed'), 'half-open': t('half-open'), open: t('open') })[status];

interface Permission {
  readonly word: string;
  readonly icon: IconName;
  readonly title: string;
}

const permissions: { readonly [R in AgentTool['risk']]: Permission } = {
  read: { word: t('Always'), icon: 'check', title: t('It only looks; nothing is changed.') },
  'write-scratch': { word: t('As a proposal'), icon: 'git-compare', title: t('It drafts a proposal; you decide hunk by hunk.') },
  execute: {
    word: t('In a copy'),
    icon: 'split-horizontal',
    title: t('Commands run in a scratch copy; where nothing contains them, you are asked.'),
  },
  network: { word: t('Asks'), icon: 'person', title: t('It reaches another machine: you are asked, unless you allowed exactly this.') },
  external: { word: t('Asks'), icon: 'person', title: t('It uses a program of others: you are asked, unless you allowed exactly this.') },
  person: { word: t('Asks you'), icon: 'person', title: t('It puts a question to you.') },
};

/** What happens when the agent uses a tool of this kind. */
export const permission = (risk: AgentTool['risk']): Permission => permissions[risk];

export function toolIcon(id: string): IconName {
  if (id.startsWith('git.')) return 'git-compare';
  if (id.startsWith('skills.')) return 'tools';
  return id === 'files.search' ? 'search' : 'file-code';
}

/** What it wishes of any model, in words; empty: nothing. Names are shown where they stand in the order. */
export function wishWords({ reasoning, contextTokens, images, policy }: AgentView['models']): readonly string[] {
  return [
    reasoning !== null && { low: t('little reasoning'), medium: t('medium reasoning'), high: t('much reasoning') }[reasoning],
    contextTokens !== null && t('{0} tokens of context', contextTokens.toLocaleString()),
    images && t('a model that takes images'),
    policy !== null &&
      { priority: '', cost: t('the cheapest first'), latency: t('the fastest first'), health: t('the fewest errors first') }[policy],
  ].filter((word): word is string => typeof word === 'string' && word !== '');
}

/** For the commands on agents in the editor's own menu. */
export function agentMenu({ id, disabled, health }: AgentView): string {
  return menuContext('agent', { agent: id, casDisabled: disabled, casCircuit: health.breaker });
}
