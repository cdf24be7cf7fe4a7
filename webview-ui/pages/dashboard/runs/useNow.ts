// The time, for what ticks.

import { useEffect, useState } from 'react';

const SECOND = 1_000;
/** What a screen reader reads out must not change under it. */
const SPOKEN_MS = 30_000;

/** Epoch ms; moves each second while `isTicking`, each 30 s with a screen reader. */
export function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isTicking) return undefined;
    const timer = setInterval(() => setNow(Date.now()), hasScreenReader() ? SPOKEN_MS : SECOND);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}

/** Then rows are not virtual and nothing scrolls by itself. */
export function hasScreenReader(): boolean {
  return document.body.classList.contains('vscode-using-screen-reader');
}
