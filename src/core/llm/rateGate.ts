// The state of one credential: closed for a while after a 429, or disabled until a person acts.

import type { Clock } from '#base/clock.ts';

/** Ms waited after a 429 that does not say how long. */
const FALLBACK_WAIT_MS = 5000;
/** The longest Retry-After that is believed, in ms. */
const MAX_WAIT_MS = 120_000;

export interface GateState {
  /** Epoch ms; 0 when open. */
  readonly closedUntil: number;
  /** Error code that disabled the credential (`llm.auth`, `llm.quota`); null when it is usable. */
  readonly disabledBy: string | null;
}

const OPEN_GATE: GateState = { closedUntil: 0, disabledBy: null };

export class RateGate {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #state: GateState;

  constructor(ports: { clock: Clock; onChange: () => void; initial?: GateState | undefined }) {
    this.#clock = ports.clock;
    this.#onChange = ports.onChange;
    this.#state = ports.initial ?? OPEN_GATE;
  }

  get state(): GateState {
    return this.#state;
  }

  /** Ms until calls may be made again; 0 when they may now. */
  get waitMs(): number {
    return Math.max(0, this.#state.closedUntil - this.#clock.now());
  }

  /** Honours what the vendor asked for, up to MAX_WAIT_MS. Never shortens a wait already under way. */
  closeFor(retryAfterMs: number | null): void {
    const waitMs = Math.min(retryAfterMs ?? FALLBACK_WAIT_MS, MAX_WAIT_MS);
    const closedUntil = Math.max(this.#state.closedUntil, this.#clock.now() + waitMs);
    this.#move({ ...this.#state, closedUntil });
  }

  disable(code: string): void {
    this.#move({ ...this.#state, disabledBy: code });
  }

  reset(): void {
    this.#move(OPEN_GATE);
  }

  #move(next: GateState): void {
    this.#state = next;
    this.#onChange();
  }
}
