// What the run is, how it stands, and what can be done with it now.

import type { ReactElement } from 'react';
import { dotted } from '#base/figures.ts';
import { Button, IconButton } from '#ui/components/Button.tsx';
import { Chip } from '#ui/components/Chip.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { fullDate, moment } from '#ui/format.ts';
import { runLook, runMenu } from '#ui/pages/dashboard/runs/looks.ts';
import { isEnded, type RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import type { Asked } from '#ui/pages/dashboard/runs/run/RunPage.tsx';
import { isAlone } from '#ui/pages/dashboard/usePlace.ts';
import { useAction } from '#ui/pages/dashboard/runs/useAction.ts';
import { call, host } from '#ui/rpc/core.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { counted, t } from '#ui/text.ts';

export interface RunHeaderProps {
  readonly model: RunPicture;
  readonly now: number;
  readonly onBack: (() => void) | null;
  readonly onAsk: (asked: Asked) => void;
}

export function RunHeader({ model, now, onBack, onAsk }: RunHeaderProps): ReactElement {
  const { created, plan, status } = model;
  const { runId: id, at } = created;
  const look = runLook(status, model.decisions.size);
  const facts = dotted(
    `${created.workflow}${plan.version === '' ? '' : ` v${plan.version}`}`,
    created.runtime,
    created.mode !== 'strict' && created.mode,
    shortId(id),
    t('started {0}', moment(at, now)),
  );
  return (
    <>
      <header className="runhead" data-vscode-context={runMenu(id, status, isEnded(status))}>
        {onBack !== null && <IconButton icon="arrow-left" label={t('All Runs')} onClick={onBack} />}
        <h1 className="clip" title={created.title}>
          {created.title}
        </h1>
        <span role="status">
          <Chip tone={look.tone === 'mute' ? 'plain' : look.tone}>
            <Icon name={look.icon} size={12} className={`${look.tone}${look.spins ? ' spin' : ''}`} />
            {look.word}
          </Chip>
        </span>
        <span className="facts dim small clip" title={dotted(facts, id, fullDate(at))}>
          {facts}
        </span>
        <Actions {...{ model, now, onAsk }} />
      </header>
      <Standing model={model} />
    </>
  );
}

/** `run_8f3c21`: enough to name it on the command line. */
function shortId(id: string): string {
  return id.slice(0, 12);
}

/** An end that takes longer than this can be cut short, in ms. */
const LONG_MS = 2_000;

function Actions({ model, now, onAsk }: Pick<RunHeaderProps, 'model' | 'now' | 'onAsk'>): ReactElement {
  const { status, since, created } = model;
  const { runId: id } = created;
  const { isBusy, error, start } = useAction();
  const over = isEnded(status);
  const ending = status === 'cancelling' || status === 'undoing';
  const report = useQuery('runs.report', [id], { refreshOn: ['runs'] });
  return (
    <div className="actions">
      {status === 'executing' && (
        <Button icon="debug-pause" disabled={isBusy} onClick={() => void start(() => call('runs.pause', { id }))}>
          {t('Pause')}
        </Button>
      )}
      {(status === 'paused' || status === 'partial') && (
        <Button kind="primary" icon="play" disabled={isBusy} onClick={() => void start(() => call('runs.resume', id))}>
          {t('Resume')}
        </Button>
      )}
      {!over && !ending && (
        <>
          <Button icon="edit" onClick={() => onAsk({ kind: 'override' })}>
            {t('Override…')}
          </Button>
          <Button kind="danger" icon="debug-stop" onClick={() => onAsk({ kind: 'cancel' })}>
            {t('Cancel')}
          </Button>
        </>
      )}
      {status === 'undoing' && now - since >= LONG_MS && (
        <Button kind="danger" icon="debug-stop" onClick={() => onAsk({ kind: 'stop' })}>
          {t('Stop Now')}
        </Button>
      )}
      {over && (
        <Button icon="debug-restart" onClick={() => void host('command', { id: 'cas.run.rerun', args: [{ runId: id }] })}>
          {t('Run Again…')}
        </Button>
      )}
      {typeof report.data?.markdown === 'string' && (
        <IconButton
          icon="go-to-file"
          label={t('Open Report')}
          onClick={() => void host('command', { id: 'cas.run.openReport', args: [{ runId: id }] })}
        />
      )}
      <IconButton icon="copy" label={t('Copy Run Id')} onClick={() => void host('copyText', { text: id })} />
      {!isAlone && (
        <IconButton
          icon="split-horizontal"
          label={t('Open Run to the Side')}
          onClick={() => void host('command', { id: 'cas.run.openToSide', args: [{ runId: id }] })}
        />
      )}
      {error !== null && <ErrorNote error={error} />}
    </div>
  );
}

/** Why it stands as it does, where that is worth a line. */
function Standing({ model }: { readonly model: RunPicture }): ReactElement | null {
  const text = standingText(model);
  if (text === null) return null;
  return (
    <p className={`note standing ${model.status === 'failed' ? 'bad' : ''}`}>
      <Icon name={runLook(model.status, 0).icon} className={runLook(model.status, 0).tone} />
      <span className="grow">{text}</span>
    </p>
  );
}

function standingText(model: RunPicture): string | null {
  const { status, reason, undoings } = model;
  switch (status) {
    case 'cancelling':
      return t('Cancelling: what is under way is being stopped.');
    case 'undoing': {
      const done = undoings.filter((one) => one.status === 'undone' || one.status === 'failed').length;
      return t('Undoing completed steps: {0} of {1} done. The run ends after that.', done, undoings.length);
    }
    case 'cancelled': {
      const kept = model.checkpoints.filter(({ setAside }) => !setAside).length;
      const left = undoings.filter((one) => one.status === 'left').length;
      return [
        counted(kept, t('Run cancelled. 1 checkpoint kept.'), t('Run cancelled. {0} checkpoints kept.', kept)),
        left > 0 && counted(left, t('1 step was not undone.'), t('{0} steps were not undone.', left)),
      ]
        .filter(Boolean)
        .join(' ');
    }
    case 'paused':
      return reason === '' ? null : t('Paused: {0}', reason);
    case 'partial':
      return t('Ended early: {0}. What was done is kept.', reason.replace(/\.$/, ''));
    case 'failed': {
      const last = model.events.findLast((event) => event.type === 'run.failed');
      return last?.type === 'run.failed' ? last.error.message : null;
    }
    default:
      return null;
  }
}
