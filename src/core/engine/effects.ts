// What must happen after an event, as data. reduce() returns them, the runner performs them.

/** Leads to further facts at once, without leaving the engine. */
export type InnerEffect =
  /** All dependencies are settled: look at `when`, then queue or skip it. */
  | { readonly kind: 'enter'; readonly path: string }
  /** Queued, interrupted, or its backoff is over: start it when there is room. */
  | { readonly kind: 'dispatch'; readonly path: string }
  /** A gate or a composite runs: take the next decision about it. */
  | { readonly kind: 'advance'; readonly path: string }
  /** Undo this step next. */
  | { readonly kind: 'undo'; readonly path: string }
  /** All scopes of the run itself are settled. */
  | { readonly kind: 'finish' }
  /** It is no longer wanted: its scope failed, the run is cancelled, its parent was settled from outside. */
  | { readonly kind: 'cancel'; readonly path: string; readonly reason: string };

/** Touches the world, so only after the events before it are durable. */
export type OuterEffect =
  | { readonly kind: 'execute'; readonly path: string; readonly attempt: number }
  | { readonly kind: 'executeUndo'; readonly path: string; readonly attempt: number }
  /** Undo it at `at` (epoch ms). */
  | { readonly kind: 'undoAt'; readonly path: string; readonly at: number }
  /** Dispatch it at `at` (epoch ms). */
  | { readonly kind: 'retry'; readonly path: string; readonly at: number }
  /** It settled: whatever still works or waits for it must stop. */
  | { readonly kind: 'release'; readonly path: string }
  /** A composite or gate with a limit started: fail it at `at` unless it settles before. */
  | { readonly kind: 'limit'; readonly path: string; readonly at: number; readonly timeoutMs: number }
  /** A decision that an executor waits for was made. */
  | { readonly kind: 'answer'; readonly decisionId: string };

export type Effect = InnerEffect | OuterEffect;
