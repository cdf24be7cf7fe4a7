// What is asked before a run is cancelled, taken back or forked, and before a dead letter is put aside.

import { type ReactElement, useState } from 'react';
import type { DeadLetter } from '#protocol/deadLetter.ts';
import { Dialog, Reason } from '#ui/pages/dashboard/runs/Dialog.tsx';
import { type Checkpoint, setAsideBy } from '#ui/pages/dashboard/runs/model/checkpoints.ts';
import { type RunPicture, titleAt } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { checkpointTitle } from '#ui/pages/dashboard/runs/run/checkpointTitle.ts';
import { useAction } from '#ui/pages/dashboard/runs/useAction.ts';
import { call } from '#ui/rpc/core.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { counted, t } from '#ui/text.ts';

/** Steps that are named one by one; the rest are counted. */
const NAMED = 12;

interface DialogOf {
  readonly model: RunPicture;
  readonly onClose: () => void;
}

/** In one line. */
function named(titles: readonly string[]): string {
  const first = titles.slice(0, NAMED);
  return (first.length === titles.length ? first : [...first, t('and {0} more', titles.length - NAMED)]).join(', ');
}

export function CancelDialog({ model, onClose }: DialogOf): ReactElement {
  const [reason, setReason] = useState('');
  const [compensate, setCompensate] = useState(false);
  const { isBusy, error, start } = useAction();
  const undoable = [...model.steps.all].filter(({ id, status }) => status === 'succeeded' && model.plan.byId.get(id)?.undoable === true);
  const cancel = async (): Promise<void> => {
    if (await start(() => call('runs.cancel', { id: model.created.runId, reason, compensate }))) onClose();
  };
  return (
    <Dialog title={t('Cancel this run?')} action={t('Cancel Run')} isDanger {...{ isBusy, error, onClose }} onAction={() => void cancel()}>
      <p>{t('What is under way is stopped at once. What was recorded is kept, and the run can be forked from any checkpoint.')}</p>
      {undoable.length > 0 && (
        <label className="check">
          <input type="checkbox" checked={compensate} onChange={(event) => setCompensate(event.target.checked)} />
          {t('Undo completed steps first: {0}', named(undoable.map(({ title }) => title)))}
        </label>
      )}
      <Reason label={t('Reason')} value={reason} onChange={setReason} />
    </Dialog>
  );
}

/** Of a run that is being undone. */
export function StopDialog({ model, onClose }: DialogOf): ReactElement {
  const { isBusy, error, start } = useAction();
  const left = model.undoings.filter(({ status }) => status === 'planned' || status === 'running');
  const stop = async (): Promise<void> => {
    if (await start(() => call('runs.cancel', { id: model.created.runId }))) onClose();
  };
  return (
    <Dialog title={t('Stop undoing?')} action={t('Stop Now')} isDanger {...{ isBusy, error, onClose }} onAction={() => void stop()}>
      <p>{t('The run ends at once. What is not undone stays as it is:')}</p>
      <ul className="paths small">
        {left.slice(0, NAMED).map(({ path, action }) => (
          <li key={path}>
            {titleAt(model.steps, path)} <span className="dim mono">{action}</span>
          </li>
        ))}
        {left.length > NAMED && <li className="dim">{t('and {0} more', left.length - NAMED)}</li>}
      </ul>
    </Dialog>
  );
}

export function RewindDialog({ model, checkpoint, onClose }: DialogOf & { readonly checkpoint: Checkpoint }): ReactElement {
  const [reason, setReason] = useState('');
  const { isBusy, error, start } = useAction();
  const { runId: id } = model.created;
  const paths = setAsideBy(model.checkpoints, checkpoint.version);
  const rewind = async (): Promise<void> => {
    const done = await start(async () => {
      if (model.status === 'executing') await call('runs.pause', { id, reason: t('to rewind') });
      await call('runs.rollback', { id, version: checkpoint.version, reason });
    });
    if (done) onClose();
  };
  return (
    <Dialog
      title={t('Rewind to “{0}”?', checkpointTitle(checkpoint, model))}
      action={t('Rewind')}
      {...{ isBusy, error, onClose }}
      onAction={() => void rewind()}
    >
      {paths.length === 0 ? (
        <p>{t('No result is set aside: only what is under way begins anew.')}</p>
      ) : (
        <>
          <p>
            {counted(
              paths.length,
              t('The result of 1 step is set aside, not deleted:'),
              t('The results of {0} steps are set aside, not deleted:', paths.length),
            )}
          </p>
          <ul className="paths">
            {paths.slice(0, NAMED).map((path) => (
              <li key={path}>
                {model.steps.at(path)?.title ?? path} <span className="dim tiny mono">{path}</span>
              </li>
            ))}
            {paths.length > NAMED && <li className="dim">{t('and {0} more', paths.length - NAMED)}</li>}
          </ul>
        </>
      )}
      <p>
        {t(
          'Files in the folder do not change, and what was accepted stays accepted. Afterwards the run is paused; Resume goes on from there.',
        )}
      </p>
      <Reason label={t('Reason')} value={reason} onChange={setReason} />
    </Dialog>
  );
}

export function ForkDialog({
  model,
  checkpoint,
  onClose,
  onOpen,
}: DialogOf & { readonly checkpoint: Checkpoint; readonly onOpen: (id: string) => void }): ReactElement {
  const [title, setTitle] = useState(t('{0} (fork of v{1})', model.created.title, checkpoint.version));
  const { isBusy, error, start } = useAction();
  const fork = (): Promise<boolean> =>
    start(async () => {
      const { runId } = await call('runs.fork', { id: model.created.runId, version: checkpoint.version, title });
      onOpen(runId);
    });
  return (
    <Dialog
      title={t('Fork from “{0}”?', checkpointTitle(checkpoint, model))}
      action={t('Fork')}
      {...{ isBusy, error, onClose }}
      onAction={() => void fork()}
    >
      <p>
        {t(
          'A new run begins where this checkpoint stands and goes on at once. What is recorded up to there is used again and not run again. This run stays as it is.',
        )}
      </p>
      <Reason label={t('Title')} value={title} onChange={setTitle} />
    </Dialog>
  );
}

export function DiscardDialog({ letter, onClose }: { readonly letter: DeadLetter; readonly onClose: () => void }): ReactElement {
  const [reason, setReason] = useState('');
  const { isBusy, error, start } = useAction();
  const letters = useQuery('dlq.list', [{}]);
  const discard = async (): Promise<void> => {
    if (!(await start(() => call('dlq.discard', { id: letter.id, reason })))) return;
    onClose();
    await letters.refresh();
  };
  const missing = reason.trim() === '' ? t('A reason is needed; it is kept with the step.') : undefined;
  return (
    <Dialog
      title={t('Discard the failure of {0}?', letter.path)}
      action={t('Discard')}
      isDanger
      {...{ isBusy, error, missing, onClose }}
      onAction={() => void discard()}
    >
      <p>{letter.error.message}</p>
      <p>{t('It is not offered to be put back any more. The run stays failed.')}</p>
      <Reason label={t('Reason')} value={reason} onChange={setReason} />
    </Dialog>
  );
}
