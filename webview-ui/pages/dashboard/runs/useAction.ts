// One thing a person asked for: under way, done, or refused with a reason that is shown where it was asked.

import { useCallback, useState } from 'react';
import { type ErrorView, isAbort, toErrorView } from '#base/errors.ts';

export interface Action {
  readonly isBusy: boolean;
  readonly error: ErrorView | null;
  /** Starts it unless one is under way. Resolves to false when it failed, and then `error` says why. */
  readonly start: (work: () => Promise<unknown>) => Promise<boolean>;
}

export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorView | null>(null);
  const start = useCallback(async (work: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (thrown) {
      if (!isAbort(thrown)) setError(toErrorView(thrown));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return { isBusy, error, start };
}
