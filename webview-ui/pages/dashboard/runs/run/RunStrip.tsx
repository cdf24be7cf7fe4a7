// The run in six figures.

import type { ReactElement, ReactNode } from 'react';
import { dotted, duration, elapsed, percent } from '#base/figures.ts';
import type { RunSpent } from '#protocol/runView.ts';
import type { Budget } from '#protocol/spending.ts';
import { raised } from '#protocol/spent.ts';
import { Meter } from '#ui/components/Meter.tsx';
import { ago, compact, cost } from '#ui/format.ts';
import { isEnded, type RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { counted, t } from '#ui/text.ts';

export interface RunStripProps {
  readonly model: RunPicture;
  readonly now: number;
}

export function RunStrip({ model, now }: RunStripProps): ReactElement {
  const { spending, checkpoints, retries, steps } = model;
  const { total: spent } = spending;
  const budget = model.created.spending?.budget;
  const limit = budget && raised(budget, model.raises);
  const kept = checkpoints.filter(({ setAside }) => !setAside);
  const last = kept.at(-1);
  return (
    <dl className="strip num">
      <Elapsed model={model} now={now} />
      <Figure value={t('{0} of {1} steps', steps.settled, steps.count)} note={currentStep(model)} />
      <Figure
        value={counted(tokensOf(spent), t('1 token'), t('{0} tokens', compact(tokensOf(spent))))}
        note={t('{0} in, {1} out', compact(spent.inputTokens), compact(spent.outputTokens))}
      >
        <Share label={t('Tokens of the budget used')} part={tokensOf(spent)} whole={limit?.tokens} />
      </Figure>
      <Cost spent={spent} limit={limit} />
      <Figure
        value={counted(kept.length, t('1 checkpoint'), t('{0} checkpoints', kept.length))}
        note={last === undefined ? '' : t('last {0}', ago(last.at, now))}
      />
      <Figure value={counted(retries.count, t('1 retry'), t('{0} retries', retries.count))} note={retries.reason} />
    </dl>
  );
}

function Elapsed({ model, now }: RunStripProps): ReactElement {
  const { created, endedAt, status } = model;
  const estimate = useQuery('runs.estimate', [created.workflow]);
  const length = (endedAt ?? now) - created.at;
  const usual = estimate.data?.durationMs?.median;
  const left = usual === undefined ? 0 : usual - length;
  const note = isEnded(status) ? t('in all') : left > 0 ? t('elapsed, about {0} left', duration(left)) : t('elapsed');
  return <Figure value={endedAt === null ? elapsed(length) : duration(length)} note={note} />;
}

function Cost({ spent, limit }: { readonly spent: RunSpent; readonly limit: Budget | undefined }): ReactElement {
  const known = spent.costMicroUsd > 0 || spent.unknownCalls === 0;
  const most = limit?.costMicroUsd;
  const unknown =
    spent.unknownCalls > 0 && counted(spent.unknownCalls, t('1 call without a price'), t('{0} calls without a price', spent.unknownCalls));
  const value = (
    <>
      {cost(known ? spent.costMicroUsd : null)}
      {most !== undefined && <span className="dim"> {t('of {0}', cost(most))}</span>}
    </>
  );
  return (
    <Figure value={value} note={most === undefined ? dotted(unknown || t('no budget of its own')) : dotted(unknown)}>
      <Share label={t('Budget used')} part={spent.costMicroUsd} whole={most} />
    </Figure>
  );
}

function Figure({
  value,
  note,
  children,
}: {
  readonly value: ReactNode;
  readonly note: string;
  readonly children?: ReactNode;
}): ReactElement {
  return (
    <div>
      <dt className="strong clip">{value}</dt>
      <dd>
        {children}
        {note !== '' && (
          <span className="tiny dim clip" title={note}>
            {note}
          </span>
        )}
      </dd>
    </div>
  );
}

const NEAR = 0.8;

/** Orange from 80 %, red when nothing is left: then the run asks. Nothing without a whole. */
function Share({
  label,
  part,
  whole,
}: {
  readonly label: string;
  readonly part: number;
  readonly whole: number | undefined;
}): ReactElement | null {
  if (whole === undefined || whole === 0) return null;
  const tone = part >= whole ? 'bad' : part >= NEAR * whole ? 'over' : 'plain';
  return <Meter value={part} max={whole} tone={tone} label={`${label}: ${percent(part, whole)}`} />;
}

function tokensOf({ inputTokens, outputTokens }: RunSpent): number {
  return inputTokens + outputTokens;
}

function currentStep({ steps, status }: RunPicture): string {
  if (isEnded(status)) return '';
  let waiting = '';
  for (const { kind, status: now, title } of steps.all) {
    if (kind === 'task' && now === 'running') return t('{0} is running', title);
    if (now === 'waiting') waiting = t('{0} waits for you', title);
  }
  return waiting;
}
