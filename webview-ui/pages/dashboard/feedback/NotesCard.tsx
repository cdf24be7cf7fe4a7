import type { ReactElement } from 'react';
import type { FeedbackNote } from '#protocol/feedback.ts';
import { Button, IconButton } from '#ui/components/Button.tsx';
import { Card } from '#ui/components/Card.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { moment } from '#ui/format.ts';
import { reasonWord } from '#ui/pages/dashboard/feedback/reasons.ts';
import { useAction } from '#ui/pages/dashboard/runs/useAction.ts';
import { useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import { call, host } from '#ui/rpc/core.ts';
import { t } from '#ui/text.ts';

/** All that was said, to read, to take back, to export. */
export function NotesCard({ notes }: { readonly notes: readonly FeedbackNote[] }): ReactElement {
  const action = useAction();
  const now = useNow(true);
  const save = async (): Promise<void> => {
    await host('saveText', { name: 'cas-feedback.json', text: `${JSON.stringify(notes, null, 2)}\n` });
  };
  const exporting = (
    <Button small icon="export" disabled={notes.length === 0} onClick={() => void action.start(save)}>
      {t('Export…')}
    </Button>
  );
  return (
    <Card title={t('What you said')} sub={t('stays on this machine')} actions={exporting}>
      {action.error !== null && <ErrorNote error={action.error} />}
      {notes.length === 0 && <p className="dim">{t('Nothing yet.')}</p>}
      <ul className="notes">
        {notes.map(({ id, at, rating, title, reason, text, shares }) => (
          <li key={id} className="row">
            <Icon
              name={rating === 'up' ? 'thumbsup-filled' : 'thumbsdown-filled'}
              size={14}
              className={rating === 'up' ? 'ok' : 'over'}
              label={rating === 'up' ? t('Good') : t('Not good')}
            />
            <span className="grow col">
              <span className="clip" title={title}>
                {title}
              </span>
              <span className="dim tiny">
                {[moment(at, now), reason && reasonWord(reason), text].filter(Boolean).join(', ')}
                {shares.length === 0 && `, ${t('no agent had worked')}`}
              </span>
            </span>
            <IconButton
              icon="close"
              label={t('Take Back: {0}', title)}
              disabled={action.isBusy}
              onClick={() => void action.start(() => call('feedback.withdraw', id))}
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}
