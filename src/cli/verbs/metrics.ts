// `cas metrics`: how well it all works, measured.

import { percent } from '#base/figures.ts';
import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, textOption } from '#cli/options.ts';
import { formatDuration, formatTime, plural, printable, table } from '#cli/printers/format.ts';
import { costText } from '#cli/printers/money.ts';
import type { Session } from '#cli/session.ts';
import { timeOption } from '#cli/timeOption.ts';
import { dollars } from '#core/llm/budget/limit.ts';
import type { CallFigures, MetricsQuery, MetricsReport, SloLine, Totals } from '#protocol/metrics.ts';

export async function metrics({ api, output }: Session, options: Options): Promise<number> {
  const query = queryOf(options);
  if (options['csv'] === true) {
    output.raw((await api.call('metrics.export', { query, format: 'csv' })).text);
    return exitCodes.ok;
  }
  const report = await api.call('metrics.report', query);
  if (output.json) output.value(report);
  else linesOf(report, output.columns).forEach((line) => output.line(line));
  return exitCodes.ok;
}

function queryOf(options: Options): MetricsQuery {
  const [since, until] = [timeOption(options, 'since'), timeOption(options, 'until')];
  const [workflow, agent] = [textOption(options, 'workflow'), textOption(options, 'agent')];
  return {
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(workflow !== '' && { workflow }),
    ...(agent !== '' && { agent }),
  };
}

function linesOf(report: MetricsReport, columns: number): readonly string[] {
  const { totals, before, workflows, agents, errors, slo, system } = report;
  const section = (title: string, rows: readonly (readonly string[])[]): readonly string[] =>
    rows.length === 0 ? [] : ['', title, ...table(rows, columns - 2).map((row) => `  ${row}`)];
  return [
    `${formatTime(report.since)} to ${formatTime(report.until)}`,
    ...table(headlines(totals, before), columns),
    ...section(
      'By workflow',
      workflows.map((one) => [printable(one.workflow), plural(one.runs, 'run'), rate(one.successRate), ms(one.p95Ms), cost(one)]),
    ),
    ...section(
      'By agent',
      agents.map((one) => [
        one.agent,
        plural(one.executions, 'execution'),
        rate(share(one.succeeded, one.executions)),
        ms(one.p95Ms),
        tokens(one),
      ]),
    ),
    ...section(
      'Errors',
      errors.map((one) => [printable(one.code), one.agent, String(one.count), `last ${formatTime(one.lastAt)}`]),
    ),
    ...section('Objectives, 28 days', slo.map(sloRow)),
    '',
    `${plural(totals.retries, 'retry', 'retries')}, ${plural(system.breakerOpenings, 'breaker opening')}; read in ${formatDuration(report.queryMs)}`,
  ];
}

function headlines(now: Totals, before: Totals): readonly (readonly string[])[] {
  const was = (text: string): string => (before.runs === 0 ? '' : `before: ${text}`);
  const parts = [
    now.failed > 0 && `${now.failed} failed`,
    now.partial > 0 && `${now.partial} partial`,
    now.cancelled > 0 && `${now.cancelled} cancelled`,
  ];
  return [
    ['runs', String(now.runs), was(String(before.runs)), parts.filter(Boolean).join(', ')],
    ['success', rate(now.successRate), was(rate(before.successRate)), ''],
    ['p50, p95', `${ms(now.p50Ms)}, ${ms(now.p95Ms)}`, was(`${ms(before.p50Ms)}, ${ms(before.p95Ms)}`), ''],
    ['cost', cost(now), was(cost(before)), ''],
    ['tokens', tokens(now), was(tokens(before)), ''],
  ];
}

const share = (part: number, all: number): number | null => (all === 0 ? null : part / all);
const rate = (value: number | null): string => (value === null ? 'not measured yet' : percent(value, 1));
const ms = (value: number | null): string => (value === null ? '–' : formatDuration(value));
const cost = ({ costMicroUsd, calls, unpricedCalls }: CallFigures): string => costText({ costMicroUsd, calls, unknownCost: unpricedCalls });

function tokens({ inputTokens, cachedInputTokens, outputTokens, uncountedCalls }: CallFigures): string {
  const whole = (n: number): string => n.toLocaleString('en-US');
  const cached = cachedInputTokens === 0 ? '' : ` (${whole(cachedInputTokens)} cached)`;
  const left = uncountedCalls === 0 ? '' : `, ${plural(uncountedCalls, 'call')} not reported`;
  return `${whole(inputTokens)} in${cached}, ${whole(outputTokens)} out${left}`;
}

function sloRow({ id, limit, objective, runs, budgetLeft, burn }: SloLine): readonly string[] {
  const what = { success: 'runs succeed', duration: `runs under ${formatDuration(limit ?? 0)}`, cost: `runs under ${dollars(limit ?? 0)}` }[
    id
  ];
  const left = budgetLeft === null ? 'not measured yet' : `${(budgetLeft * 100).toFixed(0)}% of the budget left of ${plural(runs, 'run')}`;
  const times = (value: number | null): string => (value === null ? '–' : `${value.toFixed(1)}×`);
  const burns = `burn 1 h ${times(burn.hour)}, 6 h ${times(burn.sixHours)}, 1 d ${times(burn.day)}, 3 d ${times(burn.threeDays)}`;
  return [`${percent(objective, 1)} of ${what}`, left, burns];
}
