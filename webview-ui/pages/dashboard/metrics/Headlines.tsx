// Six numbers with their change against the time before and how they went. Green and orange only where a direction is good or bad.

import type { ReactElement } from 'react';
import { duration, percent } from '#base/figures.ts';
import type { MetricsBucket, MetricsReport, Totals } from '#protocol/metrics.ts';
import { compact, cost } from '#ui/format.ts';
import { TrendLine } from '#ui/pages/dashboard/metrics/TrendLine.tsx';
import { counted, t } from '#ui/text.ts';

type Tone = 'ok' | 'over' | 'run';

interface Headline {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly sub: ReactElement | string;
  readonly values: readonly (number | null)[];
  readonly tone: Tone;
}

export function Headlines({ report }: { readonly report: MetricsReport }): ReactElement {
  return (
    <dl className="headlines">
      {headlinesOf(report).map(({ id, name, value, sub, values, tone }) => (
        <div key={id}>
          <dt>{name}</dt>
          <dd className="number num">{value}</dd>
          <dd className="tiny dim">{sub}</dd>
          <dd className="trend" aria-hidden="true">
            <TrendLine values={values} tone={tone} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function headlinesOf({ totals, before, series }: MetricsReport): readonly Headline[] {
  const along = (pick: (bucket: MetricsBucket) => number | null): readonly (number | null)[] => series.map(pick);
  const points = change(totals.successRate, before.successRate, (by) => t('{0} pts', signed((by * 100).toFixed(1))), true);
  const median = change(totals.p50Ms, before.p50Ms, signedDuration, false);
  const p95 = change(totals.p95Ms, before.p95Ms, signedDuration, false);
  const none = t('not measured yet');
  return [
    {
      id: 'success',
      name: t('Success rate'),
      value: totals.successRate === null ? none : percent(totals.successRate, 1),
      ...points,
      values: along(({ successRate }) => successRate),
    },
    {
      id: 'p50',
      name: t('Median run'),
      value: totals.p50Ms === null ? none : duration(totals.p50Ms),
      ...median,
      values: along(({ p50Ms }) => p50Ms),
    },
    {
      id: 'p95',
      name: t('p95 run'),
      value: totals.p95Ms === null ? none : duration(totals.p95Ms),
      ...p95,
      values: along(({ p95Ms }) => p95Ms),
    },
    {
      id: 'cost',
      name: t('Cost'),
      value: totals.calls > 0 && totals.unpricedCalls === totals.calls ? t('price unknown') : cost(totals.costMicroUsd),
      sub: costNote(totals),
      tone: 'run',
      values: along(({ costMicroUsd }) => costMicroUsd),
    },
    {
      id: 'tokens',
      name: t('Tokens'),
      value: compact(totals.inputTokens + totals.outputTokens),
      sub: tokenNote(totals),
      tone: 'run',
      values: along(({ inputTokens, outputTokens }) => inputTokens + outputTokens),
    },
    {
      id: 'runs',
      name: t('Runs'),
      value: totals.runs.toLocaleString('en-US'),
      sub: runNote(totals),
      tone: 'run',
      values: along(({ runs }) => runs),
    },
  ];
}

/** An arrow, the difference, and a colour that says whether that is good. */
function change(
  now: number | null,
  before: number | null,
  write: (by: number) => string,
  isUpGood: boolean,
): Pick<Headline, 'sub' | 'tone'> {
  if (now === null || before === null) return { sub: t('no runs before'), tone: 'run' };
  const by = now - before;
  if (by === 0) return { sub: t('as the time before'), tone: 'run' };
  const tone: Tone = by > 0 === isUpGood ? 'ok' : 'over';
  const sub = (
    <>
      <span className={tone}>
        <span aria-hidden="true">{by > 0 ? '↑' : '↓'}</span> {write(by)}
      </span>{' '}
      {t('against before')}
    </>
  );
  return { sub, tone };
}

const signed = (number: string): string => (number.startsWith('-') ? `−${number.slice(1)}` : `+${number}`);
const signedDuration = (by: number): string => `${by < 0 ? '−' : '+'}${duration(Math.abs(by))}`;

function costNote({ costMicroUsd, calls, unpricedCalls, runs }: Totals): string {
  if (calls === 0) return t('no model was called');
  if (unpricedCalls > 0)
    return counted(unpricedCalls, t('1 call of unknown price besides'), t('{0} calls of unknown price besides', unpricedCalls));
  return runs === 0 ? '' : t('{0} a run', cost(costMicroUsd / runs));
}

function tokenNote({ inputTokens, cachedInputTokens, outputTokens, uncountedCalls }: Totals): string {
  const cached = cachedInputTokens === 0 ? '' : t(' ({0} cached)', compact(cachedInputTokens));
  const left = uncountedCalls === 0 ? '' : t(', {0} calls not reported', uncountedCalls);
  return t('{0} in{1}, {2} out{3}', compact(inputTokens), cached, compact(outputTokens), left);
}

function runNote({ failed, partial, cancelled, retries }: Totals): string {
  const parts = [
    failed > 0 && t('{0} failed', failed),
    partial > 0 && t('{0} partial', partial),
    cancelled > 0 && t('{0} cancelled', cancelled),
    retries > 0 && counted(retries, t('1 retry'), t('{0} retries', retries)),
  ].filter(Boolean);
  return parts.length === 0 ? t('none failed') : parts.join(', ');
}
