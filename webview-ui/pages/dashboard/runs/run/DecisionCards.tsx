// What the run asks a person, with its answers.

import { type ReactElement, useState } from 'react';
import { Button } from '#ui/components/Button.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { Reason } from '#ui/pages/dashboard/runs/Dialog.tsx';
import type { Decision, RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { Markdown } from '#ui/pages/dashboard/runs/run/Markdown.tsx';
import { useAction } from '#ui/pages/dashboard/runs/useAction.ts';
import { call } from '#ui/rpc/core.ts';
import { counted, t } from '#ui/text.ts';

/** More wait their turn: answering one shows the next. */
const SHOWN = 3;

export function DecisionCards({ model }: { readonly model: RunPicture }): ReactElement | null {
  const waiting = [...model.decisions.values()];
  if (waiting.length === 0) return null;
  const more = waiting.length - SHOWN;
  return (
    <section className="decisions col" aria-label={t('Decisions')}>
      {waiting.slice(0, SHOWN).map((decision) => (
        <DecisionCard key={decision.id} decision={decision} step={model.steps.at(decision.path)?.title ?? decision.path} />
      ))}
      {more > 0 && <p className="dim small">{counted(more, t('1 more decision waits'), t('{0} more decisions wait', more))}</p>}
    </section>
  );
}

function DecisionCard({ decision, step }: { readonly decision: Decision; readonly step: string }): ReactElement {
  const { id, runId, title, detail, options } = decision;
  const [reason, setReason] = useState('');
  const { isBusy, error, start } = useAction();
  const choose = (choice: string): void => void start(() => call('runs.decide', { id: runId, decisionId: id, choice, reason }));
  return (
    <div className="ask" role="group" aria-label={title}>
      <p className="row">
        <Icon name="person" className="warn" />
        <b>{title}</b>
        {step !== title && <span className="dim small">{step}</span>}
      </p>
      {detail !== '' && <Markdown text={detail} />}
      <div className="row answers">
        <Reason label={t('Reason')} value={reason} onChange={setReason} />
        {options.map((option, index) => (
          <Button key={option.id} kind={index === 0 ? 'primary' : 'secondary'} disabled={isBusy} onClick={() => choose(option.id)}>
            {option.label}
          </Button>
        ))}
      </div>
      {error !== null && <ErrorNote error={error} />}
    </div>
  );
}
