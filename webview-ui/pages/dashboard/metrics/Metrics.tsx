// How well it all works, measured: a range, perhaps one workflow or agent, and what came of it.

import { type ReactElement, useState } from 'react';
import type { MetricsQuery, MetricsReport } from '#protocol/metrics.ts';
import { Button } from '#ui/components/Button.tsx';
import { EmptyState } from '#ui/components/EmptyState.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Loading } from '#ui/components/Loading.tsx';
import { Segmented } from '#ui/components/Segmented.tsx';
import { CostByWorkflow, DurationCard, ErrorsCard, RuntimesCard, TokensByAgent } from '#ui/pages/dashboard/metrics/charts.tsx';
import { Headlines } from '#ui/pages/dashboard/metrics/Headlines.tsx';
import { SloCard } from '#ui/pages/dashboard/metrics/SloCard.tsx';
import { longDay } from '#ui/format.ts';
import { useAction } from '#ui/pages/dashboard/runs/useAction.ts';
import { useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import { call, host } from '#ui/rpc/core.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { readSaved, save } from '#ui/rpc/vscodeApi.ts';
import { t } from '#ui/text.ts';

const HOUR_MS = 3_600_000;
const RANGES = { day: 24, week: 7 * 24, month: 30 * 24 } as const;
type RangeId = keyof typeof RANGES;

interface Choice {
  readonly range: RangeId;
  readonly workflow: string;
  readonly agent: string;
}

const START: Choice = { range: 'week', workflow: '', agent: '' };

export function Metrics(): ReactElement {
  const [choice, setChoice] = useState<Choice>(() => ({ ...START, ...(readSaved('metrics') as Partial<Choice> | undefined) }));
  const [asTables, setTables] = useState(false);
  const change = (part: Partial<Choice>): void => {
    const next = { ...choice, ...part };
    setChoice(next);
    save('metrics', next);
  };
  // A window begins with a whole hour, so the question stays the same until the next one.
  const hour = Math.floor(useNow(true) / HOUR_MS);
  const { workflow, agent, range } = choice;
  const query: MetricsQuery = {
    since: (hour - RANGES[range]) * HOUR_MS,
    ...(workflow !== '' && { workflow }),
    ...(agent !== '' && { agent }),
  };
  const report = useQuery('metrics.report', [query], { refreshOn: ['metrics'], everyMs: 60_000 });
  return (
    <div className={`metrics col grow ${asTables ? 'tables' : ''}`}>
      <Tools choice={choice} onChange={change} report={report.data} query={query} asTables={asTables} onTables={setTables} />
      {report.error !== null && <ErrorNote error={report.error} onRetry={() => void report.refresh()} />}
      {report.data === undefined && report.error === null && <Loading rows={10} />}
      {report.data && <Report report={report.data} asTables={asTables} onAll={() => change(START)} />}
    </div>
  );
}

interface ReportProps {
  readonly report: MetricsReport;
  readonly asTables: boolean;
  readonly onAll: () => void;
}

function Report({ report, asTables, onAll }: ReportProps): ReactElement {
  const { totals, workflow, agent } = report;
  if (totals.runs === 0 && totals.calls === 0) {
    const isFiltered = workflow !== null || agent !== null;
    return (
      <EmptyState title={isFiltered ? t('Nothing was measured for this choice.') : t('Figures appear here once a run has ended.')}>
        {isFiltered ? (
          <Button onClick={onAll}>{t('Show All')}</Button>
        ) : (
          <Button kind="primary" icon="play" onClick={() => void host('command', { id: 'cas.workflow.run' })}>
            {t('Run Workflow…')}
          </Button>
        )}
      </EmptyState>
    );
  }
  return (
    <>
      <Headlines report={report} />
      <div className="upper">
        <DurationCard report={report} asTable={asTables} />
        <SloCard report={report} />
      </div>
      <div className="lower">
        <CostByWorkflow report={report} asTable={asTables} />
        <TokensByAgent report={report} asTable={asTables} />
        <div className="col stacked">
          <ErrorsCard report={report} />
          <RuntimesCard report={report} asTable={asTables} />
        </div>
      </div>
    </>
  );
}

interface ToolsProps {
  readonly choice: Choice;
  readonly onChange: (part: Partial<Choice>) => void;
  readonly report: MetricsReport | undefined;
  readonly query: MetricsQuery;
  readonly asTables: boolean;
  readonly onTables: (asTables: boolean) => void;
}

function Tools({ choice, onChange, report, query, asTables, onTables }: ToolsProps): ReactElement {
  const workflows = useQuery('runs.workflows', [], { refreshOn: ['runs'] });
  const agents = useQuery('agents.list', [], { refreshOn: ['agents'] });
  const saving = useAction();
  const exportAs = (format: 'csv' | 'json') => async (): Promise<void> => {
    await host('saveText', await call('metrics.export', { query, format }));
  };
  return (
    <>
      <div className="row tools" role="search">
        <Segmented<RangeId>
          label={t('Range')}
          value={choice.range}
          onChange={(range) => onChange({ range })}
          segments={[
            { id: 'day', label: t('24 h') },
            { id: 'week', label: t('7 days') },
            { id: 'month', label: t('30 days') },
          ]}
        />
        <select aria-label={t('Workflow')} value={choice.workflow} onChange={(event) => onChange({ workflow: event.target.value })}>
          <option value="">{t('All workflows')}</option>
          {(workflows.data ?? []).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <select aria-label={t('Agent')} value={choice.agent} onChange={(event) => onChange({ agent: event.target.value })}>
          <option value="">{t('All agents')}</option>
          {(agents.data ?? []).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        {report && <span className="dim small">{t('{0} to {1}', longDay(report.since), longDay(report.until))}</span>}
        <span className="right row">
          <Button icon={asTables ? 'pulse' : 'table'} onClick={() => onTables(!asTables)}>
            {asTables ? t('Show as Charts') : t('Show as Tables')}
          </Button>
          <Button icon="export" disabled={saving.isBusy} onClick={() => void saving.start(exportAs('csv'))}>
            {t('Export CSV…')}
          </Button>
          <Button icon="export" disabled={saving.isBusy} onClick={() => void saving.start(exportAs('json'))}>
            {t('Export JSON…')}
          </Button>
        </span>
      </div>
      {saving.error !== null && <ErrorNote error={saving.error} />}
    </>
  );
}
