// What CAS holds itself to, how much of each error budget is left, and how fast it goes.

import type { ReactElement } from 'react';
import { duration } from '#base/figures.ts';
import type { MetricsReport, SloLine } from '#protocol/metrics.ts';
import { Card } from '#ui/components/Card.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { Meter } from '#ui/components/Meter.tsx';
import { cost } from '#ui/format.ts';
import { counted, t } from '#ui/text.ts';

export function SloCard({ report }: { readonly report: MetricsReport }): ReactElement {
  return (
    <Card title={t('SLO burn')} sub={t('28 days')} className="slo">
      {report.slo.map((line) => (
        <Line key={line.id} line={line} />
      ))}
    </Card>
  );
}

function Line({ line }: { readonly line: SloLine }): ReactElement {
  const { objective, runs, bad, budgetLeft, burn, spentInMs } = line;
  const share = `${Math.round(objective * 100)}%`;
  const { name, rule } = {
    success: { name: t('Run success'), rule: t('{0} or more', share) },
    duration: { name: t('Run duration'), rule: t('{0} or less, {1}', duration(line.limit ?? 0), share) },
    cost: { name: t('Cost a run'), rule: t('{0} or less, {1}', cost(line.limit ?? 0), share) },
  }[line.id];
  const tone = budgetLeft === null ? 'mute' : budgetLeft > 0.5 ? 'ok' : budgetLeft > 0 ? 'warn' : 'bad';
  const left = leftText(budgetLeft);
  const sample = counted(runs, t('{0} of 1 run missed it', bad), t('{0} of {1} runs missed it', bad, runs));
  return (
    <div className="sloline">
      <p className="row">
        <b className="strong">{name}</b>
        <span className="dim small">{rule}</span>
        <b className={`right num ${tone}`}>{left}</b>
      </p>
      {budgetLeft !== null && (
        <Meter value={Math.max(0, budgetLeft) * 100} label={`${left}, ${sample}`} tone={tone === 'mute' ? 'plain' : tone} />
      )}
      <p className="tiny dim num">{runs === 0 ? t('no run in 28 days') : sample}</p>
      <dl className="burns">
        <Burn value={burn.hour} name={t('last hour')} />
        <Burn value={burn.sixHours} name={t('6 hours')} />
        <Burn value={burn.day} name={t('1 day')} />
        <Burn value={burn.threeDays} name={t('3 days')} />
      </dl>
      {spentInMs !== null && (
        <p className="row small warn">
          <Icon name="flame" size={14} />
          {t('At this rate the budget is spent in {0}', long(spentInMs))}
        </p>
      )}
    </div>
  );
}

function leftText(left: number | null): string {
  if (left === null) return t('not measured yet');
  return left < 0 ? t('budget spent {0} times', (1 - left).toFixed(1)) : t('{0}% budget left', Math.round(left * 100));
}

/** How many times faster than it lasts; a dash where there was no run. */
function Burn({ value, name }: { readonly value: number | null; readonly name: string }): ReactElement {
  return (
    <div>
      <dt className="tiny dim">{name}</dt>
      <dd className={`num ${value !== null && value > 2 ? 'warn' : ''}`}>{value === null ? '–' : `${value.toFixed(1)}×`}</dd>
    </div>
  );
}

function long(ms: number): string {
  const hours = Math.round(ms / 3_600_000);
  return hours < 48 ? t('{0} h', hours) : t('{0} d {1} h', Math.floor(hours / 24), hours % 24);
}
