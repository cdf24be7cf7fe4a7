// A key in use, as it is told to whoever keeps the audit. Only names and fingerprints: never a key.

export interface KeyUse {
  readonly provider: string;
  readonly model: string;
  /** Name of the secret: `ANTHROPIC_API_KEY`. */
  readonly secret: string;
  /** Fingerprint of the key. */
  readonly credential: string;
  /** '' for a test call. */
  readonly agent: string;
  /** Null outside a run. */
  readonly origin: CallOrigin | null;
}

/** The step a call is made for. */
export interface CallOrigin {
  readonly runId: string;
  readonly path: string;
}

/** Both return at once and never throw: no call waits for its audit. */
export interface KeyUseListener {
  /** Just before a key is sent. */
  used(use: KeyUse): void;
  /** The vendor refused it (`llm.auth`), or its account is empty (`llm.quota`). */
  refused(use: KeyUse, code: string): void;
}
