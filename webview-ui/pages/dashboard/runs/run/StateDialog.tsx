// The run as it was right after a checkpoint.

import type { ReactElement } from 'react';
import type { StepView } from '#protocol/runView.ts';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { Loading } from '#ui/components/Loading.tsx';
import { Dialog } from '#ui/pages/dashboard/runs/Dialog.tsx';
import { stepLook } from '#ui/pages/dashboard/runs/looks.ts';
import type { Checkpoint } from '#ui/pages/dashboard/runs/model/checkpoints.ts';
import type { RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { checkpointTitle } from '#ui/pages/dashboard/runs/run/checkpointTitle.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { t } from '#ui/text.ts';

/** Steps beyond these are counted. */
const SHOWN = 200;

export function StateDialog({
  model,
  checkpoint,
  onClose,
}: {
  readonly model: RunPicture;
  readonly checkpoint: Checkpoint;
  readonly onClose: () => void;
}): ReactElement {
  const { version } = checkpoint;
  const { data, error } = useQuery('runs.state', [{ id: model.created.runId, version }]);
  const steps = data === undefined ? [] : flat(data.steps);
  return (
    <Dialog title={t('Version {0}: {1}', version, checkpointTitle(checkpoint, model))} onClose={onClose}>
      {error !== null && <ErrorNote error={error} />}
      {data === undefined && error === null && <Loading rows={4} />}
      <ul className="paths">
        {steps.slice(0, SHOWN).map(({ path, title, status, summary }) => {
          const look = stepLook(status);
          return (
            <li key={path} className="row">
              <Icon name={look.icon} size={14} className={look.tone} label={look.word} />
              <span>{title}</span>
              <span className="dim tiny clip">{summary}</span>
            </li>
          );
        })}
        {steps.length > SHOWN && <li className="dim">{t('and {0} more', steps.length - SHOWN)}</li>}
      </ul>
      {data !== undefined && (
        <details>
          <summary>{t('Results')}</summary>
          <pre className="json" tabIndex={0}>
            {JSON.stringify(data.results, null, 2).slice(0, 50_000)}
          </pre>
        </details>
      )}
    </Dialog>
  );
}

function flat(steps: readonly StepView[]): readonly StepView[] {
  return steps.flatMap((step) => [step, ...flat(step.children)]);
}
