// Running probes from the page: the whole sweep, or one feature, one at a time.

import { useCallback, useState } from 'react';
import { type ErrorView, toErrorView } from '#base/errors.ts';
import { callWith } from '#ui/rpc/core.ts';

/** A sweep takes seconds; a runtime that hangs is given up by each probe. */
const TIMEOUT_MS = 10 * 60_000;

export interface Probes {
  /** What is being measured: `all`, or a feature's id. Null: nothing. */
  readonly running: string | null;
  readonly error: ErrorView | null;
  readonly runAll: () => void;
  readonly runOne: (feature: string) => void;
}

/** `read`: reads what was measured; a probe counts as running until that is shown. */
export function useProbes(read: () => Promise<void>): Probes {
  const [running, setRunning] = useState<string | null>(null);
  const [error, setError] = useState<ErrorView | null>(null);
  const run = useCallback(
    async (feature: string | null) => {
      setRunning(feature ?? 'all');
      setError(null);
      try {
        await callWith({ timeoutMs: TIMEOUT_MS }, 'parity.run', feature === null ? {} : { feature });
        await read();
      } catch (thrown) {
        setError(toErrorView(thrown));
      } finally {
        setRunning(null);
      }
    },
    [read],
  );
  return {
    running,
    error,
    runAll: () => void (running === null && run(null)),
    runOne: (feature) => void (running === null && run(feature)),
  };
}
