// Feature delivery and migration plans: what is asked and answered about `.cas/migrations/*.yaml`.
// Hours are decimal hours, dates are calendar days `YYYY-MM-DD`, times named `…At` are epoch milliseconds.

import { z } from 'zod';
import type { FileProblem } from '#protocol/workflow.ts';

export const planKinds = ['feature delivery', 'migration'] as const;
export type PlanKind = (typeof planKinds)[number];

/** Where the work is: what a migration moves to, or what a delivery builds. */
export const featureStatuses = ['not started', 'in progress', 'done', 'unknown'] as const;
export type FeatureStatus = (typeof featureStatuses)[number];

/** What a side of a migration offers. `retired`: the old side was taken away on purpose. */
export const sideStates = ['available', 'partial', 'unavailable', 'retired'] as const;
export type SideState = (typeof sideStates)[number];

export const planPriorities = ['critical', 'important', 'nice to have'] as const;
export type PlanPriority = (typeof planPriorities)[number];

/** Where an entry of hours comes from: typed by a person, measured by a clock, or by a run. */
export const hoursOrigins = ['hand', 'clock', 'run'] as const;
export type HoursOrigin = (typeof hoursOrigins)[number];

/** `blocked`: not started, and something it needs is not done. */
export type FeatureState = FeatureStatus | 'blocked';

/** `under`: actual ≤ planned; `over`: actual > planned; `none`: nothing spent yet; `unplanned`: spent, but never estimated. */
export type HoursState = 'under' | 'over' | 'none' | 'unplanned';

export interface HoursView {
  /** Null: not estimated. */
  readonly planned: number | null;
  /** Null: nothing recorded. */
  readonly actual: number | null;
  readonly state: HoursState;
}

export interface HoursSum extends HoursView {
  /** Features that are in no estimate, so `planned` says nothing of them. */
  readonly unestimated: number;
}

export interface HoursEntry {
  /** Negative in a correction. */
  readonly hours: number;
  readonly from: HoursOrigin;
  readonly date: string | null;
  /** Run that it was measured in. */
  readonly run: string | null;
  /** ISO time at which the clock was started. */
  readonly since: string | null;
  readonly note: string | null;
}

export interface FeatureView {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Null: in no phase. */
  readonly phase: string | null;
  readonly priority: PlanPriority;
  readonly status: FeatureStatus;
  readonly state: FeatureState;
  /** Null in a feature delivery. `old` is null where the file does not say. */
  readonly sides: { readonly old: SideState | null; readonly new: SideState | null } | null;
  readonly hours: HoursView;
  readonly entries: readonly HoursEntry[];
  /** Planned less actual; null when done, not estimated, or already over the estimate. */
  readonly remainingHours: number | null;
  readonly addedDate: string | null;
  readonly startedDate: string | null;
  readonly completedDate: string | null;
  readonly dependencies: readonly string[];
  /** Dependencies that are not done. */
  readonly blockedBy: readonly string[];
  /** Features that need this one and are not done. */
  readonly unblocks: readonly string[];
  readonly onCriticalPath: boolean;
  readonly notes: string;
  /** 1-based line of the feature in the file. */
  readonly line: number;
  /** When the running clock was started. */
  readonly clockAt: number | null;
}

export interface PhaseView {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** From 1. */
  readonly number: number;
  readonly done: number;
  readonly total: number;
  readonly state: 'done' | 'in progress' | 'not started';
  readonly hours: HoursSum;
  readonly line: number;
}

/** Rates over a window that ends today. */
export interface Velocity {
  readonly featuresPerWeek: number;
  /** Planned hours of the features that were completed; null when none of them was estimated. */
  readonly hoursPerWeek: number | null;
  /** What it rests on. */
  readonly completed: number;
  /** Length of the window; under 4 when the plan is younger. */
  readonly weeks: number;
}

export interface VelocityWeek {
  /** Its Monday. */
  readonly date: string;
  /** Number of the ISO week. */
  readonly week: number;
  readonly features: number;
  readonly hours: number;
  /** The week that is not over yet. */
  readonly current: boolean;
}

export interface BurnUp {
  /** At the end of each week, and today: features there were, and features done by then. */
  readonly points: readonly { readonly date: string; readonly scope: number; readonly done: number }[];
  /** From nothing at the start to today's scope at the target date; null without both dates. */
  readonly plan: { readonly from: string; readonly to: string; readonly scope: number } | null;
  /** Done features without a completion date: counted today, because nothing says when. */
  readonly undated: number;
}

/** Days are given at which 15 %, 50 % and 85 % of the simulated futures were done. */
export type Forecast =
  | {
      readonly kind: 'forecast';
      readonly earliest: string;
      readonly likely: string;
      readonly latest: string;
      /** Full weeks the rates were drawn from, and features completed in them. */
      readonly weeks: number;
      readonly completed: number;
      /** `likely` less the target date; null without one. */
      readonly daysAfterPlan: number | null;
    }
  /** `need`: full weeks, or completed features, of which there are `have`. */
  | {
      readonly kind: 'none';
      readonly why: 'finished' | 'empty' | 'fewWeeks' | 'fewFeatures' | 'tooFar';
      readonly have: number;
      readonly need: number;
    };

export interface NextStep {
  readonly feature: string;
  readonly name: string;
  readonly action: 'start' | 'finish';
  readonly priority: PlanPriority;
  /** Features that wait for it, directly or through others. */
  readonly unblocks: number;
  readonly remainingHours: number | null;
  readonly onCriticalPath: boolean;
  /** Why it stands where it does: what set it above the next one. */
  readonly because: 'in progress' | 'unblocks most' | 'priority' | 'critical path' | 'order';
}

export interface MigrationFigures {
  readonly kind: PlanKind;
  readonly description: string;
  /** Null in a feature delivery. */
  readonly sides: { readonly old: string; readonly new: string } | null;
  readonly startDate: string | null;
  readonly targetDate: string | null;
  readonly hoursPerWeek: number | null;
  /** `percent` is cut, not rounded: 100 only when all are done. Null without features. */
  readonly progress: {
    readonly done: number;
    readonly total: number;
    readonly percent: number | null;
    /** Planned hours of done features against those of all; null when nothing was estimated. */
    readonly hours: { readonly done: number; readonly planned: number } | null;
  };
  readonly hours: HoursSum;
  readonly phases: readonly PhaseView[];
  readonly features: readonly FeatureView[];
  /** The chain of unfinished features with the most remaining hours, first to last; `hours` null when none of them is estimated. */
  readonly criticalPath: { readonly features: readonly string[]; readonly hours: number | null; readonly unestimated: number };
  readonly velocity: Velocity | null;
  /** The last 11 weeks at most, oldest first; empty before anything was completed. */
  readonly weeks: readonly VelocityWeek[];
  readonly burnUp: BurnUp;
  readonly forecast: Forecast;
  readonly nextSteps: readonly NextStep[];
  /** Features whose new side offers at least what the old one does; null in a feature delivery or where no old side is told. */
  readonly parity: { readonly equal: number; readonly of: number } | null;
}

export interface MigrationSummary {
  readonly id: string;
  readonly name: string;
  readonly kind: PlanKind | null;
  readonly source: 'built-in' | 'workspace';
  /** Absolute path; null for the built-in plan. */
  readonly file: string | null;
  readonly done: number;
  readonly total: number;
  readonly percent: number | null;
  readonly next: NextStep | null;
  readonly problems: readonly FileProblem[];
}

/** `untrusted`: the folder is not trusted; `built-in`: it comes with CAS and can be copied; `invalid`: its file has errors. */
export type ReadOnlyReason = 'untrusted' | 'built-in' | 'invalid';

export interface MigrationView {
  readonly id: string;
  readonly name: string;
  readonly source: 'built-in' | 'workspace';
  readonly file: string | null;
  /** SHA-256 (hex) of the file as it was read; an edit names it so that it never overwrites a newer one. Null for the built-in plan. */
  readonly hash: string | null;
  /** Why it cannot be edited now; null when it can. */
  readonly readOnly: ReadOnlyReason | null;
  readonly problems: readonly FileProblem[];
  /** True: the file has errors now, and the figures are those of the last time it had none. */
  readonly stale: boolean;
  /** Null: it has errors, and was never read without any. */
  readonly figures: MigrationFigures | null;
  /** When the probes set the statuses; null for a plan whose file says them, or that was never measured. */
  readonly measuredAt: number | null;
  /** Runs for a feature that ended and whose time could not be written down yet. */
  readonly unrecorded: readonly { readonly run: string; readonly feature: string; readonly hours: number; readonly reason: string }[];
  /** What the figures were computed for. */
  readonly at: number;
}

const planId = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower-case letters, digits and `-`, a letter first');
const featureId = z.string().min(1).max(56);
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'a day such as 2026-12-24');
const hours = z.number().min(0).max(10_000);
const text = z.string().max(10_000);

/** One change of the file. `null` takes a value away. */
export const migrationEditSchema = z.discriminatedUnion('kind', [
  /** Done fills in today as the completion date, in progress today as the start, where there is none; back from done takes the completion date away. */
  z.strictObject({ kind: z.literal('status'), feature: featureId, status: z.enum(featureStatuses) }),
  z.strictObject({ kind: z.literal('oldSide'), feature: featureId, state: z.enum(sideStates).nullable() }),
  z.strictObject({ kind: z.literal('estimatedHours'), feature: featureId, hours: hours.nullable() }),
  /** The total. Where entries are listed, the difference is added as an entry by hand. */
  z.strictObject({ kind: z.literal('actualHours'), feature: featureId, hours }),
  z.strictObject({
    kind: z.literal('logHours'),
    feature: featureId,
    hours: z.number().positive().max(10_000),
    date: day.optional(),
    note: z.string().max(500).optional(),
  }),
  z.strictObject({ kind: z.literal('completedDate'), feature: featureId, date: day.nullable() }),
  z.strictObject({ kind: z.literal('startedDate'), feature: featureId, date: day.nullable() }),
  z.strictObject({ kind: z.literal('name'), feature: featureId, name: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal('phase'), feature: featureId, phase: z.string().min(1).max(64).nullable() }),
  z.strictObject({ kind: z.literal('priority'), feature: featureId, priority: z.enum(planPriorities) }),
  z.strictObject({ kind: z.literal('notes'), feature: featureId, notes: text.nullable() }),
  z.strictObject({
    kind: z.literal('addFeature'),
    name: z.string().min(1).max(200),
    /** Default: made from the name. */
    feature: featureId.optional(),
    phase: z.string().max(64).optional(),
    priority: z.enum(planPriorities).optional(),
    estimatedHours: hours.optional(),
    dependencies: z.array(featureId).max(1000).optional(),
    notes: text.optional(),
  }),
]);
export type MigrationEdit = z.infer<typeof migrationEditSchema>;

/** What a new plan is made from. `audit` looks at this repository; the other two look at nothing. */
export const newMigrationSchema = z.strictObject({
  id: planId,
  name: z.string().min(1).max(200),
  from: z.discriminatedUnion('template', [
    z.strictObject({ template: z.literal('feature delivery'), pieces: z.array(z.string().min(1).max(200)).max(200).optional() }),
    z.strictObject({ template: z.literal('migration'), old: z.string().min(1).max(200), new: z.string().min(1).max(200) }),
    z.strictObject({ template: z.literal('copy'), of: planId }),
  ]),
});
export type NewMigration = z.infer<typeof newMigrationSchema>;

/**
 * Refusals: `migration.notFound`, `migration.noFeature`, `migration.readOnly` (the built-in plan), `migration.invalid` (the file has
 * errors), `migration.changed` (another hash than `hash`), `migration.cannotEdit`, `migration.exists`, `workspace.untrusted`.
 */
export interface MigrationMethods {
  /** Those of the workspace by name, then the built-in one. */
  'migrations.list': () => Promise<readonly MigrationSummary[]>;
  'migrations.get': (id: string) => Promise<MigrationView>;
  /** Checks a text as it would stand in `file`; reads nothing. */
  'migrations.check': (request: {
    readonly text: string;
    readonly file?: string;
  }) => Promise<{ readonly ok: boolean; readonly problems: readonly FileProblem[] }>;
  /** For a host that saw the files change on disk: whoever follows is told, and time of runs that waits for a mended file is written. */
  'migrations.touched': () => Promise<void>;
  'migrations.create': (request: NewMigration) => Promise<{ readonly id: string; readonly file: string }>;
  /** Changes only the lines it must. Without `hash` the newest text is edited. */
  'migrations.edit': (request: { readonly plan: string; readonly edit: MigrationEdit; readonly hash?: string }) => Promise<MigrationView>;
  /** Starts the feature's clock, and the feature when it was not started. `migration.clockRuns` when it is running. */
  'migrations.startClock': (request: { readonly plan: string; readonly feature: string }) => Promise<MigrationView>;
  /** Writes the time down, unless it is discarded. `migration.noClock` when none is running. */
  'migrations.stopClock': (request: {
    readonly plan: string;
    readonly feature: string;
    readonly discard?: boolean;
  }) => Promise<MigrationView>;
}

/** One tuple schema per method. */
export const migrationArguments = {
  'migrations.list': z.tuple([]),
  'migrations.get': z.tuple([planId]),
  'migrations.check': z.tuple([z.strictObject({ text: z.string().max(1_000_000), file: z.string().max(4_096).optional() })]),
  'migrations.touched': z.tuple([]),
  'migrations.create': z.tuple([newMigrationSchema]),
  'migrations.edit': z.tuple([z.strictObject({ plan: planId, edit: migrationEditSchema, hash: z.string().max(64).optional() })]),
  'migrations.startClock': z.tuple([z.strictObject({ plan: planId, feature: featureId })]),
  'migrations.stopClock': z.tuple([z.strictObject({ plan: planId, feature: featureId, discard: z.boolean().optional() })]),
} as const satisfies { readonly [M in keyof MigrationMethods]: z.ZodType };

export const migrationReads = [
  'migrations.list',
  'migrations.get',
  'migrations.check',
] as const satisfies readonly (keyof MigrationMethods)[];
