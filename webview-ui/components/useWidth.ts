import { type RefCallback, useCallback, useState } from 'react';

/** Width of an element in px, followed, also of one that takes its place later; `initial` before it is known. */
export function useWidth<E extends HTMLElement>(initial: number): readonly [RefCallback<E>, number] {
  const [width, setWidth] = useState(initial);
  const follow = useCallback((element: E) => {
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(1, Math.round(entry.contentRect.width))));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [follow, width];
}
