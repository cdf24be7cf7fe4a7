// One probe: drives a runtime as a user would, and claims what it saw.

import type { Claims } from '#core/runtimes/parity/claims.ts';
import type { FeatureId } from '#core/runtimes/parity/features.ts';
import type { Lab } from '#core/runtimes/parity/lab.ts';

export interface Probe {
  readonly feature: FeatureId;
  run(lab: Lab, claims: Claims): Promise<void>;
}
