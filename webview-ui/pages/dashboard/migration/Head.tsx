// Percent and bar; hours, velocity, expected end; one primary button for what comes first.

import type { ReactElement } from 'react';
import type { MigrationFigures, MigrationView } from '#protocol/migration.ts';
import { elapsed } from '#base/figures.ts';
import { Button } from '#ui/components/Button.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { Stat } from '#ui/components/Stat.tsx';
import { ago, shortHours } from '#ui/format.ts';
import { DoneBar } from '#ui/migration/DoneBar.tsx';
import { HoursText } from '#ui/migration/HoursText.tsx';
import { doneText, forecastDay, forecastNote, forecastTitle, stepAction } from '#ui/migration/words.ts';
import type { Cockpit } from '#ui/pages/dashboard/migration/useCockpit.ts';
import { useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import { counted, t } from '#ui/text.ts';

export interface HeadProps {
  readonly view: MigrationView;
  readonly figures: MigrationFigures;
  readonly cockpit: Cockpit;
}

export function Head({ view, figures, cockpit }: HeadProps): ReactElement {
  const { progress, hours, velocity, forecast, parity } = figures;
  const { percent } = progress;
  const isLate = forecast.kind === 'forecast' && (forecast.daysAfterPlan ?? 0) > 0;
  return (
    <section className="planhead" aria-label={view.name}>
      <div className="planname">
        <span className="big num">{percent === null ? '–' : `${percent}%`}</span>
        <h2 className="strong">{view.name}</h2>
        <span className="dim num">{doneText(progress)}</span>
        {figures.sides && parity && (
          <span className="dim small" title={t('{0} → {1}', figures.sides.old, figures.sides.new)}>
            {t('{0} of {1} at least as good as before', parity.equal, parity.of)}
          </span>
        )}
        {view.source === 'built-in' && (
          <span className="dim small">
            {view.measuredAt === null ? t('Not measured yet') : t('measured {0}', ago(view.measuredAt, view.at))}
          </span>
        )}
      </div>
      <div className="planstats">
        <Stat value={<HoursText hours={hours} unestimated={hours.unestimated} />} label={t('planned (actual)')} />
        <Stat
          value={velocity === null ? '–' : t('{0} a week', velocity.featuresPerWeek.toFixed(1))}
          label={velocityNote(figures)}
          {...(velocity !== null &&
            velocity.hoursPerWeek !== null && { title: t('{0} of planned work a week', shortHours(velocity.hoursPerWeek)) })}
        />
        <Stat
          value={forecastDay(forecast)}
          label={<span className={isLate ? 'over' : ''}>{forecastNote(forecast)}</span>}
          title={forecastTitle(forecast)}
        />
        <Primary view={view} figures={figures} cockpit={cockpit} />
      </div>
      <DoneBar progress={progress} className="planbarline" />
    </section>
  );
}

function velocityNote({ velocity }: MigrationFigures): string {
  if (velocity === null) return t('nothing completed in 4 weeks');
  if (velocity.weeks === 4) return t('velocity, last 4 weeks');
  const days = Math.round(velocity.weeks * 7);
  return counted(days, t('velocity, last day'), t('velocity, last {0} days', days));
}

function Primary({ view, figures, cockpit }: HeadProps): ReactElement | null {
  const running = figures.features.find(({ clockAt }) => clockAt !== null);
  const now = useNow(running !== undefined);
  const [first] = figures.nextSteps;
  if (view.readOnly === 'untrusted')
    return (
      <span className="row small dim">
        <Icon name="lock" size={14} />
        {t('Read-only: this folder is not trusted.')}
      </span>
    );
  if (view.readOnly === 'built-in')
    return (
      <Button kind="primary" icon="copy" onClick={cockpit.copy}>
        {t('Copy to Workspace…')}
      </Button>
    );
  if (!cockpit.canEdit) return null;
  if (running?.clockAt)
    return (
      <Button kind="primary" icon="debug-stop" onClick={() => cockpit.stopClock(running.id)}>
        {t('Stop {0}', running.name)} <span className="num">{elapsed(now - running.clockAt)}</span>
      </Button>
    );
  if (first === undefined) return null;
  return (
    <Button kind="primary" icon="play" title={t('Starts its clock')} onClick={() => cockpit.startClock(first.feature)}>
      <span className="clip">{stepAction(first)}</span>
    </Button>
  );
}
