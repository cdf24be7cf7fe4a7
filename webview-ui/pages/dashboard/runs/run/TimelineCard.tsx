// The run along its time: steps, and what the chosen one (or else the running ones) did within.

import { memo, type ReactElement, useMemo } from 'react';
import { duration, elapsed } from '#base/figures.ts';
import type { LiveSteps } from '#protocol/pages/runFeed.ts';
import { Icon } from '#ui/components/Icon.tsx';
import { stepLook } from '#ui/pages/dashboard/runs/looks.ts';
import { isEnded, type RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import type { Span } from '#ui/pages/dashboard/runs/model/spans.ts';
import type { StepNow, Stretch } from '#ui/pages/dashboard/runs/model/steps.ts';
import { instanceOf } from '#ui/pages/dashboard/runs/model/shape.ts';
import { axisMarks, type TimelineRow, TimelineRows } from '#ui/pages/dashboard/runs/model/timeline.ts';
import { useRovingRows } from '#ui/pages/dashboard/runs/useRovingRows.ts';
import { hasScreenReader } from '#ui/pages/dashboard/runs/useNow.ts';
import { t } from '#ui/text.ts';

const ROW = 22;
/** Running steps whose spans are shown while nothing is chosen. */
const UNFOLDED = 2;
const PLAIN_ROWS = 500;

export interface TimelineCardProps {
  readonly model: RunPicture;
  readonly live: LiveSteps;
  readonly now: number;
  /** Path of a step. */
  readonly selected: string | null;
  readonly onSelect: (path: string | null) => void;
}

export function TimelineCard({ model, live, now, selected, onSelect }: TimelineCardProps): ReactElement {
  const all = useMemo(() => new TimelineRows(model, live, unfolded(model, selected)), [model, live, selected]);
  const { scroller, onScroll, ...rows } = useRovingRows(hasScreenReader() ? Math.min(PLAIN_ROWS, all.count) : all.count, ROW);
  const from = model.created.at;
  const end = model.endedAt ?? now;
  const marks = axisMarks(end - from);
  const length = marks.at(-1) ?? 1;
  return (
    <section className="card timeline" aria-label={t('Timeline')}>
      <header className="hd">
        <h2>{t('Timeline')}</h2>
        <Legend />
      </header>
      <div className="axis tiny dim num" aria-hidden="true">
        {marks.map((mark) => (
          <span key={mark} style={{ left: `${(100 * mark) / length}%` }}>
            {mark === 0 ? '0' : duration(mark)}
          </span>
        ))}
      </div>
      <div className="plot">
        <div className="lines" aria-hidden="true">
          {marks.map((mark) => (
            <i key={mark} style={{ left: `${(100 * mark) / length}%` }} />
          ))}
          {!isEnded(model.status) && <i className="now" style={{ left: `${left({ from, length }, now)}%` }} />}
        </div>
        <div
          ref={scroller}
          className="scroll"
          role="listbox"
          aria-label={t('Steps in time')}
          onScroll={onScroll}
          onKeyDown={rows.onKeyDown}
        >
          <div style={{ height: rows.height, position: 'relative' }} role="presentation">
            {rows.shown.map((index) => {
              const row = all.at(index);
              if (row === undefined) return null;
              const isSelected = row.kind === 'step' && row.key === selected;
              const isStop = index === rows.stop;
              return <Row key={row.key} {...{ row, index, isStop, isSelected, from, length, onSelect }} now={end} onFocus={rows.onFocus} />;
            })}
          </div>
        </div>
      </div>
    </section>
  );
}

function unfolded(model: RunPicture, selected: string | null): ReadonlySet<string> {
  if (selected !== null) return new Set([selected]);
  const running: string[] = [];
  for (const { path, status, kind } of model.steps.all) {
    if (kind === 'task' && status === 'running' && running.push(path) >= UNFOLDED) break;
  }
  return new Set(running);
}

function Legend(): ReactElement {
  const kinds = [
    ['model', t('model')],
    ['tool', t('tool')],
    ['waiting', t('waiting')],
    ['failed', t('error')],
  ] as const;
  return (
    <span className="legend right">
      {kinds.map(([kind, word]) => (
        <span key={kind}>
          <i className={`bar ${kind}`} aria-hidden="true" />
          {word}
        </span>
      ))}
    </span>
  );
}

interface Scale {
  /** Where the axis begins, epoch ms, and its length in ms. */
  readonly from: number;
  readonly length: number;
  /** The end of what goes on. */
  readonly now: number;
}

/** Percent of the axis. */
function left({ from, length }: Pick<Scale, 'from' | 'length'>, at: number): number {
  return (100 * (at - from)) / length;
}

interface RowProps extends Scale {
  readonly row: TimelineRow;
  readonly index: number;
  readonly isStop: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (path: string | null) => void;
  readonly onFocus: (index: number) => void;
}

/** Drawn anew only when it shows something else: a step is another object after each event about it. */
const Row = memo(
  ({ row, index, isStop, isSelected, onSelect, onFocus, ...scale }: RowProps): ReactElement => {
    const path = row.kind === 'step' ? row.step.path : row.path;
    const choose = (): void => onSelect(isSelected ? null : path);
    return (
      <div
        role="option"
        aria-selected={isSelected}
        className={`trow ${row.kind}`}
        style={{ transform: `translateY(${index * ROW}px)` }}
        data-index={index}
        data-path={row.kind === 'step' ? path : undefined}
        tabIndex={isStop ? 0 : -1}
        onFocus={() => onFocus(index)}
        onClick={choose}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === ' ') {
            event.preventDefault();
            choose();
          }
        }}
      >
        {row.kind === 'step' ? <StepCells step={row.step} depth={row.depth} scale={scale} /> : <SpanCells row={row} scale={scale} />}
      </div>
    );
  },
  ({ row: before, ...one }, { row: after, ...other }) => isSameRow(before, after) && isShallowEqual(one, other),
);

function isSameRow(a: TimelineRow, b: TimelineRow): boolean {
  if (a.kind === 'step' || b.kind === 'step') return a.kind === 'step' && b.kind === 'step' && a.step === b.step;
  return a.key === b.key && a.times === b.times && isShallowEqual(a.span, b.span);
}

function isShallowEqual(a: object, b: object): boolean {
  return Object.entries(a).every(([key, value]) => (b as Readonly<Record<string, unknown>>)[key] === value);
}

function StepCells({ step, depth, scale }: { readonly step: StepNow; readonly depth: number; readonly scale: Scale }): ReactElement {
  const look = stepLook(step.status);
  const begun = step.startedAt !== null;
  const took =
    step.startedAt === null ? '' : step.endedAt === null ? elapsed(scale.now - step.startedAt) : duration(step.endedAt - step.startedAt);
  return (
    <>
      <span className={`name${begun ? '' : ' dim'}`} style={{ paddingLeft: 12 + 14 * depth }}>
        <Icon name={look.icon} size={14} className={`${look.tone}${look.spins ? ' spin' : ''}`} label={look.word} />
        <span className="clip" title={step.path}>
          {step.title} <span className="dim">{instanceOf(step.path)}</span>
        </span>
      </span>
      <span className="track" aria-hidden="true">
        {step.stretches.map((stretch) => (
          <Bar key={`${stretch.kind}${stretch.from}`} kind={barOf(stretch, step)} from={stretch.from} to={stretch.to} scale={scale} />
        ))}
      </span>
      <span className="took num">{begun ? took : look.word}</span>
    </>
  );
}

function barOf({ kind, to }: Stretch, { status }: StepNow): string {
  if (kind !== 'work') return kind;
  return to === null && status === 'running' ? 'running' : 'done';
}

function SpanCells({ row, scale }: { readonly row: Extract<TimelineRow, { kind: 'span' }>; readonly scale: Scale }): ReactElement {
  const { span, times, depth } = row;
  return (
    <>
      <span className="name dim" style={{ paddingLeft: 14 + 14 * depth }}>
        <span className="clip" title={span.label}>
          {spanLabel(span, times)}
        </span>
      </span>
      <span className="track" aria-hidden="true">
        <Bar kind={span.ok ? span.kind : 'failed'} from={span.from} to={span.to} scale={scale} />
      </span>
      <span className="took num">{duration(Math.max(0, (span.to ?? scale.now) - span.from))}</span>
    </>
  );
}

function spanLabel({ kind, label, ok }: Span, times: number): string {
  if (kind === 'tool') return times === 1 ? label : `${label} ×${times}`;
  if (kind === 'retry') return t('waited: {0}', label);
  return label === '' ? t('model call') : ok ? t('model call · {0}', label) : label;
}

function Bar({
  kind,
  from,
  to,
  scale,
}: {
  readonly kind: string;
  readonly from: number;
  readonly to: number | null;
  readonly scale: Scale;
}): ReactElement {
  const start = left(scale, from);
  return <i className={`bar ${kind}`} style={{ left: `${start}%`, width: `${Math.max(0, left(scale, to ?? scale.now) - start)}%` }} />;
}
