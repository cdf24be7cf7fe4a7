// When the runtimes were last measured, and measuring them again.

import type { ReactElement } from 'react';
import { duration } from '#base/figures.ts';
import type { ParityReport } from '#protocol/parity.ts';
import { Button } from '#ui/components/Button.tsx';
import { Card } from '#ui/components/Card.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { Stat } from '#ui/components/Stat.tsx';
import { ago, fullDate } from '#ui/format.ts';
import { lastSweep } from '#ui/pages/dashboard/live/parityModel.ts';
import type { Probes } from '#ui/pages/dashboard/live/useProbes.ts';
import { counted, t } from '#ui/text.ts';

export interface ProbeCardProps {
  readonly reports: readonly ParityReport[];
  readonly probes: Probes;
  readonly now: number;
}

export function ProbeCard({ reports, probes, now }: ProbeCardProps): ReactElement {
  const sweep = lastSweep(reports);
  const isSweeping = probes.running === 'all';
  return (
    <Card
      title={
        <>
          <Icon name={isSweeping ? 'sync' : 'pulse'} className={isSweeping ? 'run spin' : 'run'} />
          {t('Probe')}
        </>
      }
      actions={
        <Button small icon="play" disabled={probes.running !== null} onClick={probes.runAll}>
          {isSweeping ? t('Running') : t('Run Probes')}
        </Button>
      }
    >
      <div className="stats">
        {sweep === null ? (
          <Stat value={t('Not measured yet')} label={t('last sweep')} />
        ) : (
          <>
            <Stat value={ago(sweep.at, now)} label={t('last sweep')} title={fullDate(sweep.at)} />
            <Stat
              value={t('{0} in {1}', sweep.checks, duration(sweep.durationMs))}
              label={counted(sweep.runtimes, t('checks, one runtime'), t('checks, {0} runtimes', sweep.runtimes))}
            />
          </>
        )}
      </div>
      <p className="row small dim">
        <Icon name="history" size={14} />
        {t('Probes run when you ask')}
      </p>
    </Card>
  );
}
