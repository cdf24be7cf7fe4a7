// How large a drawing is shown: all of it until a person zooms. What does not fit scrolls, with the wheel, the keys or by dragging.

import { type PointerEvent, type RefCallback, useCallback, useEffect, useRef, useState } from 'react';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Zoom {
  readonly scale: number;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly showAll: () => void;
  /** For the element that scrolls. */
  readonly scroller: {
    readonly ref: RefCallback<HTMLElement>;
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  };
}

const LEAST = 0.2;
const MOST = 2;
const STEP = 1.2;

export function useZoom({ width, height }: Size): Zoom {
  const [room, setRoom] = useState<Size | null>(null);
  /** Null: as much as shows all. */
  const [chosen, setChosen] = useState<number | null>(null);
  const [element, setElement] = useState<HTMLElement | null>(null);
  useEffect(() => {
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setRoom({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  const all = room === null ? 1 : Math.max(LEAST, Math.min(1, room.width / width, room.height / height));
  const scale = chosen ?? all;

  const dragged = useRef<{ readonly x: number; readonly y: number; readonly left: number; readonly top: number } | null>(null);
  const onPointerDown = useCallback((event: PointerEvent<HTMLElement>) => {
    const { currentTarget: box, target, clientX: x, clientY: y } = event;
    dragged.current = null;
    if (event.button !== 0 || (target as Element).closest('button') !== null) return;
    dragged.current = { x, y, left: box.scrollLeft, top: box.scrollTop };
    box.setPointerCapture(event.pointerId);
  }, []);
  const onPointerMove = useCallback(({ currentTarget: box, buttons, clientX, clientY }: PointerEvent<HTMLElement>) => {
    const from = dragged.current;
    if (from === null || buttons !== 1) return;
    box.scrollTo(from.left - (clientX - from.x), from.top - (clientY - from.y));
  }, []);
  return {
    scale,
    zoomIn: () => setChosen(Math.min(MOST, scale * STEP)),
    zoomOut: () => setChosen(Math.max(LEAST, scale / STEP)),
    showAll: () => setChosen(null),
    scroller: { ref: setElement, onPointerDown, onPointerMove },
  };
}
