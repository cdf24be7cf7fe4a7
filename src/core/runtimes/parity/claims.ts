// What a probe claims and what it measured. The verdict follows from the claims alone.

import type { ParityEvidence, ParityVerdict } from '#protocol/parity.ts';

export class Claims {
  readonly #evidence: ParityEvidence[] = [];
  #did = '';
  /** A claim without which the feature is not there did not hold. */
  #broken = false;
  #held = false;

  /** What the probe does next; the claims after it rest on that. */
  did(action: string): void {
    this.#did = action;
  }

  /** Without this the feature is unavailable. */
  must(expected: string, passed: boolean, measured: unknown): void {
    this.#add(expected, passed, measured);
    if (passed) this.#held = true;
    else this.#broken = true;
  }

  /** Without this the feature is partial. */
  should(expected: string, passed: boolean, measured: unknown): void {
    this.#add(expected, passed, measured);
  }

  /** The runtime itself threw or did not answer: what came after it is not there. */
  fault(message: string): void {
    this.#add('the runtime does what it is asked', false, message);
    if (!this.#held) this.#broken = true;
  }

  get evidence(): readonly ParityEvidence[] {
    return this.#evidence;
  }

  get missing(): readonly string[] {
    return this.#evidence.filter((one) => !one.passed).map(({ expected, measured }) => `${expected} (measured: ${measured})`);
  }

  /** Null when nothing was claimed: a probe that claims nothing proves nothing. */
  get verdict(): ParityVerdict | null {
    if (this.#broken) return 'unavailable';
    if (this.#evidence.some((one) => !one.passed)) return 'partial';
    return this.#held ? 'available' : null;
  }

  #add(expected: string, passed: boolean, measured: unknown): void {
    const shown = typeof measured === 'string' ? measured : (JSON.stringify(measured) ?? 'nothing');
    this.#evidence.push({ did: this.#did, expected, measured: shown.slice(0, 500), passed });
  }
}
