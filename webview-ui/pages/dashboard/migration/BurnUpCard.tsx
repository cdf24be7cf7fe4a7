// Features done against the scope: scope, plan, done, the pace it goes at, and today, labelled at the lines.

import { type ReactElement, useState } from 'react';
import type { MigrationFigures } from '#protocol/migration.ts';
import { IconButton } from '#ui/components/Button.tsx';
import { Card } from '#ui/components/Card.tsx';
import { ChartTable } from '#ui/components/ChartTable.tsx';
import { scale, ticks } from '#ui/components/chartScale.ts';
import { useWidth } from '#ui/components/useWidth.ts';
import { calendarDay } from '#ui/format.ts';
import { t } from '#ui/text.ts';

const HEIGHT = 156;
const EDGE = { top: 12, right: 64, bottom: 20, left: 34 };
const DAY_MS = 86_400_000;
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;

export function BurnUpCard({ figures }: { readonly figures: MigrationFigures }): ReactElement {
  const [asTable, setAsTable] = useState(false);
  const { burnUp, progress } = figures;
  const { points } = burnUp;
  const finding = findingOf(figures);
  const toggle = (
    <IconButton icon="list-tree" label={t('Show Burn-up as a Table')} pressed={asTable} onClick={() => setAsTable(!asTable)} />
  );
  return (
    <Card title={t('Burn-up')} sub={t('features done against scope')} actions={toggle}>
      {points.length < 2 && <p className="dim small">{t('Drawn from the second day of work on: the plan has no day before today.')}</p>}
      {points.length >= 2 && asTable && (
        <div className="tablebox">
          <ChartTable
            label={finding}
            head={[t('Day'), t('Done'), t('Scope')]}
            rows={points.map(({ date, done, scope }) => [calendarDay(date), String(done), String(scope)])}
          />
        </div>
      )}
      {points.length >= 2 && !asTable && <Chart figures={figures} finding={finding} />}
      {burnUp.undated > 0 && (
        <p className="dim tiny">
          {t('{0} of {1} done features have no completion date; they count today.', burnUp.undated, progress.done)}
        </p>
      )}
    </Card>
  );
}

function findingOf({ burnUp, progress, forecast }: MigrationFigures): string {
  const now = burnUp.points.at(-1);
  const first = burnUp.points[0];
  if (!now || !first) return t('Nothing to draw yet.');
  const done = t('{0} of {1} features are done since {2}.', progress.done, now.scope, calendarDay(first.date));
  return forecast.kind === 'forecast' ? `${done} ${t('At this pace all are done on {0}.', calendarDay(forecast.likely))}` : done;
}

function Chart({ figures, finding }: { readonly figures: MigrationFigures; readonly finding: string }): ReactElement {
  const [box, width] = useWidth<HTMLDivElement>(376);
  const { points, plan } = figures.burnUp;
  const { forecast } = figures;
  const first = at(points[0]?.date ?? '');
  const today = at(points.at(-1)?.date ?? '');
  const likely = forecast.kind === 'forecast' ? at(forecast.likely) : null;
  const last = Math.max(today, likely ?? today, plan ? at(plan.to) : today);
  const steps = ticks(Math.max(...points.map(({ scope }) => scope), 1), 3);
  const x = scale([first, last], [EDGE.left, width - EDGE.right]);
  const y = scale([0, steps.at(-1) ?? 1], [HEIGHT - EDGE.bottom, EDGE.top]);
  const line = (list: readonly { readonly date: string; readonly value: number }[]): string =>
    list.map(({ date, value }, index) => `${index === 0 ? 'M' : 'L'}${x(at(date)).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  const done = line(points.map(({ date, done: value }) => ({ date, value })));
  const now = points.at(-1) ?? { done: 0, scope: 0 };
  const dates = [first, first + (last - first) / 2, last];
  const nearEnd = x(today) > width - EDGE.right - 40;
  return (
    <div ref={box} className="burnup" role="img" aria-label={finding}>
      <svg width={width} height={HEIGHT} aria-hidden="true">
        {steps.map((step) => (
          <g key={step}>
            <line className="grid" x1={EDGE.left} x2={width - EDGE.right} y1={y(step)} y2={y(step)} />
            <text x={EDGE.left - 6} y={y(step) + 4} textAnchor="end">
              {step}
            </text>
          </g>
        ))}
        {dates.map((day, index) => (
          <text key={day} x={x(day)} y={HEIGHT - 4} textAnchor={index === 0 ? 'start' : index === 1 ? 'middle' : 'end'}>
            {calendarDay(new Date(day * DAY_MS).toISOString().slice(0, 10))}
          </text>
        ))}
        {plan && (
          <>
            <path className="planned" d={`M${x(Math.max(first, at(plan.from)))} ${y(0)}L${x(at(plan.to))} ${y(plan.scope)}`} />
            <text x={x((at(plan.from) + at(plan.to)) / 2) - 6} y={y(plan.scope / 2) - 4} textAnchor="end">
              {t('plan')}
            </text>
          </>
        )}
        <path className="scope" d={line(points.map(({ date, scope: value }) => ({ date, value })))} />
        <path className="scope ahead" d={`M${x(today)} ${y(now.scope)}L${x(last)} ${y(now.scope)}`} />
        <text x={width - EDGE.right + 6} y={y(now.scope) + 4}>
          {t('scope {0}', now.scope)}
        </text>
        <path className="area" d={`${done}L${x(today)} ${y(0)}L${x(first)} ${y(0)}Z`} />
        <path className="done" d={done} />
        {likely !== null && (
          <>
            <path className="pace" d={`M${x(today)} ${y(now.done)}L${x(likely)} ${y(now.scope)}`} />
            <text className="pacetext" x={x(today + (likely - today) * 0.5) + 8} y={y((now.done + now.scope) / 2) + 12}>
              {t('at this pace')}
            </text>
          </>
        )}
        <line className="today" x1={x(today)} x2={x(today)} y1={EDGE.top} y2={HEIGHT - EDGE.bottom} />
        <text x={x(today) + (nearEnd ? -4 : 4)} y={EDGE.top + 6} textAnchor={nearEnd ? 'end' : 'start'}>
          {t('today')}
        </text>
        <circle className="now" cx={x(today)} cy={y(now.done)} r={3.5} />
        <text
          className="nowtext"
          x={x(today) + (nearEnd ? -8 : 8)}
          y={Math.min(HEIGHT - EDGE.bottom - 4, y(now.done) + 16)}
          textAnchor={nearEnd ? 'end' : 'start'}
        >
          {t('{0} done', now.done)}
        </text>
      </svg>
    </div>
  );
}
