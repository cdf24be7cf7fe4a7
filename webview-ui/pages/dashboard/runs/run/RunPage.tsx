// One run: what it does now, what it did, and everything a person can do with it.

import { lazy, type ReactElement, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { DeadLetter } from '#protocol/deadLetter.ts';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Loading } from '#ui/components/Loading.tsx';
import type { Checkpoint } from '#ui/pages/dashboard/runs/model/checkpoints.ts';
import { isEnded, type RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { planId } from '#ui/pages/dashboard/runs/model/shape.ts';
import { Announcer } from '#ui/pages/dashboard/runs/run/Announcer.tsx';
import { CheckpointsCard } from '#ui/pages/dashboard/runs/run/CheckpointsCard.tsx';
import { DecisionCards } from '#ui/pages/dashboard/runs/run/DecisionCards.tsx';
import { CancelDialog, DiscardDialog, ForkDialog, RewindDialog, StopDialog } from '#ui/pages/dashboard/runs/run/dialogs.tsx';
import { OutputCard } from '#ui/pages/dashboard/runs/run/OutputCard.tsx';
import { OverrideDialog } from '#ui/pages/dashboard/runs/run/OverrideDialog.tsx';
import { RunHeader } from '#ui/pages/dashboard/runs/run/RunHeader.tsx';
import { RunStrip } from '#ui/pages/dashboard/runs/run/RunStrip.tsx';
import { StateDialog } from '#ui/pages/dashboard/runs/run/StateDialog.tsx';
import { StepList } from '#ui/pages/dashboard/runs/run/StepList.tsx';
import { TimelineCard } from '#ui/pages/dashboard/runs/run/TimelineCard.tsx';
import { FailedCard, UndoingCard } from '#ui/pages/dashboard/runs/run/TroubleCards.tsx';
import { type FollowedRun, useRun } from '#ui/pages/dashboard/runs/run/useRun.ts';
import { useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import { t } from '#ui/text.ts';

const RunGraphView = lazy(async () => ({ default: (await import('#ui/pages/dashboard/runs/run/RunGraphView.tsx')).RunGraphView }));

export interface RunPageProps {
  readonly id: string;
  /** Null in a tab of its own. */
  readonly onBack: (() => void) | null;
  readonly onOpen: (id: string) => void;
}

export type Asked =
  | { readonly kind: 'cancel' | 'stop' }
  | { readonly kind: 'override' }
  | { readonly kind: 'rewind' | 'fork' | 'state'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'discard'; readonly letter: DeadLetter };

export function RunPage({ id, onBack, onOpen }: RunPageProps): ReactElement {
  const followed = useRun(id);
  const { model, feed } = followed;
  if (model !== null) return <Loaded {...{ id, onBack, onOpen, model, followed }} />;
  return feed.error === null ? <Loading rows={12} /> : <ErrorNote error={feed.error} {...(onBack && { onRetry: onBack })} />;
}

interface LoadedProps extends RunPageProps {
  readonly model: RunPicture;
  readonly followed: FollowedRun;
}

function Loaded({ id, onBack, onOpen, model, followed: { feed } }: LoadedProps): ReactElement {
  const [selected, setSelected] = useState<string | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const now = useNow(!isEnded(model.status));
  const close = useCallback(() => setAsked(null), []);
  const { live } = feed;
  /** The path of the newest instance of a planned step. */
  const selectPlanned = useCallback(
    (planned: string | null) => setSelected(planned === null ? null : (model.steps.group(planned)?.latest.path ?? planned)),
    [model],
  );
  const selectedId = selected === null ? null : planId(selected);
  useEscape(selected !== null && asked === null, () => setSelected(null));
  const parts = useMemo(() => ({ model, live }), [model, live]);
  // The cards below are drawn after the rest, in slices: opening a long run holds nothing up.
  const hasTop = useDeferredValue(true, false);
  return (
    <div className="runs runpage col">
      <RunHeader model={model} now={now} onBack={onBack} onAsk={setAsked} />
      {feed.error !== null && <ErrorNote error={feed.error} />}
      <DecisionCards model={model} />
      <RunStrip model={model} now={now} />
      <section className="graphcard card" aria-label={t('Graph')}>
        <Suspense fallback={<Loading rows={3} />}>
          <RunGraphView {...parts} now={now} selected={selectedId} onSelect={selectPlanned} />
        </Suspense>
      </section>
      <StepList {...parts} now={now} selected={selectedId} onSelect={selectPlanned} />
      <UndoingCard model={model} />
      <FailedCard runId={id} onDiscard={(letter) => setAsked({ kind: 'discard', letter })} />
      {hasTop ? (
        <div className="lower">
          <TimelineCard {...parts} now={now} selected={selected} onSelect={setSelected} />
          <OutputCard {...parts} selected={selected} onSelect={setSelected} />
          <CheckpointsCard model={model} now={now} onAsk={setAsked} />
        </div>
      ) : (
        <Loading rows={12} />
      )}
      <Announcer model={model} />
      {asked !== null && <Question {...{ asked, model, close, onOpen, selected }} />}
    </div>
  );
}

interface QuestionProps {
  readonly asked: Asked;
  readonly model: RunPicture;
  readonly selected: string | null;
  readonly close: () => void;
  readonly onOpen: (id: string) => void;
}

function Question({ asked, model, selected, close, onOpen }: QuestionProps): ReactElement {
  switch (asked.kind) {
    case 'cancel':
      return <CancelDialog model={model} onClose={close} />;
    case 'stop':
      return <StopDialog model={model} onClose={close} />;
    case 'override':
      return <OverrideDialog model={model} path={selected} onClose={close} />;
    case 'rewind':
      return <RewindDialog model={model} checkpoint={asked.checkpoint} onClose={close} />;
    case 'fork':
      return <ForkDialog model={model} checkpoint={asked.checkpoint} onClose={close} onOpen={onOpen} />;
    case 'state':
      return <StateDialog model={model} checkpoint={asked.checkpoint} onClose={close} />;
    case 'discard':
      return <DiscardDialog letter={asked.letter} onClose={close} />;
  }
}

/** Escape lets go of what is chosen, unless something nearer takes the key. */
function useEscape(isOn: boolean, onEscape: () => void): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const take = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) onEscape();
    };
    window.addEventListener('keydown', take);
    return () => window.removeEventListener('keydown', take);
  });
}
