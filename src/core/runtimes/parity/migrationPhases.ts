// The built-in migration from CustomRuntime to LangGraphRuntime: its phases, and the probe that sets the status of each feature.

import { type FeatureId, features } from '#core/runtimes/parity/features.ts';
import type { FeatureGroup } from '#protocol/parity.ts';

export type MigrationPhase = 'Core Infrastructure' | 'Task Management' | 'State Management' | 'Observability' | 'Agent Management';

const phaseOf: { readonly [G in FeatureGroup]: MigrationPhase } = {
  Infrastructure: 'Core Infrastructure',
  'Task Execution': 'Task Management',
  'Workflow Orchestration': 'Task Management',
  'State Management': 'State Management',
  Observability: 'Observability',
  'Agent Management': 'Agent Management',
};

/** In the order of the feature table. `probe` is the `feature` of the ParityResult that measures it. */
export const migrationFeatures: readonly { readonly name: string; readonly phase: MigrationPhase; readonly probe: FeatureId }[] =
  features.map(({ id, name, group }) => ({ name, phase: phaseOf[group], probe: id }));
