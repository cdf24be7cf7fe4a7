// Which rows of a long table are drawn: those in sight and some around. All of them for a screen reader.

import { type RefObject, useCallback, useEffect, useState } from 'react';

/** Fewer rows than this are simply all drawn. */
const ALL = 100;
const AROUND = 20;
/** Scrolling by less than this many rows draws nothing new. */
const STEP = 8;

export interface RowWindowOptions {
  readonly count: number;
  readonly rowHeight: number;
  /** Index of the row that holds the focus. */
  readonly keep: number;
}

export interface RowWindow {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  readonly onScroll: () => void;
}

export function useRowWindow(scroller: RefObject<HTMLElement | null>, { count, rowHeight, keep }: RowWindowOptions): RowWindow {
  const [view, setView] = useState({ top: 0, shown: 40 });
  const measure = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const top = Math.floor(element.scrollTop / rowHeight / STEP) * STEP;
    const shown = Math.ceil(element.clientHeight / rowHeight);
    setView((before) => (before.top === top && before.shown === shown ? before : { top, shown }));
  }, [scroller, rowHeight]);
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [measure, scroller]);
  if (count <= ALL || document.body.classList.contains('vscode-using-screen-reader')) return { first: 0, end: count, onScroll: measure };
  const first = Math.max(0, Math.min(view.top - AROUND, count - view.shown - AROUND));
  const end = Math.min(count, view.top + view.shown + STEP + AROUND);
  // The focused row stays drawn while it is near, so that the focus is not lost by a little scrolling.
  const isNear = keep < first ? first - keep < AROUND : keep - end < AROUND;
  return { first: isNear ? Math.min(first, keep) : first, end: isNear ? Math.max(end, keep + 1) : end, onScroll: measure };
}
