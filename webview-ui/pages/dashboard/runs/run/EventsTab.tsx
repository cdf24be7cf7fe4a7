// Every event of the run as it is stored; one opens to its whole JSON.

import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactElement, useMemo, useRef, useState } from 'react';
import type { RunEvent } from '#protocol/runEvents.ts';
import { IconButton } from '#ui/components/Button.tsx';
import { fullDate } from '#ui/format.ts';
import type { RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { hasScreenReader } from '#ui/pages/dashboard/runs/useNow.ts';
import { host } from '#ui/rpc/core.ts';
import { t } from '#ui/text.ts';

const ROW = 22;
const PLAIN_ROWS = 500;
/** Characters of an event that are laid out; the copy has them all. */
const SHOWN = 20_000;

export function EventsTab({ model, selected }: { readonly model: RunPicture; readonly selected: string | null }): ReactElement {
  const events = useMemo(
    () => (selected === null ? model.events : model.events.filter((event) => 'path' in event && event.path.startsWith(selected))),
    [model, selected],
  );
  const [open, setOpen] = useState<RunEvent | null>(null);
  const [focused, setFocused] = useState(0);
  const scroll = useRef<HTMLDivElement>(null);
  const plain = hasScreenReader();
  const count = plain ? Math.min(PLAIN_ROWS, events.length) : events.length;
  const rows = useVirtualizer({ count, getScrollElement: () => scroll.current, estimateSize: () => ROW, overscan: plain ? count : 10 });
  const move = (event: KeyboardEvent): void => {
    const to = { ArrowDown: focused + 1, ArrowUp: focused - 1, Home: 0, End: count - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(count - 1, to));
    setFocused(next);
    rows.scrollToIndex(next);
    requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };
  return (
    <div className="events col">
      <div ref={scroll} className="scroll" role="listbox" aria-label={t('Events')} onKeyDown={move}>
        <div style={{ height: rows.getTotalSize(), position: 'relative' }} role="presentation">
          {rows.getVirtualItems().map(({ index, start }) => {
            const event = events[index];
            if (event === undefined) return null;
            const toggle = (): void => setOpen(open === event ? null : event);
            return (
              <div
                key={event.seq}
                role="option"
                aria-selected={event === open}
                className="erow"
                style={{ transform: `translateY(${start}px)` }}
                data-index={index}
                tabIndex={index === Math.min(focused, count - 1) ? 0 : -1}
                onFocus={() => setFocused(index)}
                onClick={toggle}
                onKeyDown={(key) => {
                  if (key.key === 'Enter') toggle();
                }}
              >
                <span className="num dim">{event.seq}</span>
                <time className="num dim" title={fullDate(event.at)}>
                  {new Date(event.at).toLocaleTimeString('en-GB')}
                </time>
                <span className="mono clip">{event.type}</span>
                <span className="clip">{lineOf(event)}</span>
              </div>
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

/** Whatever it says about itself, in one line. */
function lineOf(event: RunEvent): string {
  const { path, summary, reason, title, error } = event as Partial<Record<'path' | 'summary' | 'reason' | 'title', string>> & {
    readonly error?: { readonly message: string };
  };
  const said = error?.message ?? summary ?? title ?? reason ?? '';
  return [path, said].filter((part) => part !== undefined && part !== '').join(' · ');
}
