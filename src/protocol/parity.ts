// What a runtime can do, measured: the table of compared features, one verdict each, with its evidence.

import type { ErrorView } from '#base/errors.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

export type FeatureGroup =
  | 'Infrastructure'
  | 'Task Execution'
  | 'Workflow Orchestration'
  | 'State Management'
  | 'Observability'
  | 'Agent Management';

export type FeaturePriority = 'critical' | 'important' | 'nice to have';

export type ParityVerdict = 'available' | 'partial' | 'unavailable';

/** One claim about a feature that was put to the test. */
export interface ParityEvidence {
  /** What the probe had done just before it looked. */
  readonly did: string;
  readonly expected: string;
  readonly measured: string;
  readonly passed: boolean;
}

/** What a runtime told while it was probed. */
export interface ParityTraceEvent {
  /** Milliseconds after the probe began, by the clock of the probe: it may skip waits. */
  readonly afterMs: number;
  /** Which of the probe's runs, from 1 in the order in which they began. */
  readonly run: number;
  readonly type: RunEvent['type'];
  readonly path: string | null;
}

/** `probe error`: the probe itself or its host broke; nothing is said about the runtime. */
export type ParityResult = {
  readonly feature: string;
  /** Epoch ms when its probe began. */
  readonly at: number;
  /** Milliseconds the probe took. */
  readonly durationMs: number;
  readonly evidence: readonly ParityEvidence[];
  /** The first 100 events. Only with the outcomes of one feature; absent when it was measured before this was kept. */
  readonly trace?: readonly ParityTraceEvent[];
} & (
  | { readonly verdict: ParityVerdict; /** Claims that did not hold; none when available. */ readonly missing: readonly string[] }
  | { readonly verdict: 'probe error'; readonly error: ErrorView }
);

/** One measurement of one runtime. The newest, as it is given, has in it what was measured again alone later: see `at` of each result. */
export interface ParityReport {
  readonly runtime: string;
  /** Epoch ms of its start. */
  readonly at: number;
  readonly durationMs: number;
  /** Features with the verdict `available`. */
  readonly available: number;
  readonly total: number;
  /** In the order of the feature table. */
  readonly results: readonly ParityResult[];
}

export type ParitySummary = Omit<ParityReport, 'results'>;

export interface ParityFeature {
  readonly id: string;
  readonly name: string;
  readonly group: FeatureGroup;
  readonly priority: FeaturePriority;
}

/** Reports in the order in which the runtimes are registered. */
export interface ParityTable {
  readonly features: readonly ParityFeature[];
  readonly reports: readonly ParityReport[];
}
