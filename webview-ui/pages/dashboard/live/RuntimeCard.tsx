// One runtime: whether runs are started on it, its figures with their sample, and how many features it has.

import type { ReactElement } from 'react';
import { duration, percent } from '#base/figures.ts';
import type { RuntimeStatus } from '#protocol/runtimeStatus.ts';
import { Button } from '#ui/components/Button.tsx';
import { Card } from '#ui/components/Card.tsx';
import { Chip } from '#ui/components/Chip.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { Stat } from '#ui/components/Stat.tsx';
import { StateGlyph } from '#ui/components/StateGlyph.tsx';
import { type ParityRow, tallyOf } from '#ui/pages/dashboard/live/parityModel.ts';
import { runtimeName } from '#ui/pages/dashboard/live/words.ts';
import { host } from '#ui/rpc/core.ts';
import { counted, t } from '#ui/text.ts';

export interface RuntimeCardProps {
  readonly runtime: RuntimeStatus;
  readonly isActive: boolean;
  readonly rows: readonly ParityRow[];
  readonly onSwitched: () => void;
}

export function RuntimeCard({ runtime, isActive, rows, onSwitched }: RuntimeCardProps): ReactElement {
  const { id, health } = runtime;
  const glyph = health.status === 'down' ? 'failed' : health.status === 'degraded' ? 'partial' : isActive ? 'ok' : 'queued';
  const switchRuntime = async (): Promise<void> => {
    await host('command', { id: 'cas.runtime.switch', args: [] });
    onSwitched();
  };
  const actions = isActive ? (
    <Chip tone="ok">
      <Icon name="zap" size={12} className="ok" />
      {t('Active')}
    </Chip>
  ) : (
    <>
      <span className="small dim">{t('Standby')}</span>
      <Button small onClick={() => void switchRuntime()}>
        {t('Switch…')}
      </Button>
    </>
  );
  return (
    <Card
      active={isActive}
      title={
        <>
          <StateGlyph state={glyph} />
          {runtimeName(id)}
        </>
      }
      actions={actions}
    >
      <Figures runtime={runtime} />
      <ParityBar rows={rows} runtime={id} />
    </Card>
  );
}

function Figures({ runtime: { health, metrics } }: { readonly runtime: RuntimeStatus }): ReactElement {
  const { runs, steps } = metrics;
  const ended = Object.entries(runs.byStatus).reduce((sum, [status, count]) => (ENDED.has(status) ? sum + count : sum), 0);
  return (
    <div className="stats">
      <Stat
        value={runs.successRate === null ? '–' : percent(runs.successRate, 1)}
        label={runs.successRate === null ? t('no run ended yet') : counted(ended, t('success of 1 run'), t('success of {0} runs', ended))}
      />
      <Stat
        value={steps.p95Ms === null ? '–' : duration(steps.p95Ms)}
        label={steps.p95Ms === null ? t('no step ended yet') : t('p95 of {0} steps', steps.succeeded + steps.failed)}
      />
      <Stat value={healthWord(health.status)} label={t('store {0}', duration(health.store.pingMs))} {...reason(health.store.error)} />
      <Stat value={health.liveRuns} label={t('live runs')} />
    </div>
  );
}

/** Cancelled runs say nothing about a runtime. */
const ENDED: ReadonlySet<string> = new Set(['completed', 'partial', 'failed']);

function healthWord(status: RuntimeStatus['health']['status']): string {
  switch (status) {
    case 'ok':
      return t('healthy');
    case 'degraded':
      return t('slow');
    case 'down':
      return t('down');
  }
}

function reason(error: { readonly message: string } | null): { readonly title?: string } {
  return error === null ? {} : { title: error.message };
}

function ParityBar({ rows, runtime }: { readonly rows: readonly ParityRow[]; readonly runtime: string }): ReactElement {
  const tally = tallyOf(rows, runtime);
  if (tally.unmeasured === tally.total) return <span className="small dim">{t('Not measured yet')}</span>;
  const rest = tally.total - tally.available - tally.partial;
  const label = t('{0} available, {1} partial, {2} unavailable', tally.available, tally.partial, tally.unavailable);
  return (
    <div className="row small num">
      <span className="paritybar" role="img" aria-label={label} title={label}>
        <i className="a" style={{ flex: tally.available }} />
        <i className="p" style={{ flex: tally.partial }} />
        <i className="u" style={{ flex: rest }} />
      </span>
      <span>
        <b className="strong">{tally.available}</b> <span className="dim">{t('of {0} available', tally.total)}</span>
      </span>
    </div>
  );
}
