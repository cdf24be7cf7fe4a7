// The steps of the plan as a list: the graph's equal for screen readers, and in its place where there is no room.

import type { ReactElement } from 'react';
import { Icon } from '#ui/components/Icon.tsx';
import type { LiveSteps } from '#protocol/pages/runFeed.ts';
import type { RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import type { PlannedStep } from '#ui/pages/dashboard/runs/model/shape.ts';
import { boxTitle, loopLabel, nodeShown } from '#ui/pages/dashboard/runs/run/graphNodes.ts';
import { t } from '#ui/text.ts';

export interface StepListProps {
  readonly model: RunPicture;
  readonly live: LiveSteps;
  readonly now: number;
  /** Id of a planned step. */
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
}

export function StepList(props: StepListProps): ReactElement {
  return (
    <nav className="steplist" aria-label={t('Steps')}>
      <Steps {...props} steps={props.model.plan.roots} />
    </nav>
  );
}

function Steps({ steps, ...props }: StepListProps & { readonly steps: readonly PlannedStep[] }): ReactElement {
  return (
    <ol>
      {steps.map((step) => (
        <Step key={step.id} step={step} {...props} />
      ))}
    </ol>
  );
}

function Step({ step, ...props }: StepListProps & { readonly step: PlannedStep }): ReactElement {
  const { model, selected, onSelect } = props;
  const { look, detail, time } = nodeShown(step, props);
  const after = step.dependsOn.map((id) => model.plan.byId.get(id)?.title ?? id).join(', ');
  return (
    <li>
      <button type="button" aria-pressed={selected === step.id} onClick={() => onSelect(step.id)}>
        <Icon name={look.icon} size={14} className={`${look.tone}${look.spins ? ' spin' : ''}`} />
        <span className="clip">{step.children.length > 0 ? boxTitle(step, model) : step.title}</span>
        <span className="sr">{look.word}</span>
        <span className="dim tiny clip grow">{step.kind === 'loop' ? loopLabel(step, model) : detail}</span>
        <span className="dim tiny num">{time}</span>
        {after !== '' && <span className="sr">{t('after {0}', after)}</span>}
      </button>
      {step.children.length > 0 && <Steps {...props} steps={step.children} />}
    </li>
  );
}
