import { memo, type ReactElement } from 'react';
import { duration, elapsed } from '#base/figures.ts';
import type { RunSummary } from '#protocol/runView.ts';
import { Icon } from '#ui/components/Icon.tsx';
import { cost, fullDate, moment } from '#ui/format.ts';
import { runLook, runMenu } from '#ui/pages/dashboard/runs/looks.ts';
import { t } from '#ui/text.ts';

export interface RunRowProps {
  readonly index: number;
  readonly top: number;
  /** Undefined while it is being read. */
  readonly run: RunSummary | undefined;
  /** Epoch ms; counts for runs that go on. */
  readonly now: number;
  /** The one row that Tab stops at. */
  readonly isStop: boolean;
  readonly onFocus: (index: number) => void;
  readonly onOpen: (id: string) => void;
}

export const RunRow = memo(
  ({ index, top, run, now, isStop, onFocus, onOpen }: RunRowProps): ReactElement => {
    const style = { transform: `translateY(${top}px)` };
    if (run === undefined) {
      return (
        <div role="row" aria-rowindex={index + 2} className="runrow" style={style} data-index={index} tabIndex={isStop ? 0 : -1}>
          <span role="cell" className="grey" aria-label={t('Loading')} />
        </div>
      );
    }
    const { id, title, workflow, createdAt, endedAt, stepsDone, stepsTotal } = run;
    const look = runLook(run.status, run.waitingDecisions);
    const took = endedAt === null ? elapsed(now - createdAt) : duration(endedAt - createdAt);
    return (
      <div
        role="row"
        aria-rowindex={index + 2}
        className="runrow"
        style={style}
        data-index={index}
        data-run={id}
        data-vscode-context={runMenu(id, run.status, endedAt !== null)}
        tabIndex={isStop ? 0 : -1}
        onFocus={() => onFocus(index)}
        onClick={() => onOpen(id)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onOpen(id);
        }}
      >
        <span role="cell" className="row">
          <Icon name={look.icon} size={14} className={`${look.tone}${look.spins ? ' spin' : ''}`} />
          <span className="clip">{look.word}</span>
        </span>
        <span role="cell" className="clip" title={title}>
          {title}
        </span>
        <span role="cell" className="clip dim">
          {workflow}
        </span>
        <span role="cell" className="clip dim num" title={fullDate(createdAt)}>
          {moment(createdAt, now)}
        </span>
        <span role="cell" className="clip num">
          {took}
        </span>
        <span role="cell" className="clip num">
          {t('{0} of {1}', stepsDone, stepsTotal)}
        </span>
        <span role="cell" className="clip num">
          {costText(run)}
        </span>
      </div>
    );
  },
  (before, after) =>
    before.run === after.run &&
    before.top === after.top &&
    before.index === after.index &&
    before.isStop === after.isStop &&
    before.onOpen === after.onOpen &&
    (before.now === after.now || after.run?.endedAt !== null),
);

/** A run without calls to models cost nothing to tell of. */
function costText({ spent }: RunSummary): string {
  if (spent === undefined) return '–';
  if (spent.unknownCalls > 0) return spent.costMicroUsd > 0 ? t('{0} and more', cost(spent.costMicroUsd)) : cost(null);
  return cost(spent.costMicroUsd);
}
