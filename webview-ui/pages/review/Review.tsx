// The proposal in front, on one page: what it is, how it was judged, and the three answers a person can give.

import { type ReactElement, useEffect, useState } from 'react';
import { type ErrorView, toErrorView } from '#base/errors.ts';
import type { ReviewArgument, ReviewState } from '#protocol/pages/review.ts';
import { Button } from '#ui/components/Button.tsx';
import { EmptyState } from '#ui/components/EmptyState.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { Loading } from '#ui/components/Loading.tsx';
import { ago, fullDate } from '#ui/format.ts';
import { Facts } from '#ui/pages/review/Facts.tsx';
import { ask, useReview } from '#ui/pages/review/reviewTopic.ts';
import { Verdicts } from '#ui/pages/review/Verdicts.tsx';
import { t } from '#ui/text.ts';

export type Decide = (verb: ReviewArgument<'decide'>['verb']) => void;

const MINUTE_MS = 60_000;

export function Review(): ReactElement {
  const state = useReview();
  const [error, setError] = useState<ErrorView | null>(null);
  if (state === undefined) return <Loading />;
  if (state === null) return <EmptyState title={t('Open a proposal to weigh it here.')} />;
  const { proposal } = state.sheet;
  const decide: Decide = (verb) => {
    setError(null);
    ask('decide', { verb, id: proposal.id }).catch((thrown: unknown) => setError(toErrorView(thrown)));
  };
  return (
    <div className="review">
      <main className="body">
        <Heading state={state} />
        <Changed state={state} decide={decide} />
        {error && <ErrorNote error={error} />}
        {proposal.summary !== '' && (
          <p className="summary" title={proposal.summary}>
            {proposal.summary}
          </p>
        )}
        <Facts state={state} />
        <Verdicts state={state} />
      </main>
      <Answers state={state} decide={decide} />
    </div>
  );
}

function Heading({ state }: { readonly state: ReviewState }): ReactElement {
  const { proposal, run } = state.sheet;
  const now = useMinute();
  return (
    <header className="col">
      <h1 className="strong">{proposal.title}</h1>
      <p className="small dim">
        {run ? (
          <>
            {t('{0} in', proposal.agent)}{' '}
            <a
              href="#run"
              onClick={(event) => {
                event.preventDefault();
                void ask('openRun', { runId: run.id });
              }}
            >
              {run.title}
            </a>
          </>
        ) : (
          proposal.agent
        )}
        {', '}
        <span title={fullDate(proposal.createdAt)}>{ago(proposal.createdAt, now)}</span>
      </p>
      <Links state={state} />
    </header>
  );
}

/** What took its place, what it took the place of, and what was asked for. */
function Links({ state }: { readonly state: ReviewState }): ReactElement {
  const { replacedBy, replaces, asked } = state.sheet.proposal;
  return (
    <>
      {replacedBy !== undefined && (
        <p className="small">
          {t('Replaced, as you asked.')}{' '}
          <Button kind="link" small onClick={() => void ask('openProposal', { id: replacedBy })}>
            {t('Show the New One')}
          </Button>
        </p>
      )}
      {replaces !== undefined && (
        <p className="small dim">
          {t('Drafted anew after you asked for changes.')}{' '}
          <Button kind="link" small onClick={() => void ask('openProposal', { id: replaces })}>
            {t('Show the One Before')}
          </Button>
        </p>
      )}
      {asked !== undefined && replacedBy === undefined && (
        <p className="small dim">{asked.note === '' ? t('You asked for changes.') : t('You asked for: {0}', asked.note)}</p>
      )}
    </>
  );
}

/** The files moved on since: said before anything is accepted. */
function Changed({ state, decide }: { readonly state: ReviewState; readonly decide: Decide }): ReactElement | null {
  const { changed, trusted } = state;
  if (changed.length === 0) return null;
  return (
    <div className="note changed" role="status">
      <Icon name="warning" className="warn" />
      <span className="grow">{t('{0} changed after this proposal.', changed.join(', '))}</span>
      <Button small disabled={!trusted} onClick={() => decide('rebase')}>
        {t('Rebase Proposal')}
      </Button>
      <Button small disabled={!trusted} onClick={() => decide('merge')}>
        {t('Open Merge Editor')}
      </Button>
    </div>
  );
}

function Answers({ state, decide }: { readonly state: ReviewState; readonly decide: Decide }): ReactElement {
  const { sheet, asksFirst, leftOut, trusted } = state;
  const isOpen = sheet.proposal.status === 'open';
  const hint = trusted ? {} : { title: t('Trust this folder first.') };
  return (
    <footer className="answers">
      {isOpen && leftOut.length > 0 && <p className="tiny dim">{t('Without {0}, which you unchecked.', leftOut.join(', '))}</p>}
      {isOpen && (
        <>
          <Button
            kind={asksFirst ? 'secondary' : 'primary'}
            icon="check-all"
            disabled={!trusted}
            {...hint}
            onClick={() => decide('acceptAll')}
          >
            {asksFirst ? t('Accept All…') : t('Accept All')}
          </Button>
          <div className="pair">
            <Button disabled={!trusted} {...hint} onClick={() => decide('askForChanges')}>
              {t('Ask for Changes…')}
            </Button>
            <Button kind="danger" disabled={!trusted} {...hint} onClick={() => decide('rejectAll')}>
              {t('Reject All…')}
            </Button>
          </div>
        </>
      )}
      {sheet.proposal.canUndo && (
        <Button disabled={!trusted} {...hint} onClick={() => decide('undoLast')}>
          {t('Undo Last Decision')}
        </Button>
      )}
    </footer>
  );
}

/** The time, anew each minute. */
function useMinute(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
