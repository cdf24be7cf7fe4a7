// What waits, and for what.

export interface QueueScope {
  /** `runs`, `workflow:code-review`, `agent:qa`, `provider:anthropic`. */
  readonly scope: string;
  /** Null: no limit. */
  readonly limit: number | null;
  readonly used: number;
  readonly waiting: number;
}

export interface QueueStatus {
  /** Those in use or waited for. */
  readonly scopes: readonly QueueScope[];
  /** Runs that wait for their time. */
  readonly delayed: number;
}
