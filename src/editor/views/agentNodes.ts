// The Agents view: who is healthy, measured. Trouble first, then those that have run, then by name.

import * as vscode from 'vscode';
import { dotted, duration, percent, plural } from '#base/figures.ts';
import { ago, fullDate } from '#editor/views/format.ts';
import type { NodeSpec } from '#editor/views/liveTree.ts';
import { breakerLook, disabledLook, failureLook, unknownLook, type Look } from '#editor/views/states.ts';
import { escapeMarkdown } from '#editor/views/markdownText.ts';
import type { AgentView } from '#protocol/agent.ts';

const { t } = vscode.l10n;

/** The last thing it did failed, or a circuit is not closed. */
function needsALook({ health }: AgentView): boolean {
  const lastFailed = health.lastError !== null && health.lastRunAt !== null && health.lastError.at >= health.lastRunAt;
  return health.breaker !== 'closed' || lastFailed;
}

function trouble(agent: AgentView): number {
  return agent.disabled ? 0 : { open: 3, 'half-open': 2, closed: needsALook(agent) ? 1 : 0 }[agent.health.breaker];
}

function hasRun({ health }: AgentView): boolean {
  return health.executions > 0;
}

function agentLook(agent: AgentView): Look {
  if (agent.disabled) return disabledLook();
  if (agent.health.breaker !== 'closed') return breakerLook(agent.health.breaker);
  if (needsALook(agent)) return failureLook();
  return agent.health.executions === 0 ? unknownLook() : breakerLook('closed');
}

function retryText(agent: AgentView, now: number): string | null {
  const until = agent.health.breakers.map(({ openUntil }) => openUntil ?? 0).reduce((a, b) => Math.max(a, b), 0);
  return until > now ? t('retries in {0}', duration(until - now)) : null;
}

function describe(agent: AgentView, now: number): string {
  const { health } = agent;
  if (agent.disabled) return t('disabled');
  if (health.executions === 0 && health.breaker === 'closed') return t('not run yet');
  const state = health.breaker === 'closed' ? null : breakerLook(health.breaker).word;
  if (health.breaker === 'open') return dotted(state, retryText(agent, now));
  return dotted(
    state,
    health.executions > 0 && percent(health.succeeded, health.executions),
    health.p95Ms !== null && `p95 ${duration(health.p95Ms)}`,
  );
}

function healthNodes(agent: AgentView, now: number): readonly NodeSpec[] {
  const { health, id } = agent;
  const leaf = (key: string, label: string, description: string, glyph: string): NodeSpec => ({
    id: `${id}/${key}`,
    label,
    description,
    icon: new vscode.ThemeIcon(glyph),
  });
  const notYet = t('not measured yet');
  const rate =
    health.executions === 0
      ? notYet
      : plural(
          health.executions,
          t('{0} of 1 run', percent(health.succeeded, 1)),
          t('{0} of {1} runs', percent(health.succeeded, health.executions), health.executions),
        );
  const latency = health.p50Ms === null || health.p95Ms === null ? notYet : `p50 ${duration(health.p50Ms)} · p95 ${duration(health.p95Ms)}`;
  const nodes = [
    ...circuitNodes(agent, now, leaf),
    leaf('rate', t('Success rate'), rate, 'graph-line'),
    leaf('latency', t('Latency'), latency, 'watch'),
  ];
  if (!health.lastError) return nodes;
  const { message, at, runId, code } = health.lastError;
  const open = { command: 'cas.run.open', title: t('Open Run'), arguments: [{ runId }] };
  const last = { ...leaf('error', t('Last error'), `${message}, ${ago(at, now)}`, 'error'), icon: failureLook().icon, command: open };
  return [...nodes, { ...last, tooltip: `${message} (${code})\n${fullDate(at)}` }];
}

/** One for each provider it called; before the first call just the agent's own. */
function circuitNodes(agent: AgentView, now: number, leaf: (...parts: [string, string, string, string]) => NodeSpec): readonly NodeSpec[] {
  const { breakers, breaker } = agent.health;
  const title = t('Circuit breaker');
  if (breakers.length === 0) return [leaf('circuit', title, breakerLook(breaker).word, 'plug')];
  return breakers.map(({ provider, model, status, openUntil }) => {
    const retry = openUntil !== null && openUntil > now ? t('retries in {0}', duration(openUntil - now)) : null;
    const label = breakers.length === 1 ? title : t('Circuit of {0}', provider);
    return {
      ...leaf(`circuit/${provider}/${model}`, label, dotted(breakerLook(status).word, retry, model), 'plug'),
      tooltip: `${provider}: ${model}`,
    };
  });
}

function hover(agent: AgentView): vscode.MarkdownString {
  const text = new vscode.MarkdownString(`**${escapeMarkdown(agent.name)}**  \n${escapeMarkdown(agent.role)}`);
  text.appendMarkdown(`\n\n${escapeMarkdown(agent.description)}`);
  if (agent.skills.length > 0) text.appendMarkdown(`\n\n${t('Skills')}: ${agent.skills.map((skill) => `\`${skill}\``).join(', ')}`);
  const wishes = wishWords(agent.models);
  if (wishes.length > 0) text.appendMarkdown(`\n\n${t('Of its model it wishes')}: ${escapeMarkdown(wishes.join(', '))}`);
  return text;
}

function wishWords({ prefer, reasoning, contextTokens, images, policy }: AgentView['models']): readonly string[] {
  const words = [
    reasoning !== null && { low: t('little reasoning'), medium: t('medium reasoning'), high: t('much reasoning') }[reasoning],
    contextTokens !== null && t('{0} tokens of context', contextTokens.toLocaleString()),
    images && t('a model that takes images'),
    policy !== null &&
      { priority: '', cost: t('the cheapest first'), latency: t('the fastest first'), health: t('the fewest errors first') }[policy],
  ];
  return [...prefer, ...words.filter((word): word is string => typeof word === 'string' && word !== '')];
}

export function agentNodes(agents: readonly AgentView[], now: number): readonly NodeSpec[] {
  const sorted = [...agents].sort(
    (a, b) => trouble(b) - trouble(a) || Number(hasRun(b)) - Number(hasRun(a)) || a.name.localeCompare(b.name),
  );
  return sorted.map((agent) => {
    const { icon, word } = agentLook(agent);
    const description = describe(agent, now);
    return {
      id: agent.id,
      label: agent.name,
      description,
      tooltip: hover(agent),
      icon,
      context: `agent:${agent.health.breaker === 'half-open' ? 'halfOpen' : agent.health.breaker}${agent.disabled ? ':disabled' : ''}`,
      target: { kind: 'agent', id: agent.id, file: agent.file },
      spoken: `${agent.name}, ${word}, ${description}`,
      open: 'collapsed',
      children: healthNodes(agent, now),
    };
  });
}

/** `4 healthy, 2 need a look`. Only agents that ran are called healthy. */
export function agentsSummary(agents: readonly AgentView[]): string {
  const troubled = agents.filter((agent) => !agent.disabled && needsALook(agent)).length;
  const healthy = agents.filter((agent) => agent.health.executions > 0 && !needsALook(agent)).length;
  if (healthy + troubled === 0) return plural(agents.length, t('1 agent, not run yet'), t('{0} agents, none has run yet', agents.length));
  const parts = [
    healthy > 0 && t('{0} healthy', healthy),
    troubled > 0 && plural(troubled, t('1 needs a look'), t('{0} need a look', troubled)),
  ];
  return parts.filter(Boolean).join(', ');
}
