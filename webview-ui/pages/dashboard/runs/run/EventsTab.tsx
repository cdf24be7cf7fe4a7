// Every event of the run as it is stored; one opens to its whole JSON.

import { memo, type ReactElement, useCallback, useMemo, useState } from 'react';
import type { RunEvent } from '#protocol/runEvents.ts';
import { IconButton } from '#ui/components/Button.tsx';
import { fullDate, timeOfDay } from '#ui/format.ts';
import type { RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { isWithin } from '#ui/pages/dashboard/runs/model/shape.ts';
import { useRovingRows } from '#ui/pages/dashboard/runs/useRovingRows.ts';
import { hasScreenReader } from '#ui/pages/dashboard/runs/useNow.ts';
import { host } from '#ui/rpc/core.ts';
import { t } from '#ui/text.ts';

const ROW = 22;
const PLAIN_ROWS = 500;
/** Characters of an event that are laid out; the copy has them all. */
const SHOWN = 20_000;

export function EventsTab({ model, selected }: { readonly model: RunPicture; readonly selected: string | null }): ReactElement {
  const events = useMemo(
    () => (selected === null ? model.events : model.events.filter((event) => 'path' in event && isWithin(event.path, selected))),
    [model, selected],
  );
  const [open, setOpen] = useState<RunEvent | null>(null);
  const toggle = useCallback((event: RunEvent) => setOpen((before) => (before === event ? null : event)), []);
  const { scroller, onScroll, ...rows } = useRovingRows(hasScreenReader() ? Math.min(PLAIN_ROWS, events.length) : events.length, ROW);
  return (
    <div className="events col">
      <div ref={scroller} className="scroll" role="listbox" aria-label={t('Events')} onScroll={onScroll} onKeyDown={rows.onKeyDown}>
        <div style={{ height: rows.height, position: 'relative' }} role="presentation">
          {rows.shown.map((index) => {
            const event = events[index];
            return (
              event && (
                <EventRow
                  key={event.seq}
                  {...{ event, index }}
                  isOpen={event === open}
                  isStop={index === rows.stop}
                  onToggle={toggle}
                  onFocus={rows.onFocus}
                />
              )
            );
          })}
        </div>
      </div>
      {open !== null && (
        <div className="opened">
          <p className="row">
            <b className="mono">{open.type}</b>
            <span className="right">
              <IconButton
                icon="copy"
                label={t('Copy Event')}
                onClick={() => void host('copyText', { text: JSON.stringify(open, null, 2) })}
              />
              <IconButton icon="close" label={t('Close')} onClick={() => setOpen(null)} />
            </span>
          </p>
          <pre className="json" tabIndex={0}>
            {JSON.stringify(open, null, 2).slice(0, SHOWN)}
          </pre>
        </div>
      )}
    </div>
  );
}

interface EventRowProps {
  readonly event: RunEvent;
  readonly index: number;
  readonly isOpen: boolean;
  readonly isStop: boolean;
  readonly onToggle: (event: RunEvent) => void;
  readonly onFocus: (index: number) => void;
}

/** Events never change. */
const EventRow = memo(({ event, index, isOpen, isStop, onToggle, onFocus }: EventRowProps): ReactElement => {
  const toggle = (): void => onToggle(event);
  return (
    <div
      role="option"
      aria-selected={isOpen}
      className="erow"
      style={{ transform: `translateY(${index * ROW}px)` }}
      data-index={index}
      tabIndex={isStop ? 0 : -1}
      onFocus={() => onFocus(index)}
      onClick={toggle}
      onKeyDown={(key) => {
        if (key.key === 'Enter') toggle();
      }}
    >
      <span className="num dim">{event.seq}</span>
      <time className="num dim" title={fullDate(event.at)}>
        {timeOfDay(event.at)}
      </time>
      <span className="mono clip">{event.type}</span>
      <span className="clip">{lineOf(event)}</span>
    </div>
  );
});

/** Whatever it says about itself, in one line. */
function lineOf(event: RunEvent): string {
  const { path, summary, reason, title, error } = event as Partial<Record<'path' | 'summary' | 'reason' | 'title', string>> & {
    readonly error?: { readonly message: string };
  };
  const said = error?.message ?? summary ?? title ?? reason ?? '';
  return [path, said].filter((part) => part !== undefined && part !== '').join(' · ');
}
