// Long lists: only the rows in view exist, and the list is one stop for the keyboard with arrows, Home and End.

import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useRowWindow } from '#ui/components/useRowWindow.ts';

export interface RovingRows {
  /** For the element that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onScroll: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  /** Px of all rows together. */
  readonly height: number;
  /** Indexes of the rows that exist now. Row `index` stands at `index * rowHeight` and says so in `data-index`. */
  readonly shown: readonly number[];
  /** The row that Tab stops at. */
  readonly stop: number;
  readonly onFocus: (index: number) => void;
}

export function useRovingRows(count: number, rowHeight: number): RovingRows {
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const stop = Math.max(0, Math.min(focused, count - 1));
  const { first, end, onScroll } = useRowWindow(scroller, { count, rowHeight, keep: stop });
  // The row may come to be only after the list was scrolled to it.
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    const row = wanted.current === null ? null : scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (!row) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const box = scroller.current;
    if (box === null) return;
    const page = Math.max(1, Math.floor(box.clientHeight / rowHeight) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: stop + 1,
      ArrowUp: stop - 1,
      PageDown: stop + page,
      PageUp: stop - page,
      Home: 0,
      End: count - 1,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(count - 1, to));
    setFocused(next);
    box.scrollTop = Math.min(next * rowHeight, Math.max(box.scrollTop, (next + 1) * rowHeight - box.clientHeight));
    wanted.current = next;
  };
  const shown = Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);
  return { scroller, onScroll, onKeyDown, height: count * rowHeight, shown, stop, onFocus: setFocused };
}
