// `cas agents …`: who is in the team and how each has been doing.

import { percent } from '#base/figures.ts';
import { exitCodes } from '#cli/exitCodes.ts';
import type { Options } from '#cli/options.ts';
import { formatDuration, formatTime, plural, printable, table } from '#cli/printers/format.ts';
import { problemLines } from '#cli/printers/problems.ts';
import type { Session } from '#cli/session.ts';
import type { AgentView } from '#protocol/agent.ts';
import type { AgentDetail } from '#protocol/agentDetail.ts';

export async function list({ api, output, shown }: Session): Promise<number> {
  const agents = await api.call('agents.list');
  if (output.json) output.value(agents);
  else {
    table(
      agents.map((agent) => [agent.id, agent.source, healthOf(agent), printable(agent.role)]),
      output.columns,
    ).forEach((row) => output.line(row));
    for (const { file, problems } of await api.call('agents.problems'))
      problemLines(shown(file), problems, output).forEach((line) => output.line(line));
  }
  return exitCodes.ok;
}

/** A rate always has its sample; nothing measured says so. */
function healthOf({ disabled, health }: AgentView): string {
  if (disabled) return 'disabled';
  if (health.executions === 0) return 'no runs yet';
  const rate = `${percent(health.succeeded, health.executions)} of ${health.executions}`;
  const p95 = health.p95Ms === null ? '' : ` · p95 ${formatDuration(health.p95Ms)}`;
  return `${health.breaker === 'closed' ? '' : `${health.breaker} · `}${rate}${p95}`;
}

/** What was learned beside what its file declares, with the sample. */
function capabilityText({ name, confidence, declared, runs, notes }: AgentView['capabilities'][number]): string {
  const from = [runs > 0 && plural(runs, 'run'), notes > 0 && plural(notes, 'note')].filter(Boolean).join(', ');
  return from === '' ? `${name} ${declared}` : `${name} ${confidence.toFixed(2)} (declared ${declared}; ${from})`;
}

function wishText({ prefer, policy, contextTokens, images, reasoning }: AgentView['models']): string {
  const wishes = [
    prefer.length > 0 && printable(prefer.join(', then ')),
    reasoning !== null && `${reasoning} reasoning`,
    contextTokens !== null && `${contextTokens.toLocaleString('en-US')} tokens of context`,
    images && 'takes images',
    policy !== null && (policy === 'priority' ? 'others as listed' : `others by ${policy}`),
  ].filter(Boolean);
  return wishes.length === 0 ? 'wishes nothing' : wishes.join('; ');
}

/** Where its next call would go, and why; then what it would go to if it could. */
function modelLines({ models, unavailable }: AgentDetail): readonly string[] {
  const lines = [
    ...models.map(({ provider, model, reason }, at) => `${at + 1}. ${provider}/${model}: ${reason}`),
    ...unavailable.map(({ provider, model, reason }) => `-  ${provider}/${model}: ${reason}`),
  ];
  return lines.length === 0 ? ['no model can be called: it works with its skills alone'] : lines.map(printable);
}

export async function show({ api, output }: Session, _options: Options, [id = '']: readonly string[]): Promise<number> {
  const [agent, detail] = await Promise.all([api.call('agents.get', id), api.call('agents.detail', id)]);
  if (output.json) {
    output.value({ ...agent, modelOrder: detail.models, unavailableModels: detail.unavailable });
    return exitCodes.ok;
  }
  output.line(`${output.style('bold', agent.name)} (${agent.id}, ${agent.source})  ${printable(agent.role)}`);
  output.line(printable(agent.description));
  output.line(`\nDelivers       ${agent.deliverable}`);
  output.line(`Health         ${healthOf(agent)}`);
  if (agent.health.lastError !== null)
    output.line(`Last error     ${printable(agent.health.lastError.message)} (${formatTime(agent.health.lastError.at)})`);
  for (const b of agent.health.breakers) output.line(`Circuit        ${b.provider}/${b.model}: ${b.status}`);
  output.line(`Specialised in ${agent.specializations.join(', ')}`);
  output.line(`Capabilities   ${agent.capabilities.map(capabilityText).join(', ')}`);
  output.line(`Skills         ${agent.skills.join(', ') || 'none'}`);
  output.line(`Tools          ${agent.tools.join(', ') || 'none'}`);
  output.line(`Of its model   ${wishText(agent.models)}`);
  modelLines(detail).forEach((line, at) => output.line((at === 0 ? 'Model order' : '').padEnd(15) + line));
  output.line(`File           ${agent.file}\n`);
  output.line(printable(agent.instructions));
  output.line(`\n${plural(agent.health.executions, 'execution')} recorded in this workspace.`);
  return exitCodes.ok;
}
