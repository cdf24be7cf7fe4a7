// What to do next, the most useful first, with the reason.

import type { ReactElement } from 'react';
import type { NextStep } from '#protocol/migration.ts';
import { Card } from '#ui/components/Card.tsx';
import { PriorityTag } from '#ui/migration/featureLooks.tsx';
import { stepReason, stepTitle } from '#ui/migration/words.ts';
import { t } from '#ui/text.ts';

export function NextSteps({
  steps,
  onChoose,
}: {
  readonly steps: readonly NextStep[];
  readonly onChoose: (feature: string) => void;
}): ReactElement {
  const [first] = steps;
  return (
    <Card title={t('Next steps')}>
      {first === undefined ? (
        <p className="dim small">{t('Nothing is left that could be worked on now.')}</p>
      ) : (
        <p className="dim small">{stepReason(first)}</p>
      )}
      <ol className="steps">
        {steps.map((step, index) => (
          <li key={step.feature}>
            <span className="n num dim">{index + 1}</span>
            <button type="button" className="plain clip" onClick={() => onChoose(step.feature)}>
              {stepTitle(step)}
            </button>
            <span className="right dim num">
              {step.unblocks > 0 ? t('unblocks {0}', step.unblocks) : <PriorityTag priority={step.priority} />}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
