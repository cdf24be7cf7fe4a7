// Where the run can be taken back to, or forked from: newest first.

import { memo, type ReactElement, useState } from 'react';
import { dotted } from '#base/figures.ts';
import { Button, IconButton } from '#ui/components/Button.tsx';
import { menuContext } from '#ui/components/menuContext.ts';
import { fullDate, moment } from '#ui/format.ts';
import type { Checkpoint } from '#ui/pages/dashboard/runs/model/checkpoints.ts';
import type { RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { checkpointTitle } from '#ui/pages/dashboard/runs/run/checkpointTitle.ts';
import type { Asked } from '#ui/pages/dashboard/runs/run/RunPage.tsx';
import { t } from '#ui/text.ts';

const PART = 50;

export interface CheckpointsCardProps {
  readonly model: RunPicture;
  readonly now: number;
  readonly onAsk: (asked: Asked) => void;
}

export function CheckpointsCard({ model, now, onAsk }: CheckpointsCardProps): ReactElement {
  const [shown, setShown] = useState(PART);
  const { checkpoints, version } = model;
  const newest = checkpoints.slice(-shown).reverse();
  return (
    <section className="card checkpoints" aria-label={t('Checkpoints')}>
      <header className="hd">
        <h2>{t('Checkpoints')}</h2>
      </header>
      <ol>
        {newest.map((checkpoint) => (
          <Item
            key={checkpoint.seq}
            runId={model.created.runId}
            checkpoint={checkpoint}
            title={checkpointTitle(checkpoint, model)}
            time={moment(checkpoint.at, now)}
            isCurrent={checkpoint.version === version && !checkpoint.setAside}
            onAsk={onAsk}
          />
        ))}
      </ol>
      {checkpoints.length > shown && (
        <Button kind="link" onClick={() => setShown(shown + PART)}>
          {t('Show Earlier')}
        </Button>
      )}
      {checkpoints.length === 0 && <p className="dim pad">{t('Each step that ends makes one.')}</p>}
    </section>
  );
}

interface ItemProps extends Pick<CheckpointsCardProps, 'onAsk'> {
  readonly runId: string;
  readonly checkpoint: Checkpoint;
  readonly title: string;
  readonly time: string;
  readonly isCurrent: boolean;
}

const Item = memo(({ runId, checkpoint, title, time, isCurrent, onAsk }: ItemProps): ReactElement => {
  const { at, detail, setAside, version } = checkpoint;
  return (
    <li
      className={`${isCurrent ? 'current' : ''}${setAside ? ' aside' : ''}`}
      data-vscode-context={menuContext('checkpoint', { runId, version, casRewindable: !isCurrent })}
    >
      <i className="dot" aria-hidden="true" />
      <button
        type="button"
        className="what"
        title={dotted(`v${version}`, fullDate(at), detail)}
        onClick={() => onAsk({ kind: 'state', checkpoint })}
      >
        <span className="clip">{title}</span>
        <small className="num clip">{dotted(time, setAside && t('set aside'), detail)}</small>
      </button>
      {isCurrent && <span className="tiny dim latest">{t('latest')}</span>}
      <span className="acts">
        {!isCurrent && (
          <Button small icon="debug-step-back" onClick={() => onAsk({ kind: 'rewind', checkpoint })}>
            {t('Rewind to Here')}
          </Button>
        )}
        <IconButton icon="repo-forked" label={t('Fork from Here: {0}', title)} onClick={() => onAsk({ kind: 'fork', checkpoint })} />
      </span>
    </li>
  );
});
