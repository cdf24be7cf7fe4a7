import type { ReactElement } from 'react';
import type { LearnedCapability } from '#protocol/feedback.ts';
import { Meter } from '#ui/components/Meter.tsx';
import { FEW_RUNS } from '#ui/pages/dashboard/agents/looks.ts';
import { counted, t } from '#ui/text.ts';

const LOW = 0.6;

/** How sure the team is of it. `withSample`: and what that rests on. */
export function Confidence({
  capability: { name, confidence, declared, runs, notes },
  withSample = false,
}: {
  readonly capability: LearnedCapability;
  readonly withSample?: boolean;
}): ReactElement {
  const value = confidence.toFixed(2);
  const sample = counted(runs, t('1 run'), t('{0} runs', runs));
  const title = [
    t('{0} declared', declared.toFixed(2)),
    sample,
    notes > 0 && counted(notes, t('1 note of yours'), t('{0} notes of yours', notes)),
  ]
    .filter(Boolean)
    .join(', ');
  return (
    <span className={`confidence ${withSample ? 'sampled' : ''}`} title={title}>
      <span className="clip">{name}</span>
      <Meter value={confidence} max={1} tone={confidence < LOW ? 'warn' : 'plain'} label={t('{0} confidence {1}', name, value)} />
      <span className="num">{value}</span>
      {withSample && (
        <span className="dim tiny num end">
          {sample}
          {runs < FEW_RUNS && <span className="few"> {t('few runs')}</span>}
        </span>
      )}
    </span>
  );
}
