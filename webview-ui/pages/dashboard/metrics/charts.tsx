// The charts of the Metrics tab, each with its table behind it.

import type { ReactElement } from 'react';
import { duration, percent } from '#base/figures.ts';
import type { AgentFigures, MetricsReport } from '#protocol/metrics.ts';
import { BarChart } from '#ui/components/BarChart.tsx';
import { Card } from '#ui/components/Card.tsx';
import { ChartTable } from '#ui/components/ChartTable.tsx';
import { LineChart } from '#ui/components/LineChart.tsx';
import { ago, compact, cost, fullDate } from '#ui/format.ts';
import { useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import { counted, t } from '#ui/text.ts';

interface ChartProps {
  readonly report: MetricsReport;
  readonly asTable: boolean;
}

const HOUR_MS = 3_600_000;
const ROWS = 8;
const MOST_DAYS = 8;
const lang = document.documentElement.lang || 'en';
const locale = lang === 'en' ? 'en-GB' : lang;
const WITHIN_DAYS: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' };
const DAYS: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };

export function DurationCard({ report, asTable }: ChartProps): ReactElement {
  const { series, totals, bucketMs } = report;
  const limit = report.slo.find(({ id }) => id === 'duration')?.limit ?? 0;
  const worst = series.reduce<number | null>((most, { p95Ms }) => (p95Ms !== null && p95Ms > (most ?? 0) ? p95Ms : most), null);
  const finding =
    totals.p50Ms === null || totals.p95Ms === null || worst === null
      ? t('No run has ended in this time.')
      : t(
          'Half of the runs took up to {0}, 95 % up to {1}; the slowest window had a p95 of {2}.',
          duration(totals.p50Ms),
          duration(totals.p95Ms),
          duration(worst),
        );
  const points = (pick: 'p50Ms' | 'p95Ms') => series.map((bucket) => ({ x: bucket.at, y: bucket[pick] }));
  const formatX = (x: number): string => new Date(x).toLocaleString(locale, bucketMs < 24 * HOUR_MS ? WITHIN_DAYS : DAYS);
  return (
    <Card title={t('Run duration')} sub={t('{0} h windows', bucketMs / HOUR_MS)} className="duration">
      <LineChart
        finding={finding}
        by={t('From')}
        height={320}
        marks={daysIn(series.map(({ at }) => at))}
        asTable={asTable}
        formatX={formatX}
        formatY={(ms) => (ms === 0 ? '0' : duration(ms).replace(/ 0?0 (s|min)$/, ''))}
        limit={{ value: limit, label: t('SLO {0}', duration(limit)) }}
        series={[
          { name: 'p95', points: points('p95Ms'), tone: 'over' },
          { name: t('median'), points: points('p50Ms'), tone: 'run' },
        ]}
      />
    </Card>
  );
}

/** Beginnings of days, so that a week has its seven; none within one day. */
function daysIn(times: readonly number[]): readonly { readonly x: number; readonly label: string }[] {
  const first = times[0] ?? 0;
  const last = times.at(-1) ?? 0;
  const days: number[] = [];
  for (const day = new Date(first); day.getTime() <= last; day.setDate(day.getDate() + 1)) {
    day.setHours(0, 0, 0, 0);
    if (day.getTime() >= first) days.push(day.getTime());
  }
  const step = Math.ceil(days.length / MOST_DAYS);
  const format = days.length > MOST_DAYS ? DAYS : ({ weekday: 'short', day: 'numeric' } as const);
  return days.filter((_, index) => index % step === 0).map((x) => ({ x, label: new Date(x).toLocaleDateString(locale, format) }));
}

export function CostByWorkflow({ report, asTable }: ChartProps): ReactElement {
  const workflows = report.workflows.slice(0, ROWS);
  const [dearest] = workflows;
  const finding =
    dearest === undefined || dearest.costMicroUsd === 0
      ? t('No workflow has a known cost in this time.')
      : t('{0} cost most: {1} in {2} runs.', dearest.workflow, cost(dearest.costMicroUsd), dearest.runs);
  if (asTable) {
    const head = [t('Workflow'), t('Runs'), t('Success'), t('p95'), t('Cost'), t('Calls of unknown price')];
    const rows = report.workflows.map(({ workflow, runs, successRate, p95Ms, costMicroUsd, unpricedCalls }) => [
      workflow,
      String(runs),
      successRate === null ? '–' : percent(successRate, 1),
      p95Ms === null ? '–' : duration(p95Ms),
      cost(costMicroUsd),
      String(unpricedCalls),
    ]);
    return (
      <Card title={t('Cost by workflow')} sub={cost(report.totals.costMicroUsd)}>
        <ChartTable label={finding} head={head} rows={rows} />
      </Card>
    );
  }
  return (
    <Card title={t('Cost by workflow')} sub={cost(report.totals.costMicroUsd)}>
      {report.totals.costMicroUsd === 0 && <p className="dim">{finding}</p>}
      <BarChart
        measure={t('Cost')}
        by={t('Workflow')}
        finding={finding}
        format={cost}
        bars={workflows
          .filter(({ costMicroUsd }) => costMicroUsd > 0)
          .map(({ workflow, costMicroUsd, runs }) => ({
            label: workflow,
            value: costMicroUsd,
            ...(runs > 0 && { note: counted(runs, t('1 run'), t('{0} runs, {1} each', runs, cost(costMicroUsd / runs))) }),
          }))}
      />
    </Card>
  );
}

const tokensOf = ({ inputTokens, outputTokens }: AgentFigures): number => inputTokens + outputTokens;

export function TokensByAgent({ report, asTable }: ChartProps): ReactElement {
  const [most] = report.agents;
  const finding =
    most === undefined || tokensOf(most) === 0
      ? t('No agent used tokens in this time.')
      : t(
          '{0} used most: {1} of {2} tokens.',
          most.agent,
          compact(tokensOf(most)),
          compact(report.totals.inputTokens + report.totals.outputTokens),
        );
  const legend = (
    <span className="row tiny dim legend" aria-hidden="true">
      <i className="in" /> {t('in')} <i className="out" /> {t('out')}
    </span>
  );
  return (
    <Card title={t('Tokens by agent')} actions={asTable ? undefined : legend}>
      {asTable ? (
        <AgentTable finding={finding} agents={report.agents} />
      ) : (
        <AgentBars finding={finding} agents={report.agents.filter((one) => tokensOf(one) > 0).slice(0, ROWS)} />
      )}
    </Card>
  );
}

function AgentBars({ finding, agents }: { readonly finding: string; readonly agents: readonly AgentFigures[] }): ReactElement {
  const max = Math.max(1, ...agents.map(tokensOf));
  return (
    <div className="barchart" role="img" aria-label={finding}>
      {agents.map((agent) => (
        <div key={agent.agent} className="bar">
          <span className="clip" title={agent.agent}>
            {agent.agent}
          </span>
          <span className="meter stacked">
            <span className="fill alt" style={{ width: `${(agent.inputTokens / max) * 100}%` }} />
            <span className="fill warn hatched" style={{ width: `${(agent.outputTokens / max) * 100}%` }} />
          </span>
          <span className="num">{compact(tokensOf(agent))}</span>
        </div>
      ))}
    </div>
  );
}

function AgentTable({ finding, agents }: { readonly finding: string; readonly agents: readonly AgentFigures[] }): ReactElement {
  const head = [t('Agent'), t('Executions'), t('Success'), t('p95'), t('In'), t('Out'), t('Cost')];
  const rows = agents.map((one) => [
    one.agent,
    String(one.executions),
    one.executions === 0 ? '–' : percent(one.succeeded, one.executions),
    one.p95Ms === null ? '–' : duration(one.p95Ms),
    compact(one.inputTokens),
    compact(one.outputTokens),
    cost(one.costMicroUsd),
  ]);
  return <ChartTable label={finding} head={head} rows={rows} />;
}

export function ErrorsCard({ report }: { readonly report: MetricsReport }): ReactElement {
  const { errors } = report;
  const now = useNow(true);
  const total = errors.reduce((sum, { count }) => sum + count, 0);
  return (
    <Card title={t('Errors')} sub={counted(total, t('1 in this time'), t('{0} in this time', total))} className="errors">
      {errors.length === 0 ? (
        <p className="dim">{t('No step of an agent failed.')}</p>
      ) : (
        <table aria-label={t('Errors')}>
          <thead>
            <tr>
              <th scope="col" className="kind">
                {t('Kind')}
              </th>
              <th scope="col">{t('Agent')}</th>
              <th scope="col" className="end count">
                {t('Count')}
              </th>
              <th scope="col" className="trendcol">
                {t('Trend')}
              </th>
              <th scope="col" className="end last">
                {t('Last')}
              </th>
            </tr>
          </thead>
          <tbody>
            {errors.slice(0, ROWS).map(({ code, agent, count, trend, lastAt }) => (
              <tr key={`${code} ${agent}`}>
                <td title={code}>{code.split('.').map((part, at) => (at === 0 ? part : [<wbr key={at} />, `.${part}`]))}</td>
                <td title={agent}>{agent}</td>
                <td className="end num">{count}</td>
                <td>
                  <Trend trend={trend} />
                </td>
                <td className="end num" title={fullDate(lastAt)}>
                  {ago(lastAt, now)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

const BARS = 7;

function Trend({ trend }: { readonly trend: readonly number[] }): ReactElement {
  const size = Math.max(1, trend.length / BARS);
  const bars = Array.from({ length: Math.min(BARS, trend.length) }, (_, bar) =>
    trend.slice(Math.floor(bar * size), Math.floor((bar + 1) * size)).reduce((sum, value) => sum + value, 0),
  );
  const max = Math.max(1, ...bars);
  return (
    <svg
      className="errortrend"
      width={bars.length * 7}
      height={16}
      role="img"
      aria-label={t('{0} in the newest of {1} parts', bars.at(-1) ?? 0, bars.length)}
    >
      {bars.map((value, index) => {
        const tall = value === 0 ? 1 : Math.max(3, (value / max) * 16);
        return <rect key={index} x={index * 7} y={16 - tall} width={5} height={tall} />;
      })}
    </svg>
  );
}

export function RuntimesCard({ report, asTable }: ChartProps): ReactElement {
  const { runtimes, system, queryMs, totals } = report;
  const finding = runtimes.map(({ runtime, runs }) => t('{0} ran {1}', runtime, runs)).join(', ');
  return (
    <Card title={t('Runtimes')} sub={t('read in {0}', duration(queryMs))}>
      <BarChart
        measure={t('Runs')}
        by={t('Runtime')}
        finding={finding}
        format={String}
        asTable={asTable}
        bars={runtimes.map(({ runtime, runs }) => ({ label: runtime, value: runs }))}
      />
      <p className="dim small num">
        {[
          counted(totals.retries, t('1 retry'), t('{0} retries', totals.retries)),
          counted(system.breakerOpenings, t('1 breaker opening'), t('{0} breaker openings', system.breakerOpenings)),
          counted(system.messages, t('1 durable message'), t('{0} durable messages', system.messages)),
        ].join(', ')}
      </p>
    </Card>
  );
}
