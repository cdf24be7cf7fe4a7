// Say how good something was, and see what came of it. Nothing leaves the machine unless it is exported here.

import type { ReactElement } from 'react';
import { Button } from '#ui/components/Button.tsx';
import { Card } from '#ui/components/Card.tsx';
import { EmptyState } from '#ui/components/EmptyState.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Loading } from '#ui/components/Loading.tsx';
import { NotesCard } from '#ui/pages/dashboard/feedback/NotesCard.tsx';
import { OutcomeCard } from '#ui/pages/dashboard/feedback/OutcomeCard.tsx';
import { RateRow, type Subject } from '#ui/pages/dashboard/feedback/RateRow.tsx';
import type { TabProps } from '#ui/pages/dashboard/tabs.ts';
import { host } from '#ui/rpc/core.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { t } from '#ui/text.ts';

const RUNS = 20;

export function Feedback({ go }: TabProps): ReactElement {
  const runs = useQuery('runs.list', [{ limit: RUNS }], { refreshOn: ['runs'] });
  const proposals = useQuery('proposals.list', [], { refreshOn: ['proposals'] });
  const notes = useQuery('feedback.list', [], { refreshOn: ['feedback'] });
  const error = runs.error ?? proposals.error ?? notes.error;
  if (error !== null)
    return <ErrorNote error={error} onRetry={() => void Promise.all([runs.refresh(), proposals.refresh(), notes.refresh()])} />;
  if (runs.data === undefined || proposals.data === undefined || notes.data === undefined) return <Loading rows={8} />;
  const subjects: readonly Subject[] = [
    ...runs.data
      .filter(({ endedAt }) => endedAt !== null)
      .map(({ id, title, endedAt, createdAt, status }): Subject => ({ kind: 'run', id, title, at: endedAt ?? createdAt, state: status })),
    ...proposals.data
      .slice(0, RUNS)
      .map(({ id, title, createdAt, status }): Subject => ({ kind: 'proposal', id, title, at: createdAt, state: status })),
  ].sort((a, b) => b.at - a.at);
  const given = new Map(notes.data.map((note) => [note.target.id, note]));
  return (
    <div className="feedback">
      <Card title={t('Rate runs and proposals')} sub={t('newest first')} className="rate">
        {subjects.length === 0 ? (
          <EmptyState title={t('What has ended appears here, to be rated.')}>
            <Button kind="primary" icon="play" onClick={() => void host('command', { id: 'cas.workflow.run' })}>
              {t('Run Workflow…')}
            </Button>
          </EmptyState>
        ) : (
          <ul className="subjects">
            {subjects.map((subject) => (
              <RateRow key={subject.id} subject={subject} note={given.get(subject.id)} go={go} />
            ))}
          </ul>
        )}
      </Card>
      <div className="col side">
        <OutcomeCard />
        <NotesCard notes={notes.data} />
      </div>
    </div>
  );
}
