// What went wrong for good, and what is being undone.

import { memo, type ReactElement } from 'react';
import type { DeadLetter } from '#protocol/deadLetter.ts';
import { Button } from '#ui/components/Button.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import type { IconName } from '#ui/components/icons.ts';
import type { Undoing } from '#ui/pages/dashboard/runs/model/compensations.ts';
import { type RunPicture, titleAt } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { useAction } from '#ui/pages/dashboard/runs/useAction.ts';
import { call } from '#ui/rpc/core.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { counted, t } from '#ui/text.ts';

export function UndoingCard({ model }: { readonly model: RunPicture }): ReactElement | null {
  const { undoings } = model;
  if (undoings.length === 0) return null;
  return (
    <section className="card" aria-label={t('Undoing')}>
      <header className="hd">
        <h2>{model.created.mode === 'dry-run' ? t('Would be undone') : t('Undoing')}</h2>
      </header>
      <ol className="lines undoings" tabIndex={0} aria-label={t('Steps that are undone')}>
        {undoings.map((one) => (
          <UndoingLine key={one.path} one={one} title={titleAt(model.steps, one.path)} />
        ))}
      </ol>
    </section>
  );
}

/** Drawn anew only when it changed: there may be thousands. */
const UndoingLine = memo(({ one, title }: { readonly one: Undoing; readonly title: string }): ReactElement => {
  return (
    <li className="row">
      <UndoingGlyph status={one.status} />
      <span>{title}</span>
      <span className="dim mono">{one.action}</span>
      <span className={`small clip ${one.error === null ? 'dim' : 'bad'}`}>{one.error?.message ?? one.summary}</span>
    </li>
  );
});

function UndoingGlyph({ status }: Pick<Undoing, 'status'>): ReactElement {
  const looks: Readonly<Record<Undoing['status'], readonly [IconName, string, string]>> = {
    planned: ['circle-outline', 'mute', t('Planned')],
    running: ['sync', 'run spin', t('Under way')],
    undone: ['pass', 'ok', t('Undone')],
    failed: ['error', 'bad', t('Failed')],
    left: ['circle-slash', 'mute', t('Not undone')],
  };
  const [icon, tone, word] = looks[status];
  return <Icon name={icon} size={14} className={tone} label={word} />;
}

export interface FailedCardProps {
  readonly runId: string;
  readonly onDiscard: (letter: DeadLetter) => void;
}

/** Steps that failed for good and took the run with them: they can be put back. */
export function FailedCard({ runId, onDiscard }: FailedCardProps): ReactElement | null {
  const { data } = useQuery('dlq.list', [{}], { refreshOn: ['runs'] });
  const letters = (data ?? []).filter((letter) => letter.runId === runId);
  if (letters.length === 0) return null;
  return (
    <section className="card" aria-label={t('Failed for good')}>
      <header className="hd">
        <h2>{t('Failed for good')}</h2>
      </header>
      <ol className="lines">
        {letters.map((letter) => (
          <Letter key={letter.id} letter={letter} onDiscard={onDiscard} />
        ))}
      </ol>
    </section>
  );
}

function Letter({ letter, onDiscard }: { readonly letter: DeadLetter; readonly onDiscard: (letter: DeadLetter) => void }): ReactElement {
  const { isBusy, error, start } = useAction();
  const { id, path, attempts } = letter;
  return (
    <li>
      <div className="row">
        <Icon name="error" size={14} className="bad" />
        <b>{path}</b>
        <span className="dim small num">{counted(attempts, t('1 attempt'), t('{0} attempts', attempts))}</span>
        <span className="clip grow">{letter.error.message}</span>
        <Button small disabled={isBusy} onClick={() => void start(() => call('dlq.redrive', id))}>
          {t('Put Back')}
        </Button>
        <Button small onClick={() => onDiscard(letter)}>
          {t('Discard…')}
        </Button>
      </div>
      {error !== null && <ErrorNote error={error} />}
    </li>
  );
}
