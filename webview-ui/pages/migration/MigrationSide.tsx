// How far the move is, on a few lines: percent, a bar a phase, and what comes next.

import { type ReactElement, useState } from 'react';
import { type ErrorView, toErrorView } from '#base/errors.ts';
import { elapsed } from '#base/figures.ts';
import type { MigrationFigures, MigrationView, PhaseView } from '#protocol/migration.ts';
import { Button } from '#ui/components/Button.tsx';
import { EmptyState } from '#ui/components/EmptyState.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Loading } from '#ui/components/Loading.tsx';
import { DoneBar } from '#ui/migration/DoneBar.tsx';
import { HoursText } from '#ui/migration/HoursText.tsx';
import { doneText } from '#ui/migration/words.ts';
import { useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import { call, host } from '#ui/rpc/core.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { readSaved, save } from '#ui/rpc/vscodeApi.ts';
import { counted, t } from '#ui/text.ts';

const show = (item: string): void => void host('command', { id: 'cas.dashboard.openMigration', args: [item] });

export function MigrationSide(): ReactElement {
  const plans = useQuery('migrations.list', [], { refreshOn: ['migrations', 'parity'] });
  const [wanted, setWanted] = useState(() => readSaved('migrationPlan'));
  if (plans.data === undefined)
    return plans.error ? <ErrorNote error={plans.error} onRetry={() => void plans.refresh()} /> : <Loading rows={5} />;
  const chosen = plans.data.find(({ id }) => id === wanted) ?? plans.data[0];
  if (chosen === undefined) return <EmptyState title={t('Plans appear here: their features, hours and forecast.')} />;
  const choose = (id: string): void => {
    save('migrationPlan', id);
    setWanted(id);
  };
  return (
    <main className="mig">
      {plans.data.length > 1 && (
        <select className="select" aria-label={t('Plan')} value={chosen.id} onChange={(event) => choose(event.target.value)}>
          {plans.data.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
      <Plan key={chosen.id} id={chosen.id} />
    </main>
  );
}

function Plan({ id }: { readonly id: string }): ReactElement {
  const query = useQuery('migrations.get', [id], { refreshOn: ['migrations', 'parity'] });
  const { data } = query;
  if (data === undefined)
    return query.error ? <ErrorNote error={query.error} onRetry={() => void query.refresh()} /> : <Loading rows={5} />;
  const errors = data.problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  return (
    <>
      {first && (
        <p className="small">
          <span className="bad">{counted(errors.length, t('Its file has an error.'), t('Its file has {0} errors.', errors.length))}</span>{' '}
          <button
            type="button"
            className="textlink"
            onClick={() => void host('openFile', { path: `.cas/migrations/${data.file?.split(/[\\/]/).at(-1) ?? ''}`, line: first.line })}
          >
            {t('Line {0}', first.line)}
          </button>
        </p>
      )}
      {data.figures && <Figures view={data} figures={data.figures} />}
    </>
  );
}

function Figures({ view, figures }: { readonly view: MigrationView; readonly figures: MigrationFigures }): ReactElement {
  const { percent } = figures.progress;
  return (
    <>
      <div className="row">
        <b className="strong num">{percent === null ? '–' : `${percent}%`}</b>
        <span className="dim small num">{doneText(figures.progress)}</span>
        <span className="right small">
          <HoursText hours={figures.hours} unestimated={figures.hours.unestimated} />
        </span>
      </div>
      <DoneBar progress={figures.progress} className="whole" />
      <ul className="phaselist">
        {figures.phases.map((phase) => (
          <Phase key={phase.id} plan={view.id} phase={phase} />
        ))}
      </ul>
      <Next view={view} figures={figures} />
    </>
  );
}

function Phase({ plan, phase }: { readonly plan: string; readonly phase: PhaseView }): ReactElement {
  const { id, name, done, total, hours } = phase;
  const count = t('{0} of {1}', done, total);
  return (
    <li>
      <button type="button" className="ph" title={`${name}, ${count}`} onClick={() => show(`${plan}/${id}`)}>
        <span className="clip">{name}</span>
        <span className="meter" aria-hidden="true">
          <span className="fill" style={{ width: `${total === 0 ? 0 : (100 * done) / total}%` }} />
        </span>
        <span className="sr">{count}</span>
        <span className="tiny end">
          {hours.planned === null && hours.actual === null ? <span className="dim num">{count}</span> : <HoursText hours={hours} />}
        </span>
      </button>
    </li>
  );
}

/** The feature whose clock runs, or the one that comes first. */
function Next({ view, figures }: { readonly view: MigrationView; readonly figures: MigrationFigures }): ReactElement | null {
  const [error, setError] = useState<ErrorView | null>(null);
  const running = figures.features.find(({ clockAt }) => clockAt !== null);
  const feature = running ?? figures.features.find(({ id }) => id === figures.nextSteps[0]?.feature);
  const now = useNow(running !== undefined);
  if (!feature) return null;
  const act = (method: 'migrations.startClock' | 'migrations.stopClock'): void => {
    setError(null);
    call(method, { plan: view.id, feature: feature.id }).catch((thrown: unknown) => setError(toErrorView(thrown)));
  };
  const label = figures.nextSteps[0]?.action === 'finish' ? t('Continue') : t('Start');
  return (
    <div className="next">
      <span className="tiny dim">{running ? t('Clock running') : t('Next')}</span>
      <div className="row">
        <button type="button" className="plain clip grow" onClick={() => show(view.id)}>
          {feature.name}
        </button>
        {running?.clockAt ? (
          <span className="num small">{elapsed(now - running.clockAt)}</span>
        ) : (
          <span className="small">
            <HoursText hours={feature.hours} />
          </span>
        )}
        {view.readOnly === null && (
          <Button small kind="link" onClick={() => act(running ? 'migrations.stopClock' : 'migrations.startClock')}>
            {running ? t('Stop') : label}
          </Button>
        )}
      </div>
      {error && <ErrorNote error={error} />}
    </div>
  );
}
