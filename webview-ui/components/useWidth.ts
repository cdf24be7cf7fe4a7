import { type RefObject, useEffect, useRef, useState } from 'react';

/** Width of an element in px, followed; `initial` before it is known. */
export function useWidth<E extends HTMLElement>(initial: number): readonly [RefObject<E | null>, number] {
  const element = useRef<E>(null);
  const [width, setWidth] = useState(initial);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(1, Math.round(entry.contentRect.width))));
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
