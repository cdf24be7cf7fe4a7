// One run or proposal: a thumb, then perhaps a reason and a few words.

import { type FormEvent, type ReactElement, useState } from 'react';
import type { FeedbackNote, FeedbackReason } from '#protocol/feedback.ts';
import { Button, IconButton } from '#ui/components/Button.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { fullDate, moment } from '#ui/format.ts';
import { reasonsFor, reasonWord } from '#ui/pages/dashboard/feedback/reasons.ts';
import { useAction } from '#ui/pages/dashboard/runs/useAction.ts';
import { useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import type { TabProps } from '#ui/pages/dashboard/tabs.ts';
import { call, host } from '#ui/rpc/core.ts';
import { t } from '#ui/text.ts';

export interface Subject {
  readonly kind: 'run' | 'proposal';
  readonly id: string;
  readonly title: string;
  readonly at: number;
  readonly state: string;
}

interface RateRowProps {
  readonly subject: Subject;
  /** What was said about it. */
  readonly note: FeedbackNote | undefined;
  readonly go: TabProps['go'];
}

export function RateRow({ subject: { kind, id, title, at, state }, note, go }: RateRowProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const action = useAction();
  const now = useNow(true);
  const give = async (rating: 'up' | 'down', more: { readonly reason?: FeedbackReason; readonly text?: string } = {}): Promise<boolean> =>
    action.start(() => call('feedback.give', { target: { kind, id }, rating, ...more }));
  const thumb = (rating: 'up' | 'down'): void => {
    if (note?.rating === rating) {
      void action.start(() => call('feedback.withdraw', note.id));
      setOpen(false);
      return;
    }
    void give(rating);
    setOpen(true);
  };
  const open = (): void => {
    if (kind === 'run') go({ tab: 'runs', item: id });
    else void host('command', { id: 'cas.proposal.review', args: [{ proposalId: id }] });
  };
  return (
    <li>
      <div className="row subject">
        <Icon name={kind === 'run' ? 'play' : 'git-compare'} size={14} label={kind === 'run' ? t('Run') : t('Proposal')} />
        <span className="grow col">
          <button type="button" className="plainlink clip" onClick={open} title={title}>
            {title}
          </button>
          <span className="dim tiny num" title={fullDate(at)}>
            {moment(at, now)}, {state}
            {note?.reason && `, ${reasonWord(note.reason)}`}
            {note?.text && `: ${note.text}`}
          </span>
        </span>
        {note && !isOpen && (
          <Button small kind="link" onClick={() => setOpen(true)}>
            {t('Say Why…')}
          </Button>
        )}
        <IconButton
          icon={note?.rating === 'up' ? 'thumbsup-filled' : 'thumbsup'}
          label={t('Good: {0}', title)}
          pressed={note?.rating === 'up'}
          disabled={action.isBusy}
          onClick={() => thumb('up')}
        />
        <IconButton
          icon={note?.rating === 'down' ? 'thumbsdown-filled' : 'thumbsdown'}
          label={t('Not good: {0}', title)}
          pressed={note?.rating === 'down'}
          disabled={action.isBusy}
          onClick={() => thumb('down')}
        />
      </div>
      {isOpen && note && (
        <Why
          note={note}
          onClose={() => setOpen(false)}
          onSave={async (reason, text) => give(note.rating, { ...(reason && { reason }), text })}
        />
      )}
      {action.error !== null && <ErrorNote error={action.error} />}
    </li>
  );
}

interface WhyProps {
  readonly note: FeedbackNote;
  readonly onSave: (reason: FeedbackReason | null, text: string) => Promise<boolean>;
  readonly onClose: () => void;
}

function Why({ note, onSave, onClose }: WhyProps): ReactElement {
  const [reason, setReason] = useState<FeedbackReason | null>(note.reason);
  const [text, setText] = useState(note.text);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await onSave(reason, text)) onClose();
  };
  return (
    <form className="why" onSubmit={(event) => void submit(event)} onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <div className="row wrap" role="group" aria-label={t('Reason')}>
        {reasonsFor(note.rating).map((one) => (
          <button
            key={one}
            type="button"
            className="chip"
            aria-pressed={one === reason}
            onClick={() => setReason(one === reason ? null : one)}
          >
            {reasonWord(one)}
          </button>
        ))}
      </div>
      <textarea
        aria-label={t('In your own words')}
        placeholder={t('In your own words; it stays on this machine')}
        rows={2}
        maxLength={4_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="row">
        <button type="submit" className="btn primary small">
          {t('Save')}
        </button>
        <Button small onClick={onClose}>
          {t('Close')}
        </Button>
      </div>
    </form>
  );
}
