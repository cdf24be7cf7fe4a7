// `cas agents …`: who is in the team and how each has been doing.

import { exitCodes } from '#cli/exitCodes.ts';
import type { Options } from '#cli/options.ts';
import { formatDuration, formatTime, plural, printable, table } from '#cli/printers/format.ts';
import { problemLines } from '#cli/printers/problems.ts';
import type { Session } from '#cli/session.ts';
import type { AgentView } from '#protocol/agent.ts';

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
  const rate = `${((health.succeeded / health.executions) * 100).toFixed(1)}% of ${health.executions}`;
  const p95 = health.p95Ms === null ? '' : ` · p95 ${formatDuration(health.p95Ms)}`;
  return `${health.breaker === 'closed' ? '' : `${health.breaker} · `}${rate}${p95}`;
}

/** What was learned beside what its file declares, with the sample. */
function capabilityText({ name, confidence, declared, runs, notes }: AgentView['capabilities'][number]): string {
  const from = [runs > 0 && plural(runs, 'run'), notes > 0 && plural(notes, 'note')].filter(Boolean).join(', ');
  return from === '' ? `${name} ${declared}` : `${name} ${confidence.toFixed(2)} (declared ${declared}; ${from})`;
}

export async function show({ api, output }: Session, _options: Options, [id = '']: readonly string[]): Promise<number> {
  const agent = await api.call('agents.get', id);
  if (output.json) {
    output.value(agent);
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
  output.line(`File           ${agent.file}\n`);
  output.line(printable(agent.instructions));
  output.line(`\n${plural(agent.health.executions, 'execution')} recorded in this workspace.`);
  return exitCodes.ok;
}
