// What came of what was said: the confidence without the notes, and with them.

import { type ReactElement, useState } from 'react';
import type { FeedbackOutcome } from '#protocol/feedback.ts';
import { Button } from '#ui/components/Button.tsx';
import { Card } from '#ui/components/Card.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { FEW_RUNS } from '#ui/pages/dashboard/agents/looks.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { counted, t } from '#ui/text.ts';

/** Greatest changes first; the rest on demand. */
const FIRST = 8;

export function OutcomeCard(): ReactElement {
  const outcome = useQuery('feedback.outcome', [], { refreshOn: ['feedback', 'agents'] });
  const [areAll, setAll] = useState(false);
  const more = (outcome.data?.length ?? 0) - FIRST;
  return (
    <Card title={t('What came of it')}>
      {outcome.error !== null && <ErrorNote error={outcome.error} onRetry={() => void outcome.refresh()} />}
      {outcome.data?.length === 0 && (
        <p className="dim">
          {t('Notes change how sure the team is of an agent, and so who is given the next step. Nothing was said yet.')}
        </p>
      )}
      <ul className="outcomes">
        {(outcome.data ?? []).slice(0, areAll ? undefined : FIRST).map((one) => (
          <Line key={`${one.agent} ${one.capability}`} outcome={one} />
        ))}
      </ul>
      {more > 0 && !areAll && (
        <Button small kind="link" onClick={() => setAll(true)}>
          {t('Show {0} More', more)}
        </Button>
      )}
    </Card>
  );
}

function Line({ outcome: { name, capability, without, confidence, notes, runs } }: { readonly outcome: FeedbackOutcome }): ReactElement {
  const [before, now] = [without.toFixed(2), confidence.toFixed(2)];
  const text = counted(
    notes,
    t('{0}: {1} confidence {2} to {3} after 1 note', name, capability, before, now),
    t('{0}: {1} confidence {2} to {3} after {4} notes', name, capability, before, now, notes),
  );
  return (
    <li className="row">
      <Icon name={confidence < without ? 'arrow-down' : 'arrow-up'} size={14} className={confidence < without ? 'over' : 'ok'} />
      <span className="grow num">{text}</span>
      <span className="dim tiny num">
        {runs === 0 ? t('not run yet') : counted(runs, t('1 run'), t('{0} runs', runs))}
        {runs > 0 && runs < FEW_RUNS && `, ${t('few runs')}`}
      </span>
    </li>
  );
}
