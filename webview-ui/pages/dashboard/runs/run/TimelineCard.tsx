// The run along its time: steps, and what the chosen one (or else the running ones) did within.

import { type ReactElement, useMemo } from 'react';
import { duration, elapsed } from '#base/figures.ts';
import type { LiveSteps } from '#protocol/pages/runFeed.ts';
import { Icon } from '#ui/components/Icon.tsx';
import { stepLook } from '#ui/pages/dashboard/runs/looks.ts';
import { isEnded, type RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import type { Span } from '#ui/pages/dashboard/runs/model/spans.ts';
import type { StepNow, Stretch } from '#ui/pages/dashboard/runs/model/steps.ts';
import { instanceOf } from '#ui/pages/dashboard/runs/model/shape.ts';
import { axisMarks, type TimelineRow, timelineRows } from '#ui/pages/dashboard/runs/model/timeline.ts';
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
  const all = useMemo(() => timelineRows(model, live, unfolded(model, selected)), [model, live, selected]);
  const { scroller, onScroll, ...rows } = useRovingRows(hasScreenReader() ? Math.min(PLAIN_ROWS, all.length) : all.length, ROW);
  const from = model.created.at;
  const end = model.endedAt ?? now;
  const marks = axisMarks(end - from);
  const length = marks.at(-1) ?? 1;
  const scale: Scale = { left: (at) => (100 * (at - from)) / length, now: end };
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
          {!isEnded(model.status) && <i className="now" style={{ left: `${scale.left(now)}%` }} />}
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
              const row = all[index];
              const place = { index, start: index * ROW, isStop: index === rows.stop };
              return row && <Row key={row.key} {...{ row, place, scale, selected, onSelect }} onFocus={rows.onFocus} />;
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
  /** Percent. */
  readonly left: (at: number) => number;
  /** The end of what goes on. */
  readonly now: number;
}

interface RowProps {
  readonly row: TimelineRow;
  readonly place: { readonly index: number; readonly start: number; readonly isStop: boolean };
  readonly scale: Scale;
  readonly selected: string | null;
  readonly onSelect: (path: string | null) => void;
  readonly onFocus: (index: number) => void;
}

function Row({ row, place, scale, selected, onSelect, onFocus }: RowProps): ReactElement {
  const path = row.kind === 'step' ? row.step.path : row.path;
  const isSelected = path === selected && row.kind === 'step';
  const choose = (): void => onSelect(isSelected ? null : path);
  return (
    <div
      role="option"
      aria-selected={isSelected}
      className={`trow ${row.kind}`}
      style={{ transform: `translateY(${place.start}px)` }}
      data-index={place.index}
      data-path={row.kind === 'step' ? path : undefined}
      tabIndex={place.isStop ? 0 : -1}
      onFocus={() => onFocus(place.index)}
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
  const left = scale.left(from);
  return <i className={`bar ${kind}`} style={{ left: `${left}%`, width: `${Math.max(0, scale.left(to ?? scale.now) - left)}%` }} />;
}
